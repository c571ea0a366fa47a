package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Gaussian error linear unit.
 *
 * <p><b>Formula</b>: {@code EXACT}: {@code x · Φ(x) = x/2 · (1 + erf(x/√2))}; {@code TANH}: {@code
 * x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³)))}.
 *
 * <p><b>Source</b>: {@code torch.nn.GELU(approximate='none' or 'tanh')}; Hendrycks and Gimpel 2016,
 * arXiv 1606.08415.
 */
public record Gelu(Form form) implements Op {
  /** The distribution function itself, or its approximation. */
  public enum Form {
    EXACT,
    TANH
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
