package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Logistic function.
 *
 * <p><b>Formula</b>: {@code 1 / (1 + exp(−x))}.
 *
 * <p><b>Source</b>: {@code torch.nn.Sigmoid}.
 */
public record Sigmoid() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 1, 1, "one input");
    return inputs.get(0);
  }
}
