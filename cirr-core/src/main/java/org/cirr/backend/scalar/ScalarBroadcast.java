package org.cirr.backend.scalar;

import java.util.function.DoubleBinaryOperator;
import org.cirr.backend.cpu.Broadcast;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Add;
import org.cirr.op.Divide;
import org.cirr.op.Multiply;
import org.cirr.op.Op;
import org.cirr.op.PRelu;
import org.cirr.op.Subtract;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/** The ops that take two numbers to one, element by element. */
final class ScalarBroadcast implements Kernel {
  private final FixedInputs fixed;
  private final Broadcast broadcast;
  private final DoubleBinaryOperator function;

  ScalarBroadcast(Step step) {
    fixed = new FixedInputs(step);
    Shape a = step.node().inputShapes().get(0);
    Shape b = step.node().inputShapes().get(1);
    broadcast = Broadcast.of(step.node().shape(), a, b);
    function = function(step.node().op());
  }

  static boolean knows(Op op) {
    return function(op) != null;
  }

  private static DoubleBinaryOperator function(Op op) {
    if (op instanceof Add) {
      return (a, b) -> a + b;
    } else if (op instanceof Divide) {
      return (a, b) -> a / b;
    } else if (op instanceof Multiply) {
      return (a, b) -> a * b;
    } else if (op instanceof PRelu) {
      return (x, slope) -> x < 0 ? slope * x : x;
    } else if (op instanceof Subtract) {
      return (a, b) -> a - b;
    }
    return null;
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View a = fixed.get(inputs, 0);
    View b = fixed.get(inputs, 1);
    int at = output.offset;
    for (int run = 0; run < broadcast.runs(); run++) {
      int i = a.offset + broadcast.start(0, run);
      int j = b.offset + broadcast.start(1, run);
      for (int k = 0; k < broadcast.length(); k++) {
        output.array[at++] = (float) function.applyAsDouble(a.array[i], b.array[j]);
        i += broadcast.step()[0];
        j += broadcast.step()[1];
      }
    }
  }

  @Override
  public String describe() {
    return "plain loops";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes();
  }
}
