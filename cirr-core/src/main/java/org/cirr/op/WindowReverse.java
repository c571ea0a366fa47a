package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Puts windows of tokens back into an activation: the way back of {@link WindowPartition}.
 *
 * <p><b>Shapes</b>: {@code [N · windows, ∏ window, C] → [N, size…, C]}; N follows from the number
 * of windows.
 *
 * <p><b>Source</b>: {@code window_reverse} of Swin Transformer (Liu et al. 2021, arXiv 2103.14030)
 * before {@code roll(shift)} and cropping.
 */
public record WindowReverse(List<Integer> window, List<Integer> shift, List<Integer> size)
    implements Op {
  public WindowReverse {
    window = List.copyOf(window);
    shift = List.copyOf(shift);
    size = List.copyOf(size);
    Checks.windows("WindowReverse", window, shift);
  }

  /** The way back of a partition of an activation with the given spatial extents. */
  public static WindowReverse of(WindowPartition partition, List<Integer> size) {
    return new WindowReverse(partition.window(), partition.shift(), size);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    Checks.axes(this, "size", size, window.size(), 1);
    long windows = 1;
    long tokens = 1;
    int[] extents = new int[size.size() + 2];
    for (int axis = 0; axis < size.size(); axis++) {
      windows *= (size.get(axis) + window.get(axis) - 1L) / window.get(axis);
      tokens *= window.get(axis);
      extents[axis + 1] = size.get(axis);
    }
    if (input.rank() != 3 || input.dim(0) % windows != 0 || input.dim(1) != tokens) {
      throw new IllegalArgumentException(
          "WindowReverse to the size "
              + size
              + " needs [N · "
              + windows
              + " windows, "
              + tokens
              + " tokens, C], got "
              + input);
    }
    extents[0] = (int) (input.dim(0) / windows);
    extents[extents.length - 1] = input.dim(2);
    return Shape.of(extents);
  }
}
