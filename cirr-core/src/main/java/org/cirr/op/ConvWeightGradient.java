package org.cirr.op;

import java.util.Arrays;
import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The gradient of a convolution's weight; with the two inputs exchanged, that of a transposed
 * convolution's weight.
 *
 * <p><b>Shapes</b>: the input {@code [N, spatial…, Cin]} and the gradient of the output {@code [N,
 * spatial'…, Cout]} of a {@link Conv} → {@code [Cout, Cin/groups, kernel…]}.
 *
 * <p><b>Formula</b>: {@code out[c, i, k] = Σ_n Σ_o gradient[n, o, c] · in[n, o·stride − padding +
 * k·dilation, i]}, where positions outside the input count as zero.
 *
 * <p><b>Source</b>: {@code torch.nn.grad.conv3d_weight}.
 */
public record ConvWeightGradient(
    List<Integer> kernel,
    List<Integer> stride,
    List<Integer> padding,
    List<Integer> dilation,
    int groups)
    implements Op {
  public ConvWeightGradient {
    kernel = List.copyOf(kernel);
    stride = List.copyOf(stride);
    padding = List.copyOf(padding);
    dilation = List.copyOf(dilation);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 2, "input and gradient of the output");
    Shape input = inputs.get(0);
    Shape gradient = inputs.get(1);
    int rank = Checks.spatialRank(this, input);
    Checks.axes(this, "kernel", kernel, rank, 1);
    if (groups < 1 || input.dim(-1) % groups != 0) {
      throw new IllegalArgumentException(
          "ConvWeightGradient's groups must be 1 or more and divide the input channels, got "
              + groups
              + " groups and input "
              + input);
    }
    int[] extents = new int[rank + 2];
    extents[0] = gradient.rank() == 0 ? 0 : gradient.dim(-1);
    extents[1] = input.dim(-1) / groups;
    for (int axis = 0; axis < rank; axis++) {
      extents[axis + 2] = kernel.get(axis);
    }
    Shape weight = Shape.of(extents);
    Shape output = new Conv(stride, padding, dilation, groups).infer(List.of(input, weight));
    if (!output.equals(gradient)) {
      throw new IllegalArgumentException(
          "ConvWeightGradient's gradient must have the shape "
              + output
              + " that the convolution of "
              + input
              + " with a kernel "
              + kernel
              + " has, got "
              + gradient);
    }
    return weight;
  }

  @Override
  public long flops(List<Shape> inputs) {
    Shape weight = infer(inputs);
    int[] behind = Arrays.copyOfRange(weight.toArray(), 1, weight.rank());
    return 2 * inputs.get(1).elements() * Shape.of(behind).elements();
  }
}
