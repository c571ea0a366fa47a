package org.cirr.backend.scalar;

import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Joint;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Concat;
import org.cirr.parallel.Workers;

/** {@link Concat}: a piece of one input after another, row by row. */
final class ScalarConcat implements Kernel {
  private final Joint joint;
  private final FixedInputs fixed;

  ScalarConcat(Concat op, Step step) {
    joint = Joint.of(op, step);
    fixed = new FixedInputs(step);
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    int first = 0;
    for (int i = 0; i < joint.lengths().length; i++) {
      View in = fixed.get(inputs, i);
      int length = joint.lengths()[i];
      for (int row = 0; row < joint.rows(); row++) {
        for (int k = 0; k < length; k++) {
          output.array[output.offset + row * joint.total() + first + k] =
              in.array[in.offset + row * length + k];
        }
      }
      first += length;
    }
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
