package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Average pooling: the mean of every window.
 *
 * <p><b>Shapes</b>: {@code [N, spatial…, C] → [N, spatial'…, C]} with {@code spatial' = floor((n +
 * 2·padding − kernel) / stride) + 1}.
 *
 * <p><b>Edge cases</b>: Padding counts as zeros and is counted, so the divisor is always the
 * kernel's volume.
 *
 * <p><b>Source</b>: {@code torch.nn.AvgPool1d/2d/3d} with {@code count_include_pad=True}.
 */
public record AvgPool(List<Integer> kernel, List<Integer> stride, List<Integer> padding)
    implements Op {
  public AvgPool {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
  }

  /** Windows side by side: kernel = stride, no padding. */
  public static AvgPool of(int... kernel) {
    return new AvgPool(Checks.list(kernel), Checks.list(kernel), Checks.repeat(0, kernel.length));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.pool(this, inputs, kernel, stride, padding);
  }
}
