package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Natural logarithm.
 *
 * <p><b>Formula</b>: {@code ln(x)}. NaN below 0.
 *
 * <p><b>Source</b>: {@code torch.log}.
 */
public record Log() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
