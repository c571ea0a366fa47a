package org.cirr.nn.optimize;

import java.util.List;

/**
 * Stochastic gradient descent with momentum.
 *
 * <p><b>Formula</b>: {@code g += decay·w; v = momentum·v + (1 − dampening)·g} (in the first step
 * {@code v = g}); {@code w −= rate·v}, or with Nesterov's form {@code w −= rate·(g + momentum·v)}.
 *
 * <p><b>Source</b>: {@code torch.optim.SGD}.
 */
public record Sgd(double momentum, double dampening, boolean nesterov, double weightDecay)
    implements Optimizer {
  /** Checks the values. */
  public Sgd {
    Optimizer.requireFraction("momentum", momentum);
    Optimizer.requireFraction("weight decay", weightDecay);
    if (nesterov && (momentum <= 0 || dampening != 0)) {
      throw new IllegalArgumentException(
          "Nesterov's form needs a momentum above 0 and no dampening, got momentum "
              + momentum
              + " and dampening "
              + dampening);
    }
  }

  /** nnU-Net's: momentum 0.99, Nesterov, weight decay 3e-5. */
  public static Sgd nnUnet() {
    return new Sgd(0.99, 0, true, 3e-5);
  }

  @Override
  public List<String> slotNames() {
    return momentum == 0 ? List.of() : List.of("momentum_buffer");
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
    float decay = decays ? (float) weightDecay : 0;
    float keep = (float) momentum;
    float take = step == 1 ? 1 : (float) (1 - dampening);
    float ahead = nesterov ? 1 : 0;
    float along = nesterov ? keep : 1;
    float length = (float) rate;
    if (slots.length == 0) {
      for (int i = from; i < to; i++) {
        weight[i] -= length * (gradient[i] + decay * weight[i]);
      }
      return;
    }
    float[] velocity = slots[0];
    for (int i = from; i < to; i++) {
      float g = gradient[i] + decay * weight[i];
      float v = keep * velocity[i] + take * g;
      velocity[i] = v;
      weight[i] -= length * (ahead * g + along * v);
    }
  }
}
