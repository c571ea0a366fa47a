package org.cirr.metrics.classification;

/**
 * Proper scores of predicted probabilities; smaller is better.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when there are no cases, the numbers differ, a
 * probability is not from 0 to 1, a row does not add to 1 within 1e-6, or a true class is no
 * column.
 *
 * <p><b>Source</b>: scikit-learn's {@code brier_score_loss} and {@code log_loss}.
 */
public final class ProbabilityScores {
  private static final double SMALLEST = Math.ulp(1.0);
  private static final double SUM_TOLERANCE = 1e-6;

  private ProbabilityScores() {}

  /** Brier's score of an event: the mean of (p − 1 or 0)², from 0 to 1. */
  public static double brier(double[] probabilities, boolean[] happened) {
    BinaryScores.require(probabilities, happened);
    BinaryScores.requireProbabilities(probabilities);
    double sum = 0;
    for (int i = 0; i < probabilities.length; i++) {
      double miss = probabilities[i] - (happened[i] ? 1 : 0);
      sum += miss * miss;
    }
    return sum / probabilities.length;
  }

  /**
   * Brier's original score of classes: the mean over cases of Σ_k(p_k − 1 or 0)², from 0 to 2; for
   * two classes it is twice the score of one of them as an event.
   */
  public static double brier(int[] truth, double[][] probabilities) {
    require(truth, probabilities);
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      for (int k = 0; k < probabilities[i].length; k++) {
        double miss = probabilities[i][k] - (truth[i] == k ? 1 : 0);
        sum += miss * miss;
      }
    }
    return sum / truth.length;
  }

  /** The mean of −log p of the true class, p cut to [ε, 1 − ε] with ε = 2.2e-16. */
  public static double logLoss(int[] truth, double[][] probabilities) {
    require(truth, probabilities);
    double sum = 0;
    for (int i = 0; i < truth.length; i++) {
      double p = probabilities[i][truth[i]];
      sum -= Math.log(Math.min(1 - SMALLEST, Math.max(SMALLEST, p)));
    }
    return sum / truth.length;
  }

  static void require(int[] truth, double[][] probabilities) {
    if (truth.length != probabilities.length || truth.length == 0) {
      throw new IllegalArgumentException(
          "every case has a class and a row of probabilities and there is at least one case, got "
              + truth.length
              + " and "
              + probabilities.length);
    }
    for (int i = 0; i < truth.length; i++) {
      double sum = 0;
      for (double p : probabilities[i]) {
        sum += p >= 0 ? p : Double.NaN;
      }
      if (truth[i] < 0
          || truth[i] >= probabilities[i].length
          || probabilities[i].length != probabilities[0].length
          || !(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
        throw new IllegalArgumentException(
            "case "
                + i
                + " has class "
                + truth[i]
                + " and "
                + probabilities[i].length
                + " probabilities that add to "
                + sum
                + ", expected "
                + probabilities[0].length
                + " that add to 1, and a class among them");
      }
    }
  }
}
