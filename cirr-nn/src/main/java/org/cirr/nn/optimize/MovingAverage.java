package org.cirr.nn.optimize;

import java.util.ArrayList;
import java.util.List;
import org.cirr.tensor.Tensor;

/**
 * The exponential moving average of weights: {@code average = decay · average + (1 − decay) ·
 * weight} after every step. It starts at the first weights.
 */
public final class MovingAverage {
  private final double decay;
  private final List<Tensor> averages;

  /** Starts at the given weights. */
  public MovingAverage(double decay, List<Tensor> weights) {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException(
          "a moving average's decay must be at least 0 and less than 1, got " + decay);
    }
    this.decay = decay;
    List<Tensor> copies = new ArrayList<>();
    for (Tensor weight : weights) {
      copies.add(Tensor.of(weight.shape(), weight.array().clone()));
    }
    averages = List.copyOf(copies);
  }

  /** Takes the weights of another step in. */
  public void update(List<Tensor> weights) {
    for (int i = 0; i < averages.size(); i++) {
      float[] average = averages.get(i).array();
      float[] weight = weights.get(i).array();
      for (int k = 0; k < average.length; k++) {
        average[k] = (float) (decay * average[k] + (1 - decay) * weight[k]);
      }
    }
  }

  /** The averages as they are now; the same tensors after every update. */
  public List<Tensor> averages() {
    return averages;
  }
}
