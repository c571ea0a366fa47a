package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Exponential linear unit.
 *
 * <p><b>Formula</b>: {@code x} where {@code x > 0}, else {@code alpha · (exp(x) − 1)}.
 *
 * <p><b>Source</b>: {@code torch.nn.ELU}; Clevert et al. 2015, arXiv 1511.07289.
 */
public record Elu(double alpha) implements Op {
  public Elu {
    if (!Double.isFinite(alpha)) {
      throw new IllegalArgumentException("Elu's alpha must be finite, got " + alpha);
    }
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
