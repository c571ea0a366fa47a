package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Two or more tensors one after another along one axis.
 *
 * <p><b>Shapes</b>: {@code [N, spatial…, C1], [N, spatial…, C2], … → [N, spatial…, C1 + C2 + …]},
 * or the same along another axis.
 *
 * <p><b>Source</b>: {@code torch.cat}; the last axis is PyTorch's channel axis 1.
 *
 * @param axis the axis; a negative one counts from the end
 */
public record Concat(int axis) implements Op {
  /** Along the last axis, the channels. */
  public Concat() {
    this(-1);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, Integer.MAX_VALUE, "two or more inputs");
    Shape first = inputs.get(0);
    if (first.rank() < 1) {
      throw new IllegalArgumentException("Concat needs at least one axis, got scalars");
    }
    int along = axis(first);
    int[] extents = first.toArray();
    long sum = 0;
    for (Shape input : inputs) {
      boolean fits = input.rank() == first.rank();
      for (int i = 0; fits && i < extents.length; i++) {
        fits = i == along || input.dim(i) == first.dim(i);
      }
      if (!fits) {
        throw new IllegalArgumentException(
            axis == -1
                ? "Concat needs tensors that differ only in their channels, got " + inputs
                : "Concat needs tensors that differ only in axis " + axis + ", got " + inputs);
      }
      sum += input.dim(along);
    }
    if (sum > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Concat cannot make a tensor of "
              + sum
              + (axis == -1 ? " channels" : " indices along axis " + axis)
              + " from "
              + inputs);
    }
    extents[along] = (int) sum;
    return Shape.of(extents);
  }

  /** The axis, counted from the first one. */
  public int axis(Shape shape) {
    int along = axis < 0 ? shape.rank() + axis : axis;
    if (along < 0 || along >= shape.rank()) {
      throw new IllegalArgumentException(
          "Concat's axis " + axis + " is none of the shape " + shape);
    }
    return along;
  }
}
