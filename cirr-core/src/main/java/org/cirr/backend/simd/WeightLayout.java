package org.cirr.backend.simd;

import org.cirr.tensor.Shape;

/**
 * Where the weight between two channels at a tap lies in a convolution's tensor.
 *
 * @param first where that of the first channels at the first tap lies
 * @param groupStep added for each group, beside what its output channels add
 * @param outStep from one output channel to the next
 * @param inStep from one input channel of a group to the next
 * @param tapStep from one tap to the next
 */
record WeightLayout(int first, int groupStep, int outStep, int inStep, int tapStep) {
  /** A convolution's: {@code [Cout, Cin/groups, taps]}. */
  static WeightLayout of(Shape weight) {
    int taps = taps(weight);
    return new WeightLayout(0, 0, weight.dim(1) * taps, taps, 1);
  }

  /** A transposed convolution's, {@code [Cin, Cout, taps]}, with the taps from behind. */
  static WeightLayout turned(Shape weight) {
    int taps = taps(weight);
    return new WeightLayout(taps - 1, 0, taps, weight.dim(1) * taps, -1);
  }

  private static int taps(Shape weight) {
    int taps = 1;
    for (int axis = 2; axis < weight.rank(); axis++) {
      taps *= weight.dim(axis);
    }
    return taps;
  }

  /**
   * Where a weight lies.
   *
   * @param out the output channel among those of all groups
   * @param in the input channel among those of the group
   */
  int at(int group, int out, int in, int tap) {
    return first + group * groupStep + out * outStep + in * inStep + tap * tapStep;
  }
}
