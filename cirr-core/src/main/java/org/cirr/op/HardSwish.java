package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Swish of straight lines and a parabola.
 *
 * <p><b>Formula</b>: {@code x · min(max(x + 3, 0), 6) / 6}.
 *
 * <p><b>Source</b>: {@code torch.nn.Hardswish}.
 */
public record HardSwish() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
