package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Every step-th index from one to another along each axis.
 *
 * <p><b>Shapes</b>: extent {@code ceil((min(to, n) − from) / step)} on each axis.
 *
 * <p><b>Formula</b>: output index k is input index {@code from + k·step}.
 *
 * <p><b>Edge cases</b>: {@code to} may lie beyond the input, which is then taken to its end.
 *
 * <p><b>Source</b>: PyTorch's {@code x[from:to:step]}, {@code narrow}, {@code chunk}, {@code
 * split}.
 */
public record Slice(List<Integer> from, List<Integer> to, List<Integer> step) implements Op {
  public Slice {
    from = List.copyOf(from);
    to = List.copyOf(to);
    step = List.copyOf(step);
  }

  /** A piece along one axis, and all of the others. */
  public static Slice along(int axis, int from, int to, int rank) {
    int[] begin = new int[rank];
    int[] end = new int[rank];
    java.util.Arrays.fill(end, Integer.MAX_VALUE);
    begin[axis] = from;
    end[axis] = to;
    return new Slice(Checks.list(begin), Checks.list(end), Checks.repeat(1, rank));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    boolean lists =
        from.size() == input.rank() && to.size() == input.rank() && step.size() == input.rank();
    if (!lists) {
      throw new IllegalArgumentException(
          "Slice needs from, to and step for each of "
              + input.rank()
              + " axes of the input "
              + input
              + ", got "
              + from
              + ", "
              + to
              + " and "
              + step);
    }
    int[] extents = new int[input.rank()];
    for (int axis = 0; axis < extents.length; axis++) {
      int end = Math.min(to.get(axis), input.dim(axis));
      if (from.get(axis) < 0 || from.get(axis) > end || step.get(axis) < 1) {
        throw new IllegalArgumentException(
            "Slice cannot go from "
                + from.get(axis)
                + " to "
                + to.get(axis)
                + " in steps of "
                + step.get(axis)
                + " along axis "
                + axis
                + " of the input "
                + input);
      }
      extents[axis] = (int) ((end - from.get(axis) + step.get(axis) - 1L) / step.get(axis));
    }
    return Shape.of(extents);
  }
}
