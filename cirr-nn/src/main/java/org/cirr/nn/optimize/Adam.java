package org.cirr.nn.optimize;

import java.util.List;

/**
 * Adam, and AdamW where the weight decay is decoupled.
 *
 * <p><b>Formula</b>: {@code m = β₁m + (1 − β₁)g; v = β₂v + (1 − β₂)g²; w −= rate·m̂ / (√v̂ + ε)}
 * with {@code m̂ = m/(1 − β₁ᵗ)} and {@code v̂ = v/(1 − β₂ᵗ)}. The decay is added to the gradient,
 * or, decoupled, {@code w} is multiplied by {@code 1 − rate·decay} first. With amsgrad the largest
 * v so far stands for v.
 *
 * <p><b>Source</b>: {@code torch.optim.Adam} and {@code AdamW}; Kingma and Ba 2015, Loshchilov and
 * Hutter 2019, Reddi et al. 2018.
 */
public record Adam(
    double beta1,
    double beta2,
    double epsilon,
    double weightDecay,
    boolean decoupled,
    boolean amsgrad)
    implements Optimizer {
  /** Checks the values. */
  public Adam {
    Optimizer.requireFraction("beta1", beta1);
    Optimizer.requireFraction("beta2", beta2);
    Optimizer.requireFraction("weight decay", weightDecay);
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException("epsilon is above 0 and below 1, got " + epsilon);
    }
  }

  /** Adam with PyTorch's defaults. */
  public static Adam defaults() {
    return new Adam(0.9, 0.999, 1e-8, 0, false, false);
  }

  /** AdamW with PyTorch's defaults and the given decay. */
  public static Adam decoupled(double weightDecay) {
    return new Adam(0.9, 0.999, 1e-8, weightDecay, true, false);
  }

  /** That of nnU-Net's {@code nnUNetTrainerAdam}: AdamW, amsgrad, weight decay 3e-5. */
  public static Adam nnUnet() {
    return new Adam(0.9, 0.999, 1e-8, 3e-5, true, true);
  }

  @Override
  public List<String> slotNames() {
    return amsgrad
        ? List.of("exp_avg", "exp_avg_sq", "max_exp_avg_sq")
        : List.of("exp_avg", "exp_avg_sq");
  }

  @Override
  public void update(
      float[] weight,
      float[] gradient,
      float[][] slots,
      long step,
      double rate,
      boolean decays,
      int from,
      int to) {
    double decay = decays ? weightDecay : 0;
    double first = 1 - Math.pow(beta1, step);
    double second = Math.sqrt(1 - Math.pow(beta2, step));
    float[] mean = slots[0];
    float[] square = slots[1];
    for (int i = from; i < to; i++) {
      double w = decoupled ? weight[i] * (1 - rate * decay) : weight[i];
      double g = decoupled ? gradient[i] : gradient[i] + decay * w;
      double m = beta1 * mean[i] + (1 - beta1) * g;
      double v = beta2 * square[i] + (1 - beta2) * g * g;
      mean[i] = (float) m;
      square[i] = (float) v;
      if (amsgrad) {
        v = Math.max(v, slots[2][i]);
        slots[2][i] = (float) v;
      }
      weight[i] = (float) (w - rate / first * m / (Math.sqrt(v) / second + epsilon));
    }
  }
}
