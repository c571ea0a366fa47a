package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The logarithm of {@link Softmax} over the last axis, finite where the softmax itself rounds to 0.
 *
 * <p><b>Formula</b>: {@code x_c − max − log Σ_j exp(x_j − max)}.
 *
 * <p><b>Source</b>: {@code torch.nn.LogSoftmax} over PyTorch's channel axis 1.
 */
public record LogSoftmax() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Shape input = Checks.one(this, inputs);
    Checks.rank(this, "input", input, 1);
    return input;
  }
}
