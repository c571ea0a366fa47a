package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Cosine.
 *
 * <p><b>Formula</b>: {@code cos(x)}.
 *
 * <p><b>Source</b>: {@code torch.cos}.
 */
public record Cos() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
