package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
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
  public void run(View[] inputs, View output, float[][] scratch, Workers workers) {
    workers.forEach(out.n() * out.d(), slice -> slice(inputs[0], output, slice));
  }

  private void slice(View input, View output, int slice) {
    int n = slice / out.d();
    int k = slice % out.d();
    int at = output.offset + slice * out.h() * out.w() * out.c();
    for (int j = 0; j < out.h(); j++) {
      for (int i = 0; i < out.w(); i++) {
        for (int c = 0; c < out.c(); c++) {
          double sum = 0;
          for (int corner = 0; corner < 8; corner++) {
            int iz = z.index(k, corner >> 2);
            int iy = y.index(j, corner >> 1 & 1);
            int ix = x.index(i, corner & 1);
            double weight =
                z.weight(k, corner >> 2) * y.weight(j, corner >> 1 & 1) * x.weight(i, corner & 1);
            if (weight != 0) {
              int from = (((n * in.d() + iz) * in.h() + iy) * in.w() + ix) * in.c() + c;
              sum += weight * input.array[input.offset + from];
            }
          }
          output.array[at++] = (float) sum;
        }
      }
    }
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
