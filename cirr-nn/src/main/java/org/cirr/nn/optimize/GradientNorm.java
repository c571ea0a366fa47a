package org.cirr.nn.optimize;

import java.util.List;
import org.cirr.tensor.Tensor;

/** The length of all gradients together, and its limit. */
public final class GradientNorm {
  private GradientNorm() {}

  /** The root of the sum of all squares, summed in double. */
  public static double of(List<Tensor> gradients) {
    double sum = 0;
    for (Tensor gradient : gradients) {
      sum += squares(gradient.array());
    }
    return Math.sqrt(sum);
  }

  /** Four sums side by side, so that an addition need not wait for the one before. */
  private static double squares(float[] values) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int whole = values.length - values.length % 4;
    for (int i = 0; i < whole; i += 4) {
      a += (double) values[i] * values[i];
      b += (double) values[i + 1] * values[i + 1];
      c += (double) values[i + 2] * values[i + 2];
      d += (double) values[i + 3] * values[i + 3];
    }
    for (int i = whole; i < values.length; i++) {
      a += (double) values[i] * values[i];
    }
    return a + b + (c + d);
  }

  /**
   * Scales all gradients in place so that their norm is at most {@code most}; returns the norm
   * before. A norm that is NaN or infinite is returned as it is, and the gradients stay.
   *
   * <p><b>Formula</b>: factor {@code min(1, most / (norm + 1e-6))}.
   *
   * <p><b>Source</b>: {@code torch.nn.utils.clip_grad_norm_}.
   */
  public static double clip(List<Tensor> gradients, double most) {
    double norm = of(gradients);
    float factor = (float) (most / (norm + 1e-6));
    if (factor < 1 && norm < Double.POSITIVE_INFINITY) {
      for (Tensor gradient : gradients) {
        float[] array = gradient.array();
        for (int i = 0; i < array.length; i++) {
          array[i] *= factor;
        }
      }
    }
    return norm;
  }
}
