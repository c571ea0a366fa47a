package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Smooth rectifier.
 *
 * <p><b>Formula</b>: {@code ln(1 + exp(x)), and x itself above 20}.
 *
 * <p><b>Source</b>: {@code torch.nn.Softplus}.
 */
public record Softplus() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
