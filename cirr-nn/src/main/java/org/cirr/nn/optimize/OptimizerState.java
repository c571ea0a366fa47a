package org.cirr.nn.optimize;

import java.util.ArrayList;
import java.util.List;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/**
 * The weights that are trained and what an optimizer remembers of each; all of it can be read and
 * set, so that training goes on after a stop as if there had been none.
 *
 * <p>Weights are updated in place. Not safe for two threads at once; the work of one step is shared
 * by the workers, with the same result for any number of them.
 */
public final class OptimizerState {
  private static final int CHUNK = 1 << 15;

  private final Optimizer optimizer;
  private final List<Tensor> weights;
  private final List<List<Tensor>> slots = new ArrayList<>();
  private final boolean[] decays;
  private long steps;

  /**
   * Before the first step.
   *
   * @param weights the tensors to train, which are modified by {@link #step}
   * @param decays whether the weight decay applies, per tensor
   */
  public OptimizerState(Optimizer optimizer, List<Tensor> weights, List<Boolean> decays) {
    if (decays.size() != weights.size()) {
      throw new IllegalArgumentException(
          "there must be one decay flag per weight, got "
              + decays.size()
              + " flags for "
              + weights.size()
              + " weights");
    }
    this.optimizer = optimizer;
    this.weights = List.copyOf(weights);
    this.decays = new boolean[weights.size()];
    for (int i = 0; i < weights.size(); i++) {
      this.decays[i] = decays.get(i);
      List<Tensor> own = new ArrayList<>();
      for (int k = 0; k < optimizer.slotNames().size(); k++) {
        own.add(Tensor.zeros(weights.get(i).shape()));
      }
      slots.add(List.copyOf(own));
    }
  }

  /** Before the first step, with weight decay for all weights. */
  public OptimizerState(Optimizer optimizer, List<Tensor> weights) {
    this(optimizer, weights, weights.stream().map(weight -> true).toList());
  }

  /** The tensors that are trained, as they are now. */
  public List<Tensor> weights() {
    return weights;
  }

  /** What the optimizer remembers of a weight: its own tensors, which may be written to. */
  public List<Tensor> slots(int weight) {
    return slots.get(weight);
  }

  /** How many steps were done. */
  public long steps() {
    return steps;
  }

  /** Says how many steps were done, after the slots were set. */
  public void restore(long done) {
    if (done < 0) {
      throw new IllegalArgumentException("the steps done must be 0 or more, got " + done);
    }
    steps = done;
  }

  /**
   * One step.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the gradients do not fit the weights.
   *
   * @param gradients one for each weight
   * @param rate the learning rate of this step
   */
  public void step(List<Tensor> gradients, double rate, Workers workers) {
    if (gradients.size() != weights.size()) {
      throw new IllegalArgumentException(
          "there are " + weights.size() + " weights, got " + gradients.size() + " gradients");
    }
    steps++;
    for (int i = 0; i < weights.size(); i++) {
      Tensor weight = weights.get(i);
      Tensor gradient = gradients.get(i);
      if (!weight.shape().equals(gradient.shape())) {
        throw new IllegalArgumentException(
            "the gradient of weight "
                + i
                + " must have shape "
                + weight.shape()
                + ", got "
                + gradient.shape());
      }
      float[][] own = slots.get(i).stream().map(Tensor::array).toArray(float[][]::new);
      int length = weight.array().length;
      boolean decay = decays[i];
      workers.forEach(
          (length + CHUNK - 1) / CHUNK,
          chunk ->
              optimizer.update(
                  weight.array(),
                  gradient.array(),
                  own,
                  steps,
                  rate,
                  decay,
                  chunk * CHUNK,
                  Math.min(length, (chunk + 1) * CHUNK)));
    }
  }
}
