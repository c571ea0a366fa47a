package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Transposed convolution ("deconvolution") over 1 to 3 spatial axes.
 *
 * <p><b>Shapes</b>: input {@code [N, spatial…, Cin]}, weight {@code [Cin, Cout/groups, kernel…]}
 * (input channels first, unlike {@link Conv}), optional bias {@code [Cout]} → {@code [N, spatial'…,
 * Cout]}.
 *
 * <p><b>Formula</b>: every input voxel i adds {@code in[i] · weight[k]} to the output voxel {@code
 * i·stride − padding + k·dilation}; {@code spatial' = (n − 1)·stride − 2·padding + dilation·(kernel
 * − 1) + 1 + outputPadding}.
 *
 * <p><b>Source</b>: {@code torch.nn.ConvTranspose1d/2d/3d}.
 */
public record ConvTranspose(
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> outputPadding,
    List<Integer> dilation,
    int groups)
    implements Op {
  public ConvTranspose {
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    outputPadding = List.copyOf(outputPadding);
    dilation = List.copyOf(dilation);
  }

  /** Dilation 1, one group. */
  public ConvTranspose(List<Integer> stride, List<Integer> padding, List<Integer> outputPadding) {
    this(stride, padding, outputPadding, Checks.repeat(1, stride.size()), 1);
  }

  /** No padding. */
  public static ConvTranspose of(int... stride) {
    List<Integer> none = Checks.repeat(0, stride.length);
    return new ConvTranspose(Checks.list(stride), none, none);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 3, "input, weight and optionally bias");
    Shape input = inputs.get(0);
    Shape weight = inputs.get(1);
    int rank = Checks.spatialRank(this, input);
    Checks.axes(this, "stride", stride, rank, 1);
    Checks.axes(this, "padding", padding, rank, 0);
    Checks.axes(this, "output padding", outputPadding, rank, 0);
    Checks.axes(this, "dilation", dilation, rank, 1);
    if (weight.rank() != rank + 2) {
      throw new IllegalArgumentException(
          "ConvTranspose's weight must be [Cin, Cout/groups, "
              + rank
              + " kernel extents], got "
              + weight);
    }
    if (groups < 1 || weight.dim(0) % groups != 0) {
      throw new IllegalArgumentException(
          "ConvTranspose's groups must be 1 or more and divide the input channels, got "
              + groups
              + " groups and weight "
              + weight);
    }
    long channels = (long) weight.dim(1) * groups;
    if (channels == 0) {
      throw new IllegalArgumentException(
          "ConvTranspose's weight " + weight + " must have 1 or more output channels");
    }
    if (channels > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "ConvTranspose cannot make " + channels + " channels from the weight " + weight);
    }
    if (input.dim(-1) != weight.dim(0)) {
      throw new IllegalArgumentException(
          "ConvTranspose's input "
              + input
              + " has "
              + input.dim(-1)
              + " channels, but the weight "
              + weight
              + " takes "
              + weight.dim(0));
    }
    if (inputs.size() == 3) {
      Checks.vector(this, "bias", inputs.get(2), (int) channels);
    }
    int[] spatial = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      long extent =
          (input.dim(axis + 1) - 1L) * stride.get(axis)
              - 2L * padding.get(axis)
              + dilation.get(axis) * (weight.dim(axis + 2) - 1L)
              + 1
              + outputPadding.get(axis);
      if (weight.dim(axis + 2) < 1 || extent > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "ConvTranspose cannot make an output of extent "
                + extent
                + " on spatial axis "
                + axis
                + " from input "
                + input
                + " and weight "
                + weight);
      }
      if (extent < 1) {
        throw new IllegalArgumentException(
            "ConvTranspose's padding "
                + padding
                + " leaves nothing of the output of input "
                + input
                + " and weight "
                + weight);
      }
      spatial[axis] = (int) extent;
    }
    return Checks.activation(input, spatial, (int) channels);
  }

  @Override
  public long flops(List<Shape> inputs) {
    Shape input = inputs.get(0);
    Shape weight = inputs.get(1);
    return 2 * input.elements() * (weight.elements() / Math.max(1, weight.dim(0)));
  }
}
