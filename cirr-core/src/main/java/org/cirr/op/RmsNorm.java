package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Root mean square normalisation: every position is divided by the root mean square of its
 * channels.
 *
 * <p><b>Shapes</b>: input {@code [..., C]} and scale {@code [C]} → the input's shape.
 *
 * <p><b>Formula</b>: {@code x / sqrt(mean(x²) + epsilon) · scale}.
 *
 * <p><b>Source</b>: Zhang and Sennrich 2019, arXiv 1910.07467; Mamba's {@code RMSNorm}.
 */
public record RmsNorm(double epsilon) implements Op {
  public RmsNorm {
    Checks.epsilon("RmsNorm", epsilon);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 2, "input and scale");
    Checks.rank(this, "input", inputs.get(0), 1);
    Checks.vector(this, "scale", inputs.get(1), inputs.get(0).dim(-1));
    return inputs.get(0);
  }
}
