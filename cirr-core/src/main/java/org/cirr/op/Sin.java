package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Sine.
 *
 * <p><b>Formula</b>: {@code sin(x)}.
 *
 * <p><b>Source</b>: {@code torch.sin}.
 */
public record Sin() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
