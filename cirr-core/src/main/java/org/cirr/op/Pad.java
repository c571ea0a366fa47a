package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Adds values around a tensor, or cuts them off.
 *
 * <p><b>Shapes</b>: extent {@code before + n + after} on each axis; negative numbers cut.
 *
 * <p><b>Formula</b>: outside the input {@code CONSTANT} gives {@link #value}, {@code REPLICATE} the
 * nearest value and {@code REFLECT} the mirror image without repeating the border.
 *
 * <p><b>Source</b>: {@code torch.nn.functional.pad}.
 */
public record Pad(List<Integer> before, List<Integer> after, Mode mode, double value)
    implements Op {
  /** What is put where the input does not reach. */
  public enum Mode {
    CONSTANT,
    REPLICATE,
    REFLECT
  }

  public Pad {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Zeros. */
  public static Pad zeros(List<Integer> before, List<Integer> after) {
    return new Pad(before, after, Mode.CONSTANT, 0);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    if (before.size() != input.rank() || after.size() != input.rank()) {
      throw new IllegalArgumentException(
          "Pad needs numbers for each of "
              + input.rank()
              + " axes of the input "
              + input
              + ", got before "
              + before
              + " and after "
              + after);
    }
    int[] extents = new int[input.rank()];
    for (int axis = 0; axis < extents.length; axis++) {
      int n = input.dim(axis);
      int most = Math.max(before.get(axis), after.get(axis));
      long extent = (long) before.get(axis) + n + after.get(axis);
      boolean fits =
          extent >= 0
              && extent <= Integer.MAX_VALUE
              && (mode != Mode.REFLECT || most < Math.max(1, n))
              && (mode == Mode.CONSTANT || n > 0 || most <= 0)
              && before.get(axis) >= -n
              && after.get(axis) >= -n;
      if (!fits) {
        throw new IllegalArgumentException(
            "Pad cannot put "
                + before.get(axis)
                + " before and "
                + after.get(axis)
                + " after the "
                + n
                + " values of axis "
                + axis
                + " of the input "
                + input
                + " in mode "
                + mode);
      }
      extents[axis] = (int) extent;
    }
    return Shape.of(extents);
  }
}
