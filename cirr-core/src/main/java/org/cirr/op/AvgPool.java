package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Average pooling: the mean of every window.
 *
 * <p><b>Shapes</b>: {@code [N, spatial…, C] → [N, spatial'…, C]} with {@code spatial' = floor((n +
 * 2·padding − kernel) / stride) + 1}; in ceil mode rounded up, as long as the last window begins in
 * the input or the padding before it.
 *
 * <p><b>Edge cases</b>: Padding counts as zeros. With {@link #countPadding} it is counted,
 * otherwise the divisor is the number of voxels inside the input. What a window of ceil mode covers
 * behind the padding is never counted.
 *
 * <p><b>Source</b>: {@code torch.nn.AvgPool1d/2d/3d}.
 */
public record AvgPool(
    List<Integer> kernel,
    List<Integer> stride,
    List<Integer> padding,
    boolean ceilMode,
    boolean countPadding)
    implements Op {
  public AvgPool {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
  }

  /** Whole windows only; padding is counted. */
  public AvgPool(List<Integer> kernel, List<Integer> stride, List<Integer> padding) {
    this(kernel, stride, padding, false, true);
  }

  /** Windows side by side: kernel = stride, no padding. */
  public static AvgPool of(int... kernel) {
    return new AvgPool(Checks.list(kernel), Checks.list(kernel), Checks.repeat(0, kernel.length));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    List<Integer> dense = Checks.repeat(1, kernel.size());
    return Checks.pool(this, inputs, kernel, stride, padding, dense, ceilMode);
  }
}
