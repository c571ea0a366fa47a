package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Square root.
 *
 * <p><b>Formula</b>: {@code √x}. NaN below 0.
 *
 * <p><b>Source</b>: {@code torch.sqrt}.
 */
public record Sqrt() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
