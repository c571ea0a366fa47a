package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Rectifier.
 *
 * <p><b>Formula</b>: {@code max(x, 0)}; NaN stays NaN.
 *
 * <p><b>Source</b>: {@code torch.nn.ReLU}.
 */
public record Relu() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 1, 1, "one input");
    return inputs.get(0);
  }
}
