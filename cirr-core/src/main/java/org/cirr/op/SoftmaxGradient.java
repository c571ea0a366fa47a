package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * The gradient of {@link Softmax} or {@link LogSoftmax}.
 *
 * <p><b>Shapes</b>: the result y and its gradient g, of one shape → the same shape.
 *
 * <p><b>Formula</b>: {@code y · (g − Σ_c g_c·y_c)}; of the logarithm {@code g − exp(y) · Σ_c g_c}.
 *
 * @param logarithmic whether y is the result of {@link LogSoftmax}
 */
public record SoftmaxGradient(boolean logarithmic) implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Shape shape = Checks.equal(this, inputs, "result and gradient");
    Checks.rank(this, "result", shape, 1);
    return shape;
  }
}
