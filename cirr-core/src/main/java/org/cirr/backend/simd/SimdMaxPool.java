package org.cirr.backend.simd;

import java.util.Arrays;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.MaxPool;
import org.cirr.parallel.Workers;

/** {@link MaxPool}: all channels of a voxel together, in loops that the JIT makes into vectors. */
final class SimdMaxPool implements Kernel {
  private final Extents in;
  private final Extents out;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;

  SimdMaxPool(MaxPool pool, Step step) {
    in = Extents.of(step.inputShape());
    out = Extents.of(step.node().shape());
    kernel = Extents.three(pool.kernel(), 1);
    stride = Extents.three(pool.stride(), 1);
    padding = Extents.three(pool.padding(), 0);
  }

  @Override
  public void run(View[] inputs, View output, float[][] scratch, Workers workers) {
    workers.forEach(
        out.n() * out.d() * out.h(),
        row -> {
          for (int x = 0; x < out.w(); x++) {
            voxel(inputs[0], output, row, x);
          }
        });
  }

  private void voxel(View input, View output, int row, int x) {
    int y = row % out.h();
    int z = row / out.h() % out.d();
    int n = row / out.h() / out.d();
    int at = output.offset + (row * out.w() + x) * out.c();
    Arrays.fill(output.array, at, at + out.c(), Float.NEGATIVE_INFINITY);
    for (int kz = 0; kz < kernel[0]; kz++) {
      int iz = z * stride[0] - padding[0] + kz;
      for (int ky = 0; ky < kernel[1]; ky++) {
        int iy = y * stride[1] - padding[1] + ky;
        for (int kx = 0; kx < kernel[2]; kx++) {
          int ix = x * stride[2] - padding[2] + kx;
          if (iz >= 0 && iz < in.d() && iy >= 0 && iy < in.h() && ix >= 0 && ix < in.w()) {
            int from = input.offset + (((n * in.d() + iz) * in.h() + iy) * in.w() + ix) * in.c();
            raise(input.array, from, output.array, at);
          }
        }
      }
    }
  }

  private void raise(float[] from, int i, float[] to, int j) {
    for (int c = 0; c < out.c(); c++) {
      to[j + c] = Math.max(to[j + c], from[i + c]);
    }
  }

  @Override
  public String describe() {
    return "rows";
  }
}
