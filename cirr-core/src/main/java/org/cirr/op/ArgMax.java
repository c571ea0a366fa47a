package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Where the largest value of the last axis stands; the first of several.
 *
 * <p><b>Shapes</b>: {@code [..., C] → [...]}, whole numbers.
 *
 * <p><b>Edge cases</b>: NaN counts as largest.
 *
 * <p><b>Source</b>: {@code torch.argmax} over the last axis; the smallest value is the largest of
 * the negative.
 */
public record ArgMax() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    if (input.rank() < 1 || input.dim(-1) < 1) {
      throw new IllegalArgumentException(
          "ArgMax needs at least one value along the last axis, got shape " + input);
    }
    return Checks.leading(input, 1);
  }
}
