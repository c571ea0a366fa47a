package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Hyperbolic tangent.
 *
 * <p><b>Formula</b>: {@code tanh(x)}.
 *
 * <p><b>Source</b>: {@code torch.nn.Tanh}.
 */
public record Tanh() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
