package org.cirr.op;

import java.util.Arrays;
import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Convolution (cross-correlation) over 1 to 3 spatial axes.
 *
 * <p><b>Shapes</b>: input {@code [N, spatial…, Cin]}, weight {@code [Cout, Cin/groups, kernel…]},
 * optional bias {@code [Cout]} → {@code [N, spatial'…, Cout]}.
 *
 * <p><b>Formula</b>: {@code out[o, c] = bias[c] + Σ_k Σ_i in[o·stride − padding + k·dilation, i] ·
 * weight[c, i, k]}, where positions outside the input count as zero; {@code spatial' = floor((n +
 * 2·padding − dilation·(kernel − 1) − 1) / stride) + 1}.
 *
 * <p><b>Source</b>: {@code torch.nn.Conv1d/2d/3d}.
 */
public record Conv(List<Integer> stride, List<Integer> padding, List<Integer> dilation, int groups)
    implements Op {
  public Conv {
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  /** Dilation 1, one group. */
  public static Conv of(int[] stride, int[] padding) {
    return new Conv(Checks.list(stride), Checks.list(padding), Checks.repeat(1, stride.length), 1);
  }

  /** Stride as given, and the padding that keeps the extent at stride 1 (odd kernels). */
  public static Conv same(int[] kernel, int[] stride) {
    int[] padding = new int[kernel.length];
    for (int axis = 0; axis < kernel.length; axis++) {
      padding[axis] = (kernel[axis] - 1) / 2;
    }
    return of(stride, padding);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 3, "input, weight and optionally bias");
    Shape input = inputs.get(0);
    Shape weight = inputs.get(1);
    int rank = Checks.spatialRank(this, input);
    Checks.axes(this, "stride", stride, rank, 1);
    Checks.axes(this, "padding", padding, rank, 0);
    Checks.axes(this, "dilation", dilation, rank, 1);
    if (weight.rank() != rank + 2) {
      throw new IllegalArgumentException(
          "Conv's weight must be [Cout, Cin/groups, " + rank + " kernel extents], got " + weight);
    }
    if (weight.dim(0) == 0) {
      throw new IllegalArgumentException(
          "Conv's weight " + weight + " must have 1 or more output channels");
    }
    if (groups < 1 || weight.dim(0) % groups != 0) {
      throw new IllegalArgumentException(
          "Conv's groups must be 1 or more and divide the output channels, got "
              + groups
              + " groups and weight "
              + weight);
    }
    if (input.dim(-1) != (long) weight.dim(1) * groups) {
      throw new IllegalArgumentException(
          "Conv's input "
              + input
              + " has "
              + input.dim(-1)
              + " channels, but the weight "
              + weight
              + " with "
              + groups
              + " group(s) takes "
              + (long) weight.dim(1) * groups);
    }
    if (inputs.size() == 3) {
      Checks.vector(this, "bias", inputs.get(2), weight.dim(0));
    }
    int[] spatial = Checks.windows(this, input, kernel(weight), stride, padding, dilation);
    return Checks.activation(input, spatial, weight.dim(0));
  }

  @Override
  public long flops(List<Shape> inputs) {
    Shape weight = inputs.get(1);
    return 2 * infer(inputs).elements() * (weight.elements() / Math.max(1, weight.dim(0)));
  }

  private static int[] kernel(Shape weight) {
    return Arrays.copyOfRange(weight.toArray(), 2, weight.rank());
  }
}
