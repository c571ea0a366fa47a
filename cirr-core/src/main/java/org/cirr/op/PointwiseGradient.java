package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The gradient of a function of one number: that of its result times the derivative.
 *
 * <p><b>Shapes</b>: the function's argument x and the gradient of its result, of one shape → the
 * same shape.
 *
 * <p><b>Formula</b>: {@code g · f'(x)}. The rectifiers {@link Relu} and {@link LeakyRelu} with a
 * slope of 0 or more may be given their result instead of their argument, since both have the same
 * sign; what lies between a network's layers is then their result alone.
 *
 * <p><b>Edge cases</b>: where the derivative jumps, PyTorch's side is taken: 0 for {@code Relu(0)},
 * the slope for {@code LeakyRelu(0)}, 1 on the limits of {@link Clamp}.
 *
 * @param function the op whose gradient it is, an op of one input that works number by number
 */
public record PointwiseGradient(Op function) implements Op {
  public PointwiseGradient {
    if (!isPointwise(function)) {
      throw new IllegalArgumentException(
          "PointwiseGradient needs a function of one number, got " + function.name());
    }
  }

  /** Whether an op is a function of one number, applied to each value. */
  public static boolean isPointwise(Op op) {
    return op instanceof Clamp
        || op instanceof Cos
        || op instanceof Elu
        || op instanceof Exp
        || op instanceof Gelu
        || op instanceof HardSigmoid
        || op instanceof HardSwish
        || op instanceof LeakyRelu
        || op instanceof Log
        || op instanceof Relu
        || op instanceof Sigmoid
        || op instanceof Silu
        || op instanceof Sin
        || op instanceof Softplus
        || op instanceof Sqrt
        || op instanceof Tanh;
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.equal(this, inputs, "argument and gradient");
  }
}
