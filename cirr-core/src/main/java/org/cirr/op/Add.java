package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/** The sum of two tensors of one shape, element by element. */
public record Add() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 2, "two inputs");
    if (!inputs.get(0).equals(inputs.get(1))) {
      throw new IllegalArgumentException(
          "Add needs two tensors of one shape, got " + inputs.get(0) + " and " + inputs.get(1));
    }
    return inputs.get(0);
  }
}
