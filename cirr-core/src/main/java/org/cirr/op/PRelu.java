package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Leaky rectifier with a trained slope.
 *
 * <p><b>Shapes</b>: input {@code [..., C]}, slope {@code [1]} (one for all) or {@code [C]} → the
 * input's shape.
 *
 * <p><b>Formula</b>: {@code x} where {@code x ≥ 0}, else {@code slope · x}.
 *
 * <p><b>Source</b>: {@code torch.nn.PReLU}; He et al. 2015, arXiv 1502.01852.
 */
public record PRelu() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 2, "input and slope");
    Shape input = inputs.get(0);
    Checks.rank(this, "input", input, 1);
    Shape slope = inputs.get(1);
    if (slope.rank() != 1 || (slope.dim(0) != 1 && slope.dim(0) != input.dim(-1))) {
      throw new IllegalArgumentException(
          "PRelu's slope must have shape [1] or [" + input.dim(-1) + "], got " + slope);
    }
    return input;
  }
}
