package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Sigmoid of three straight lines.
 *
 * <p><b>Formula</b>: {@code min(max(x + 3, 0), 6) / 6}.
 *
 * <p><b>Source</b>: {@code torch.nn.Hardsigmoid}.
 */
public record HardSigmoid() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
