package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The reverse order along the given axes.
 *
 * <p><b>Source</b>: {@code torch.flip}.
 */
public record Flip(List<Integer> axes) implements Op {
  public Flip {
    axes = List.copyOf(axes);
  }

  /** Reverses the given axes. */
  public static Flip of(int... axes) {
    return new Flip(Checks.list(axes));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    Checks.someAxes(this, axes, input);
    return input;
  }
}
