package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Fully connected layer: the same matrix product at every position.
 *
 * <p><b>Shapes</b>: input {@code [..., Cin]}, weight {@code [Cout, Cin]}, optional bias {@code
 * [Cout]} → {@code [..., Cout]}.
 *
 * <p><b>Formula</b>: {@code out[c] = bias[c] + Σ_i in[i] · weight[c, i]}.
 *
 * <p><b>Source</b>: {@code torch.nn.Linear}.
 */
public record Linear() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 3, "input, weight and optionally bias");
    Shape input = inputs.get(0);
    Shape weight = inputs.get(1);
    Checks.rank(this, "input", input, 1);
    if (weight.rank() != 2 || weight.dim(1) != input.dim(-1)) {
      throw new IllegalArgumentException(
          "Linear's weight for the input "
              + input
              + " must have shape [Cout, "
              + input.dim(-1)
              + "], got "
              + weight);
    }
    if (inputs.size() == 3) {
      Checks.vector(this, "bias", inputs.get(2), weight.dim(0));
    }
    int[] extents = input.toArray();
    extents[extents.length - 1] = weight.dim(0);
    return Shape.of(extents);
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 2 * infer(inputs).elements() * inputs.get(0).dim(-1);
  }
}
