package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Layer normalisation: every position gets mean 0 and variance 1 over its channels.
 *
 * <p><b>Shapes</b>: input {@code [..., C]}, optionally scale {@code [C]} and shift {@code [C]} →
 * the input's shape. PyTorch's channels-first layer norms are this one too, since activations are
 * channels last.
 *
 * <p><b>Formula</b>: {@code (x − mean) / sqrt(variance + epsilon) · scale + shift}, with the biased
 * variance (divided by C).
 *
 * <p><b>Source</b>: {@code torch.nn.LayerNorm} over the last axis; Ba et al. 2016, arXiv
 * 1607.06450.
 */
public record LayerNorm(double epsilon) implements Op {
  public LayerNorm {
    Checks.epsilon("LayerNorm", epsilon);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 1, 3, "input, or input, scale and shift");
    Checks.rank(this, "input", inputs.get(0), 1);
    return Checks.affine(this, inputs);
  }
}
