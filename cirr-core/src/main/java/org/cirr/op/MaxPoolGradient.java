package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The gradient of {@link MaxPool} or {@link AdaptiveMaxPool}: each value goes to the place of its
 * window's largest value, the first of several.
 *
 * <p><b>Shapes</b>: the pooling's input and the gradient of its output → the input's shape.
 *
 * <p><b>Edge cases</b>: NaN counts as largest. What several windows give one place is added.
 *
 * @param pool the pooling whose gradient it is
 */
public record MaxPoolGradient(Op pool) implements Op {
  public MaxPoolGradient {
    if (!(pool instanceof MaxPool || pool instanceof AdaptiveMaxPool)) {
      throw new IllegalArgumentException(
          "MaxPoolGradient needs MaxPool or AdaptiveMaxPool, got " + pool.name());
    }
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 2, "input and gradient of the output");
    Shape output = pool.infer(inputs.subList(0, 1));
    if (!output.equals(inputs.get(1))) {
      throw new IllegalArgumentException(
          "MaxPoolGradient's gradient must have the shape "
              + output
              + " that the pooled input "
              + inputs.get(0)
              + " has, got "
              + inputs.get(1));
    }
    return inputs.get(0);
  }
}
