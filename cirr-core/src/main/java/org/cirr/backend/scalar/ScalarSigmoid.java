package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.Sigmoid}: {@code 1 / (1 + exp(−x))}. */
final class ScalarSigmoid implements Kernel {
  private final int length;

  ScalarSigmoid(Step step) {
    length = step.result().shape().arrayLength();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View in = inputs[0];
    for (int i = 0; i < length; i++) {
      float x = in.array[in.offset + i];
      output.array[output.offset + i] = (float) (1 / (1 + Math.exp(-x)));
    }
  }

  @Override
  public String describe() {
    return "plain loop";
  }
}
