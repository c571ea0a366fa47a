package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Leaky rectifier.
 *
 * <p><b>Formula</b>: {@code x} where {@code x ≥ 0}, else {@code slope · x}.
 *
 * <p><b>Source</b>: {@code torch.nn.LeakyReLU}.
 */
public record LeakyRelu(double slope) implements Op {
  public LeakyRelu {
    if (!Double.isFinite(slope)) {
      throw new IllegalArgumentException("LeakyRelu's slope must be finite, got " + slope);
    }
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 1, 1, "one input");
    return inputs.get(0);
  }
}
