package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Puts the axes in another order.
 *
 * <p><b>Shapes</b>: output axis i is input axis {@code axes[i]}.
 *
 * <p><b>Source</b>: {@code torch.permute}.
 */
public record Permute(List<Integer> axes) implements Op {
  public Permute {
    axes = List.copyOf(axes);
  }

  /** Output axis i is input axis {@code axes[i]}. */
  public static Permute of(int... axes) {
    return new Permute(Checks.list(axes));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    List<Integer> sorted = axes.stream().sorted().toList();
    if (!sorted.equals(java.util.stream.IntStream.range(0, input.rank()).boxed().toList())) {
      throw new IllegalArgumentException(
          "Permute's axes must be each of 0 to "
              + (input.rank() - 1)
              + " once for the input "
              + input
              + ", got "
              + axes);
    }
    return Shape.of(axes.stream().mapToInt(input::dim).toArray());
  }
}
