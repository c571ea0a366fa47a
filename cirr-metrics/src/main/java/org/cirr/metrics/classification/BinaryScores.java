package org.cirr.metrics.classification;

import java.util.Arrays;

/** What every measure of scores asks of them. */
final class BinaryScores {
  private BinaryScores() {}

  static void require(double[] scores, boolean[] positive) {
    if (scores.length != positive.length || scores.length == 0) {
      throw new IllegalArgumentException(
          "every case has a score and a true class and there is at least one case, got "
              + scores.length
              + " and "
              + positive.length);
    }
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        throw new IllegalArgumentException(
            "the score of case " + i + " is NaN; leave the case out or mend what scored it");
      }
    }
  }

  static void requireProbabilities(double[] probabilities) {
    for (int i = 0; i < probabilities.length; i++) {
      if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
        throw new IllegalArgumentException(
            "the probability of case "
                + i
                + " is "
                + probabilities[i]
                + ", expected 0 to 1; scores have to be made probabilities first");
      }
    }
  }

  /** The scores of the cases that are positive, or of those that are not. */
  static double[] where(double[] scores, boolean[] positive, boolean wanted) {
    double[] chosen = new double[scores.length];
    int count = 0;
    for (int i = 0; i < scores.length; i++) {
      if (positive[i] == wanted) {
        chosen[count++] = scores[i];
      }
    }
    return Arrays.copyOf(chosen, count);
  }
}
