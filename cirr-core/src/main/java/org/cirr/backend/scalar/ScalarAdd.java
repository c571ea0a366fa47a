package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.Add}: element by element. */
final class ScalarAdd implements Kernel {
  private final int length;

  ScalarAdd(Step step) {
    length = step.result().shape().arrayLength();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View a = inputs[0];
    View b = inputs[1];
    for (int i = 0; i < length; i++) {
      output.array[output.offset + i] = a.array[a.offset + i] + b.array[b.offset + i];
    }
  }

  @Override
  public String describe() {
    return "plain loop";
  }
}
