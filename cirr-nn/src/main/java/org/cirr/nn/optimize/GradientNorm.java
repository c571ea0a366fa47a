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
      double own = 0;
      for (float value : gradient.array()) {
        own += (double) value * value;
      }
      sum += own;
    }
    return Math.sqrt(sum);
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
