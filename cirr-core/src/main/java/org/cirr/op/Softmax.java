package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Softmax over the last axis, the channels.
 *
 * <p><b>Formula</b>: {@code exp(x_c − max) / Σ_j exp(x_j − max)}.
 *
 * <p><b>Source</b>: {@code torch.nn.Softmax} over PyTorch's channel axis 1.
 */
public record Softmax() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 1, 1, "one input");
    if (inputs.get(0).rank() < 1) {
      throw new IllegalArgumentException("Softmax needs at least one axis, got a scalar");
    }
    return inputs.get(0);
  }
}
