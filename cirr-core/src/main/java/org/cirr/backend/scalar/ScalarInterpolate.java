package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.Taps;
import org.cirr.backend.cpu.View;
import org.cirr.op.Interpolate;
import org.cirr.parallel.Workers;

/** {@link Interpolate}: for every output value, the weighted sum of up to eight neighbours. */
final class ScalarInterpolate implements Kernel {
  private final Extents in;
  private final Extents out;
  private final Taps z;
  private final Taps y;
  private final Taps x;

  ScalarInterpolate(Interpolate op, Step step) {
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
    ScalarOutput.fill(output, out, workers, (n, k, j, i, c) -> value(inputs[0], n, k, j, i, c));
  }

  private double value(View input, int n, int k, int j, int i, int c) {
    double sum = 0;
    for (int corner = 0; corner < 8; corner++) {
      int sideZ = corner >> 2;
      int sideY = corner >> 1 & 1;
      int sideX = corner & 1;
      double weight = z.weight(k, sideZ) * y.weight(j, sideY) * x.weight(i, sideX);
      if (weight != 0) {
        int row = (n * in.d() + z.index(k, sideZ)) * in.h() + y.index(j, sideY);
        int from = (row * in.w() + x.index(i, sideX)) * in.c() + c;
        sum += weight * input.array[input.offset + from];
      }
    }
    return sum;
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
