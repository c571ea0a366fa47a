package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The gradient of the input of {@link LayerNorm}, or of {@link RmsNorm}.
 *
 * <p><b>Shapes</b>: the norm's input x {@code [..., C]} and the gradient g of its output,
 * optionally scale {@code [C]} → x's shape.
 *
 * <p><b>Formula</b>: {@code (s − mean(s) − x̂·mean(s·x̂)) / sqrt(variance + epsilon)} with {@code s
 * = scale·g} and {@code x̂ = (x − mean) / sqrt(variance + epsilon)}; without {@link #centred},
 * where the mean of x counts as 0, {@code mean(s)} does not either.
 *
 * @param centred whether the mean is subtracted: true for {@link LayerNorm}, false for {@link
 *     RmsNorm}
 */
public record LayerNormGradient(double epsilon, boolean centred) implements Op {
  public LayerNormGradient {
    Checks.epsilon("LayerNormGradient", epsilon);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 3, "input and gradient, optionally scale");
    Shape input = Checks.equal(this, inputs.subList(0, 2), "input and gradient");
    Checks.rank(this, "input", input, 1);
    if (inputs.size() == 3) {
      Checks.vector(this, "scale", inputs.get(2), input.dim(-1));
    }
    return input;
  }
}
