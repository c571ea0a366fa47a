package org.cirr.backend.simd;

import java.util.Arrays;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.Taps;
import org.cirr.backend.cpu.View;
import org.cirr.op.Interpolate;
import org.cirr.parallel.Workers;

/**
 * {@link Interpolate}: all channels of a voxel together, in loops that the JIT makes into vectors.
 */
final class SimdInterpolate implements Kernel {
  private final Extents in;
  private final Extents out;
  private final Taps z;
  private final Taps y;
  private final Taps x;

  SimdInterpolate(Interpolate op, Step step) {
    in = Extents.of(step.inputShape());
    out = Extents.of(step.node().shape());
    z = Taps.of(in.d(), out.d(), op);
    y = Taps.of(in.h(), out.h(), op);
    x = Taps.of(in.w(), out.w(), op);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    workers.forEach(
        out.n() * out.d() * out.h(),
        row -> {
          for (int i = 0; i < out.w(); i++) {
            voxel(inputs[0], output, row, i);
          }
        });
  }

  private void voxel(View input, View output, int row, int i) {
    int j = row % out.h();
    int k = row / out.h() % out.d();
    int n = row / out.h() / out.d();
    int at = output.offset + (row * out.w() + i) * out.c();
    Arrays.fill(output.array, at, at + out.c(), 0);
    for (int corner = 0; corner < 8; corner++) {
      int sideZ = corner >> 2;
      int sideY = corner >> 1 & 1;
      int sideX = corner & 1;
      float weight = (float) (z.weight(k, sideZ) * y.weight(j, sideY) * x.weight(i, sideX));
      if (weight != 0) {
        int from =
            ((n * in.d() + z.index(k, sideZ)) * in.h() + y.index(j, sideY)) * in.w()
                + x.index(i, sideX);
        add(input.array, input.offset + from * in.c(), weight, output.array, at);
      }
    }
  }

  private void add(float[] from, int i, float weight, float[] to, int j) {
    for (int c = 0; c < out.c(); c++) {
      to[j + c] += weight * from[i + c];
    }
  }

  @Override
  public String describe() {
    return "rows";
  }
}
