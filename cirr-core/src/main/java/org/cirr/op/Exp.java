package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Exponential function.
 *
 * <p><b>Formula</b>: {@code exp(x)}.
 *
 * <p><b>Source</b>: {@code torch.exp}.
 */
public record Exp() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
