package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/** A tensor that the caller hands in for each run. */
public record Input(String label, Shape shape) implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 0, 0, "no input");
    return shape;
  }
}
