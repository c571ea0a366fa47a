package org.cirr.cuda;

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
 * A function of one number as {@code pointwise.cu} knows it.
 *
 * @param code which one
 * @param a the first of its constants, or 0
 * @param b the second, or 0
 */
record PointwiseFunction(Code code, double a, double b) {
  /** The same names in the same order as in {@code pointwise.cu}. */
  enum Code {
    CLAMP,
    COS,
    ELU,
    EXP,
    GELU,
    GELU_TANH,
    HARD_SIGMOID,
    HARD_SWISH,
    LEAKY_RELU,
    LOG,
    RELU,
    SIGMOID,
    SILU,
    SIN,
    SOFTPLUS,
    SQRT,
    TANH
  }

  private static PointwiseFunction plain(Code code) {
    return new PointwiseFunction(code, 0, 0);
  }

  /** The function that an op is, or null. */
  static PointwiseFunction of(Op op) {
    if (op instanceof Clamp clamp) {
      return new PointwiseFunction(Code.CLAMP, clamp.low(), clamp.high());
    } else if (op instanceof Cos) {
      return plain(Code.COS);
    } else if (op instanceof Elu elu) {
      return new PointwiseFunction(Code.ELU, elu.alpha(), 0);
    } else if (op instanceof Exp) {
      return plain(Code.EXP);
    } else if (op instanceof Gelu gelu) {
      return plain(gelu.form() == Gelu.Form.EXACT ? Code.GELU : Code.GELU_TANH);
    } else if (op instanceof HardSigmoid) {
      return plain(Code.HARD_SIGMOID);
    } else if (op instanceof HardSwish) {
      return plain(Code.HARD_SWISH);
    } else if (op instanceof LeakyRelu relu) {
      return new PointwiseFunction(Code.LEAKY_RELU, relu.slope(), 0);
    } else if (op instanceof Log) {
      return plain(Code.LOG);
    } else if (op instanceof Relu) {
      return plain(Code.RELU);
    } else if (op instanceof Sigmoid) {
      return plain(Code.SIGMOID);
    } else if (op instanceof Silu) {
      return plain(Code.SILU);
    } else if (op instanceof Sin) {
      return plain(Code.SIN);
    } else if (op instanceof Softplus) {
      return plain(Code.SOFTPLUS);
    } else if (op instanceof Sqrt) {
      return plain(Code.SQRT);
    } else if (op instanceof Tanh) {
      return plain(Code.TANH);
    }
    return null;
  }
}
