package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/** A trained tensor, bound by its name (the state dict's key) when the graph is compiled. */
public record Parameter(String label, Shape shape) implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 0, 0, "no input");
    return shape;
  }
}
