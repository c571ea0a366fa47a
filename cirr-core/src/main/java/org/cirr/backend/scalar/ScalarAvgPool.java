package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.PoolWindow;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/**
 * {@link org.cirr.op.AvgPool} and {@link org.cirr.op.AdaptiveAvgPool}: for every output value, the
 * mean of its window.
 */
final class ScalarAvgPool implements Kernel {
  private final PoolWindow window;

  ScalarAvgPool(PoolWindow window) {
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
    double sum = 0;
    for (int i = 0; i < window.count()[0][z]; i++) {
      for (int j = 0; j < window.count()[1][y]; j++) {
        for (int l = 0; l < window.count()[2][x]; l++) {
          int source = input.offset + window.source(n, z, y, x, i, j, l);
          sum += input.array[source + c];
        }
      }
    }
    return sum / ((double) window.size()[0][z] * window.size()[1][y] * window.size()[2][x]);
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
