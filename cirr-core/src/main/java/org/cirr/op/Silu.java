package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Sigmoid-weighted linear unit, also called swish.
 *
 * <p><b>Formula</b>: {@code x / (1 + exp(−x))}.
 *
 * <p><b>Source</b>: {@code torch.nn.SiLU}.
 */
public record Silu() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
