package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The channels of two or more tensors one after another.
 *
 * <p><b>Shapes</b>: {@code [N, spatial…, C1], [N, spatial…, C2], … → [N, spatial…, C1 + C2 + …]}.
 *
 * <p><b>Source</b>: {@code torch.cat} along PyTorch's channel axis 1.
 */
public record Concat() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, Integer.MAX_VALUE, "two or more inputs");
    Shape first = inputs.get(0);
    if (first.rank() < 1) {
      throw new IllegalArgumentException("Concat needs at least one axis, got scalars");
    }
    int[] extents = first.toArray();
    int last = extents.length - 1;
    long channels = 0;
    for (Shape input : inputs) {
      boolean fits = input.rank() == first.rank();
      for (int axis = 0; fits && axis < last; axis++) {
        fits = input.dim(axis) == first.dim(axis);
      }
      if (!fits) {
        throw new IllegalArgumentException(
            "Concat needs tensors that differ only in their channels, got " + inputs);
      }
      channels += input.dim(last);
    }
    if (channels > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Concat cannot make a tensor of " + channels + " channels from " + inputs);
    }
    extents[last] = (int) channels;
    return Shape.of(extents);
  }
}
