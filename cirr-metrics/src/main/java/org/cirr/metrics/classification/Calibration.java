package org.cirr.metrics.classification;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether predicted probabilities are the shares that are then observed.
 *
 * <p><b>Formula</b>: probabilities are sorted into equal bins (lo, hi] of [0, 1], the first with
 * its lower end; the expected calibration error is Σ(n_b/N)·|mean probability − share observed|
 * over the bins that are not empty, the maximum calibration error the largest of these differences.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when there are no cases, the numbers differ, a
 * probability is not from 0 to 1, or bins is not positive.
 *
 * <p><b>Source</b>: Naeini et al. (2015), Guo et al. (2017); scikit-learn's {@code
 * calibration_curve}.
 *
 * @param bins the bins that are not empty, ascending
 */
public record Calibration(List<Bin> bins, double expectedError, double maximumError) {
  private static final int MOST_BINS = 1_000_000;

  /** One bin of the reliability diagram. */
  public record Bin(double low, double high, long cases, double predicted, double observed) {}

  /** Of the probabilities of an event. */
  public static Calibration of(double[] probabilities, boolean[] happened, int bins) {
    BinaryScores.require(probabilities, happened);
    BinaryScores.requireProbabilities(probabilities);
    if (bins < 1 || bins > MOST_BINS) {
      throw new IllegalArgumentException(
          "bins must be from 1 to " + MOST_BINS + ", got " + bins + "; 10 is usual");
    }
    long[] cases = new long[bins];
    double[] predicted = new double[bins];
    double[] observed = new double[bins];
    for (int i = 0; i < probabilities.length; i++) {
      int bin = bin(probabilities[i], bins);
      cases[bin]++;
      predicted[bin] += probabilities[i];
      observed[bin] += happened[i] ? 1 : 0;
    }
    List<Bin> filled = new ArrayList<>();
    double expected = 0;
    double maximum = 0;
    for (int b = 0; b < bins; b++) {
      if (cases[b] > 0) {
        double gap = Math.abs(predicted[b] - observed[b]) / cases[b];
        expected += gap * cases[b] / probabilities.length;
        maximum = Math.max(maximum, gap);
        filled.add(
            new Bin(
                edge(b, bins),
                edge(b + 1, bins),
                cases[b],
                predicted[b] / cases[b],
                observed[b] / cases[b]));
      }
    }
    return new Calibration(List.copyOf(filled), expected, maximum);
  }

  /**
   * Of the winning class of each case (top label): the probability of the most likely class and
   * whether it is the true one; the first of equally likely classes wins.
   *
   * @param truth the column that is the true class of each case
   * @param probabilities one row per case, one column per class
   */
  public static Calibration topLabel(int[] truth, double[][] probabilities, int bins) {
    ProbabilityScores.require(truth, probabilities);
    double[] top = new double[truth.length];
    boolean[] right = new boolean[truth.length];
    for (int i = 0; i < truth.length; i++) {
      int best = 0;
      for (int k = 1; k < probabilities[i].length; k++) {
        best = probabilities[i][k] > probabilities[i][best] ? k : best;
      }
      top[i] = probabilities[i][best];
      right[i] = best == truth[i];
    }
    return of(top, right, bins);
  }

  private static double edge(int bin, int bins) {
    return (double) bin / bins;
  }

  /** The bin: the number of inner edges below the probability. */
  private static int bin(double probability, int bins) {
    int guess = (int) Math.min(bins - 1.0, probability * bins); // right up to rounding
    while (guess > 0 && probability <= edge(guess, bins)) {
      guess--;
    }
    while (guess < bins - 1 && probability > edge(guess + 1, bins)) {
      guess++;
    }
    return guess;
  }
}
