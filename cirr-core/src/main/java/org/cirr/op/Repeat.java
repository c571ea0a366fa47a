package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The whole tensor side by side with itself along each axis.
 *
 * <p><b>Shapes</b>: each extent times its number of repeats.
 *
 * <p><b>Formula</b>: output index k is input index {@code k mod n}.
 *
 * <p><b>Source</b>: {@code torch.Tensor.repeat}; {@code expand} where the extent is 1.
 */
public record Repeat(List<Integer> times) implements Op {
  public Repeat {
    times = List.copyOf(times);
  }

  /** The numbers of repeats, one per axis. */
  public static Repeat of(int... times) {
    return new Repeat(Checks.list(times));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    boolean fits = times.size() == input.rank();
    int[] extents = new int[input.rank()];
    for (int axis = 0; fits && axis < extents.length; axis++) {
      long extent = (long) times.get(axis) * input.dim(axis);
      fits = times.get(axis) >= 1 && extent <= Integer.MAX_VALUE;
      extents[axis] = (int) extent;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "Repeat needs 1 or more repeats for each axis of the input " + input + ", got " + times);
    }
    return Shape.of(extents);
  }
}
