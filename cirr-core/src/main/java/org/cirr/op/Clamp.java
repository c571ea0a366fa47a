package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Keeps values within limits; {@code Clamp(0, 6)} is ReLU6.
 *
 * <p><b>Formula</b>: {@code min(max(x, low), high)}; NaN stays NaN.
 *
 * <p><b>Source</b>: {@code torch.clamp}.
 */
public record Clamp(double low, double high) implements Op {
  public Clamp {
    if (!(low <= high)) {
      throw new IllegalArgumentException(
          "Clamp's limits must be numbers in ascending order, got " + low + " and " + high);
    }
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    return Checks.one(this, inputs);
  }
}
