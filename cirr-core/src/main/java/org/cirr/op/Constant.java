package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * A tensor that is part of the network itself and not trained: an index, a mask, a factor.
 *
 * <p>The tensor is not copied; it must not be changed afterwards.
 */
public record Constant(Tensor value) implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 0, 0, "no input");
    return value.shape();
  }
}
