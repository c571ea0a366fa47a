package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * One number for all values along the given axes, which are left out.
 *
 * <p><b>Shapes</b>: the axes that are not reduced, in their order.
 *
 * <p><b>Edge cases</b>: NaN stays NaN; the mean of nothing is NaN, the largest and the smallest of
 * nothing are infinite.
 *
 * <p><b>Source</b>: {@code torch.sum}, {@code mean}, {@code amax}, {@code amin}.
 */
public record Reduce(Kind kind, List<Integer> axes) implements Op {
  /** What is made of the values. */
  public enum Kind {
    SUM,
    MEAN,
    MAX,
    MIN
  }

  public Reduce {
    axes = List.copyOf(axes);
  }

  /** The mean along the given axes. */
  public static Reduce mean(int... axes) {
    return new Reduce(Kind.MEAN, Checks.list(axes));
  }

  /** The sum along the given axes. */
  public static Reduce sum(int... axes) {
    return new Reduce(Kind.SUM, Checks.list(axes));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    Checks.someAxes(this, axes, input);
    return Shape.of(
        java.util.stream.IntStream.range(0, input.rank())
            .filter(axis -> !axes.contains(axis))
            .map(input::dim)
            .toArray());
  }
}
