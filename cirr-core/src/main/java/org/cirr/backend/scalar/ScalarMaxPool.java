package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.PoolWindow;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/**
 * {@link org.cirr.op.MaxPool} and {@link org.cirr.op.AdaptiveMaxPool}: for every output value, the
 * largest value of its window.
 */
final class ScalarMaxPool implements Kernel {
  private final PoolWindow window;

  ScalarMaxPool(PoolWindow window) {
    this.window = window;
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
    for (int i = 0; i < window.count()[0][z]; i++) {
      for (int j = 0; j < window.count()[1][y]; j++) {
        for (int l = 0; l < window.count()[2][x]; l++) {
          int source = input.offset + window.source(n, z, y, x, i, j, l);
          max = Math.max(max, input.array[source + c]);
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
