package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The same values, through which no gradient flows.
 *
 * <p><b>Source</b>: {@code torch.Tensor.detach}.
 */
public record Detach() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
