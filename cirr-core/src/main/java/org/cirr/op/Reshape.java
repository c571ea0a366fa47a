package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The same values in the same order under other extents.
 *
 * <p><b>Shapes</b>: any with the same number of elements.
 *
 * <p><b>Source</b>: {@code torch.reshape} of contiguous memory.
 */
public record Reshape(List<Integer> shape) implements Op {
  public Reshape {
    shape = List.copyOf(shape);
  }

  /** To the given extents. */
  public static Reshape to(int... shape) {
    return new Reshape(Checks.list(shape));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    if (shape.stream().anyMatch(extent -> extent < 0)) {
      throw new IllegalArgumentException("Reshape's extents must be 0 or more, got " + shape);
    }
    Shape out = Shape.of(shape.stream().mapToInt(Integer::intValue).toArray());
    if (out.elements() != input.elements()) {
      throw new IllegalArgumentException(
          "Reshape cannot make "
              + out.elements()
              + " elements of shape "
              + out
              + " from the "
              + input.elements()
              + " of "
              + input);
    }
    return out;
  }
}
