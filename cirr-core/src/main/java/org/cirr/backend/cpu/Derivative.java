package org.cirr.backend.cpu;

import java.util.function.DoubleUnaryOperator;
import org.cirr.op.Clamp;
import org.cirr.op.Cos;
import org.cirr.op.Elu;
import org.cirr.op.Exp;
import org.cirr.op.Gelu;
import org.cirr.op.HardSigmoid;
import org.cirr.op.HardSwish;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Log;
import org.cirr.op.Op;
import org.cirr.op.Relu;
import org.cirr.op.Sigmoid;
import org.cirr.op.Silu;
import org.cirr.op.Sin;
import org.cirr.op.Softplus;
import org.cirr.op.Sqrt;
import org.cirr.op.Tanh;

/**
 * The derivatives of the functions of one number.
 *
 * <p><b>Edge cases</b>: where a derivative jumps, the side that PyTorch takes.
 */
public final class Derivative {
  private Derivative() {}

  /**
   * The derivative of an op's function.
   *
   * <p><b>Errors</b>: {@link UnsupportedOperationException} for an op that is no such function.
   */
  public static DoubleUnaryOperator of(Op op) {
    if (op instanceof Clamp clamp) {
      return x -> x >= clamp.low() && x <= clamp.high() ? 1 : 0;
    } else if (op instanceof Cos) {
      return x -> -Math.sin(x);
    } else if (op instanceof Elu elu) {
      return x -> x > 0 ? 1 : elu.alpha() * Math.exp(x);
    } else if (op instanceof Exp) {
      return Math::exp;
    } else if (op instanceof Gelu gelu) {
      return gelu.form() == Gelu.Form.EXACT ? Derivative::gelu : Derivative::geluTanh;
    } else if (op instanceof HardSigmoid) {
      return x -> x > -3 && x < 3 ? 1 / 6.0 : 0;
    } else if (op instanceof HardSwish) {
      return x -> x < -3 ? 0 : x <= 3 ? x / 3 + 0.5 : 1;
    } else if (op instanceof LeakyRelu relu) {
      return x -> x > 0 ? 1 : relu.slope();
    } else if (op instanceof Log) {
      return x -> 1 / x;
    } else if (op instanceof Relu) {
      return x -> x > 0 ? 1 : 0;
    } else if (op instanceof Sigmoid) {
      return x -> sigmoid(x) * sigmoid(-x);
    } else if (op instanceof Silu) {
      return x -> sigmoid(x) * (1 + x * sigmoid(-x));
    } else if (op instanceof Sin) {
      return Math::cos;
    } else if (op instanceof Softplus) {
      return x -> x > 20 ? 1 : sigmoid(x);
    } else if (op instanceof Sqrt) {
      return x -> 0.5 / Math.sqrt(x);
    } else if (op instanceof Tanh) {
      return x -> (1 - Math.tanh(x)) * (1 + Math.tanh(x));
    }
    throw new UnsupportedOperationException(op.name() + " is no function of one number");
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** {@code Φ(x) + x·φ(x)}. */
  private static double gelu(double x) {
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    return Erf.complement(-x / Math.sqrt(2)) / 2 + x * density;
  }

  private static double geluTanh(double x) {
    double factor = Math.sqrt(2 / Math.PI);
    double t = Math.tanh(factor * (x + 0.044715 * x * x * x));
    return (1 + t) / 2 + x / 2 * (1 - t * t) * factor * (1 + 3 * 0.044715 * x * x);
  }
}
