package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.MaxPool;
import org.cirr.parallel.Workers;

/** {@link MaxPool}: for every output value, the largest value of its window. */
final class ScalarMaxPool implements Kernel {
  private final Extents in;
  private final Extents out;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;

  ScalarMaxPool(MaxPool pool, Step step) {
    in = Extents.of(step.inputShape());
    out = Extents.of(step.node().shape());
    kernel = Extents.three(pool.kernel(), 1);
    stride = Extents.three(pool.stride(), 1);
    padding = Extents.three(pool.padding(), 0);
  }

  @Override
  public void run(View[] inputs, View output, float[][] scratch, Workers workers) {
    workers.forEach(out.n() * out.d(), slice -> slice(inputs[0], output, slice));
  }

  private void slice(View input, View output, int slice) {
    int n = slice / out.d();
    int z = slice % out.d();
    int at = output.offset + slice * out.h() * out.w() * out.c();
    for (int y = 0; y < out.h(); y++) {
      for (int x = 0; x < out.w(); x++) {
        for (int c = 0; c < out.c(); c++) {
          output.array[at++] = value(input, n, z, y, x, c);
        }
      }
    }
  }

  private float value(View input, int n, int z, int y, int x, int c) {
    float max = Float.NEGATIVE_INFINITY;
    for (int kz = 0; kz < kernel[0]; kz++) {
      int iz = z * stride[0] - padding[0] + kz;
      for (int ky = 0; ky < kernel[1]; ky++) {
        int iy = y * stride[1] - padding[1] + ky;
        for (int kx = 0; kx < kernel[2]; kx++) {
          int ix = x * stride[2] - padding[2] + kx;
          if (iz >= 0 && iz < in.d() && iy >= 0 && iy < in.h() && ix >= 0 && ix < in.w()) {
            int from = (((n * in.d() + iz) * in.h() + iy) * in.w() + ix) * in.c() + c;
            max = Math.max(max, input.array[input.offset + from]);
          }
        }
      }
    }
    return max;
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
