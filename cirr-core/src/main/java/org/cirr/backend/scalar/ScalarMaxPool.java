package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.backend.cpu.Window;
import org.cirr.op.MaxPool;
import org.cirr.parallel.Workers;

/** {@link MaxPool}: for every output value, the largest value of its window. */
final class ScalarMaxPool implements Kernel {
  private final Window window;

  ScalarMaxPool(MaxPool pool, Step step) {
    window = Window.of(pool, step);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    ScalarOutput.fill(
        output, window.out(), workers, (n, z, y, x, c) -> value(inputs[0], n, z, y, x, c));
  }

  private double value(View input, int n, int z, int y, int x, int c) {
    float max = Float.NEGATIVE_INFINITY;
    for (int kz = 0; kz < window.kernel()[0]; kz++) {
      for (int ky = 0; ky < window.kernel()[1]; ky++) {
        for (int kx = 0; kx < window.kernel()[2]; kx++) {
          int source = window.source(n, z, y, x, kz, ky, kx);
          if (source >= 0) {
            max = Math.max(max, input.array[input.offset + source + c]);
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
