package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.Relu}: {@code max(x, 0)}. */
final class ScalarRelu implements Kernel {
  private final int length;

  ScalarRelu(Step step) {
    length = step.result().shape().arrayLength();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View in = inputs[0];
    for (int i = 0; i < length; i++) {
      float x = in.array[in.offset + i];
      output.array[output.offset + i] = Math.max(x, 0);
    }
  }

  @Override
  public String describe() {
    return "plain loop";
  }
}
