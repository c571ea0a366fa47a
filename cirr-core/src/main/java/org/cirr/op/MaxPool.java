package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Maximum pooling: the largest value of every window.
 *
 * <p><b>Shapes</b>: {@code [N, spatial…, C] → [N, spatial'…, C]} with {@code spatial' = floor((n +
 * 2·padding − dilation·(kernel − 1) − 1) / stride) + 1}; in ceil mode rounded up, as long as the
 * last window begins in the input or the padding before it.
 *
 * <p><b>Edge cases</b>: Padding never wins; NaN wins over everything.
 *
 * <p><b>Source</b>: {@code torch.nn.MaxPool1d/2d/3d}.
 */
public record MaxPool(
    List<Integer> kernel,
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> dilation,
    boolean ceilMode)
    implements Op {
  public MaxPool {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  /** Whole windows only, dilation 1. */
  public MaxPool(List<Integer> kernel, List<Integer> stride, List<Integer> padding) {
    this(kernel, stride, padding, Checks.repeat(1, kernel.size()), false);
  }

  /** Windows side by side: kernel = stride, no padding. */
  public static MaxPool of(int... kernel) {
    return new MaxPool(Checks.list(kernel), Checks.list(kernel), Checks.repeat(0, kernel.length));
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.pool(this, inputs, kernel, stride, padding, dilation, ceilMode);
  }
}
