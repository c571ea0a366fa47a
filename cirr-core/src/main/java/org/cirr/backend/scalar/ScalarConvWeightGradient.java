package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.backend.cpu.Window;
import org.cirr.op.ConvWeightGradient;
import org.cirr.parallel.Workers;

/** {@link ConvWeightGradient}: for every weight, the sum over all positions of the output. */
final class ScalarConvWeightGradient implements Kernel {
  private final Window window;
  private final int inPerGroup;
  private final int outPerGroup;

  ScalarConvWeightGradient(ConvWeightGradient op, Step step) {
    window = Window.of(op, step);
    inPerGroup = window.in().c() / op.groups();
    outPerGroup = window.out().c() / op.groups();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    int taps = window.taps();
    View to = operands.output;
    workers.forEach(
        window.out().c() * inPerGroup,
        index -> {
          int c = index / inPerGroup;
          int i = c / outPerGroup * inPerGroup + index % inPerGroup;
          for (int tap = 0; tap < taps; tap++) {
            to.array[to.offset + index * taps + tap] = (float) value(operands, c, i, tap);
          }
        });
  }

  private double value(Operands operands, int c, int i, int tap) {
    View in = operands.inputs[0];
    View gradient = operands.inputs[1];
    int[] kernel = window.kernel();
    int kz = tap / kernel[2] / kernel[1];
    int ky = tap / kernel[2] % kernel[1];
    int kx = tap % kernel[2];
    double sum = 0;
    int at = gradient.offset + c;
    for (int n = 0; n < window.out().n(); n++) {
      for (int z = 0; z < window.out().d(); z++) {
        for (int y = 0; y < window.out().h(); y++) {
          for (int x = 0; x < window.out().w(); x++) {
            int source = window.source(n, z, y, x, kz, ky, kx);
            if (source >= 0) {
              sum += (double) gradient.array[at] * in.array[in.offset + source + i];
            }
            at += window.out().c();
          }
        }
      }
    }
    return sum;
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
