package org.cirr.nn.optimize;

/** How a weight follows from its gradient; what it remembers from step to step lies in slots. */
public sealed interface Optimizer permits Sgd, Adam {
  /** How many numbers are remembered for each weight. */
  int slots();

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
