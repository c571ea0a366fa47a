package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Maximum pooling: the largest value of every window.
 *
 * <p><b>Shapes</b>: {@code [N, spatial…, C] → [N, spatial'…, C]} with {@code spatial' = floor((n +
 * 2·padding − kernel) / stride) + 1}.
 *
 * <p><b>Edge cases</b>: Padding never wins; NaN wins over everything.
 *
 * <p><b>Source</b>: {@code torch.nn.MaxPool1d/2d/3d}.
 */
public record MaxPool(List<Integer> kernel, List<Integer> stride, List<Integer> padding)
    implements Op {
  public MaxPool {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
  }

  /** Windows side by side: kernel = stride, no padding. */
  public static MaxPool of(int... kernel) {
    return new MaxPool(Checks.list(kernel), Checks.list(kernel), Checks.repeat(0, kernel.length));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 1, 1, "one input");
    Shape input = inputs.get(0);
    int rank = Checks.spatialRank(this, input);
    Checks.axes(this, "kernel", kernel, rank, 1);
    Checks.axes(this, "stride", stride, rank, 1);
    Checks.axes(this, "padding", padding, rank, 0);
    for (int axis = 0; axis < rank; axis++) {
      if (2 * padding.get(axis) > kernel.get(axis)) {
        throw new IllegalArgumentException(
            name() + "'s padding " + padding + " must be at most half of the kernel " + kernel);
      }
    }
    int[] extents = kernel.stream().mapToInt(Integer::intValue).toArray();
    int[] spatial = Checks.windows(this, input, extents, stride, padding, Checks.repeat(1, rank));
    return Checks.activation(input, spatial, input.dim(-1));
  }
}
