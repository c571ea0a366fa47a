package org.cirr.backend.scalar;

import java.util.function.DoubleUnaryOperator;
import org.cirr.backend.cpu.Erf;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Clamp;
import org.cirr.op.Cos;
import org.cirr.op.Elu;
import org.cirr.op.Exp;
import org.cirr.op.Gelu;
import org.cirr.op.HardSigmoid;
import org.cirr.op.HardSwish;
import org.cirr.op.Log;
import org.cirr.op.Op;
import org.cirr.op.Silu;
import org.cirr.op.Sin;
import org.cirr.op.Softplus;
import org.cirr.op.Sqrt;
import org.cirr.op.Tanh;
import org.cirr.parallel.Workers;

/** The ops that are a function of one number: each value by the op's formula. */
final class ScalarPointwise implements Kernel {
  private final int length;
  private final DoubleUnaryOperator function;

  ScalarPointwise(Step step) {
    length = step.result().shape().arrayLength();
    function = function(step.node().op());
  }

  static boolean knows(Op op) {
    return function(op) != null;
  }

  private static DoubleUnaryOperator function(Op op) {
    if (op instanceof Clamp clamp) {
      return x -> Math.min(Math.max(x, clamp.low()), clamp.high());
    } else if (op instanceof Cos) {
      return Math::cos;
    } else if (op instanceof Elu elu) {
      return x -> x > 0 ? x : elu.alpha() * Math.expm1(x);
    } else if (op instanceof Exp) {
      return Math::exp;
    } else if (op instanceof Gelu gelu) {
      return gelu.form() == Gelu.Form.EXACT
          ? x -> x * Erf.complement(-x / Math.sqrt(2)) / 2
          : x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
    } else if (op instanceof HardSigmoid) {
      return x -> Math.min(Math.max(x + 3, 0), 6) / 6;
    } else if (op instanceof HardSwish) {
      return x -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
    } else if (op instanceof Log) {
      return Math::log;
    } else if (op instanceof Silu) {
      return x -> x / (1 + Math.exp(-x));
    } else if (op instanceof Sin) {
      return Math::sin;
    } else if (op instanceof Softplus) {
      return x -> x > 20 ? x : Math.log1p(Math.exp(x));
    } else if (op instanceof Sqrt) {
      return Math::sqrt;
    } else if (op instanceof Tanh) {
      return Math::tanh;
    }
    return null;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View in = inputs[0];
    for (int i = 0; i < length; i++) {
      output.array[output.offset + i] = (float) function.applyAsDouble(in.array[in.offset + i]);
    }
  }

  @Override
  public String describe() {
    return "plain loop";
  }
}
