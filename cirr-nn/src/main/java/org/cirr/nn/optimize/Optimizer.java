package org.cirr.nn.optimize;

import java.util.List;

/** How a weight follows from its gradient; what it remembers from step to step lies in slots. */
public sealed interface Optimizer permits Sgd, Adam {
  /**
   * What is remembered of each weight, a number each: the names that PyTorch has for them in the
   * optimizer's state.
   */
  List<String> slotNames();

  /**
   * Refuses a hyperparameter that is not at least 0 and less than 1, as momentum, betas and weight
   * decay are.
   */
  static void requireFraction(String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "the " + name + " is at least 0 and less than 1, got " + value);
    }
  }

  /**
   * Updates some weights of one tensor.
   *
   * @param slots one array of the weight's length each; zeros before the first step
   * @param step counted from 1
   * @param decays whether the weight decay applies to this tensor
   * @param from the first index
   * @param to the index behind the last one
   */
  void update(
      float[] weight,
      float[] gradient,
      float[][] slots,
      long step,
      double rate,
      boolean decays,
      int from,
      int to);
}
