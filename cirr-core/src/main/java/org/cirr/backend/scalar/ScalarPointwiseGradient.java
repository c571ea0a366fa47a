package org.cirr.backend.scalar;

import java.util.function.DoubleUnaryOperator;
import org.cirr.backend.cpu.Derivative;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.PointwiseGradient;
import org.cirr.parallel.Workers;

/** {@link PointwiseGradient}: each gradient times the derivative. */
final class ScalarPointwiseGradient implements Kernel {
  private final FixedInputs fixed;
  private final int length;
  private final DoubleUnaryOperator derivative;

  ScalarPointwiseGradient(PointwiseGradient op, Step step) {
    fixed = new FixedInputs(step);
    length = step.node().shape().arrayLength();
    derivative = Derivative.of(op.function());
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View x = fixed.get(operands.inputs, 0);
    View g = fixed.get(operands.inputs, 1);
    View output = operands.output;
    for (int i = 0; i < length; i++) {
      double slope = derivative.applyAsDouble(x.array[x.offset + i]);
      output.array[output.offset + i] = (float) (g.array[g.offset + i] * slope);
    }
  }

  @Override
  public String describe() {
    return "plain loop";
  }
}
