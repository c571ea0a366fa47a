package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Moves all values along the given axes; what leaves at one end comes in at the other.
 *
 * <p><b>Formula</b>: {@code out[(i + shift) mod n] = in[i]}.
 *
 * <p><b>Source</b>: {@code torch.roll}.
 */
public record Roll(List<Integer> axes, List<Integer> shifts) implements Op {
  public Roll {
    axes = List.copyOf(axes);
    shifts = List.copyOf(shifts);
    if (axes.size() != shifts.size()) {
      throw new IllegalArgumentException(
          "Roll needs one shift for each axis, got axes " + axes + " and shifts " + shifts);
    }
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    Checks.someAxes(this, axes, input);
    return input;
  }
}
