package org.cirr.metrics.learn;

import org.cirr.metrics.numeric.Samples;

/**
 * The probability of a class from a score that is none, such as a support-vector machine's
 * decision.
 *
 * <p><b>Formula</b>: p(f) = 1/(1 + exp(a·f + b)), a and b those with the least log loss against the
 * targets (n₊ + 1)/(n₊ + 2) for cases of the class and 1/(n₋ + 2) for the others.
 *
 * <p><b>Edge cases</b>: scores that separate the classes give a finite a, because of these targets.
 *
 * <p><b>Source</b>: Platt (1999), by Newton steps as in Lin, Lin and Weng (2007); scikit-learn's
 * {@code CalibratedClassifierCV(method='sigmoid')}.
 *
 * @param a negative when larger scores mean the class
 */
public record PlattScaling(double a, double b) {
  private static final int MOST_STEPS = 200;
  private static final double FLAT = 1e-10; // gradient per case
  private static final double RIDGE = 1e-12; // keeps the Hessian invertible
  private static final double SHORTEST = 1e-10;

  /**
   * Fits.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for unequal lengths, no scores, scores that
   * are not finite, and when all cases or none are of the class.
   *
   * @param scores of cases that the classifier was not trained on
   * @param isClass whether each case is of the class
   */
  public static PlattScaling fit(double[] scores, boolean[] isClass) {
    if (scores.length != isClass.length) {
      throw new IllegalArgumentException(
          "every score has a class, got " + scores.length + " and " + isClass.length);
    }
    Samples.require("scores", scores, 1);
    double positives = 0;
    for (boolean each : isClass) {
      positives += each ? 1 : 0;
    }
    double negatives = scores.length - positives;
    if (positives == 0 || negatives == 0) {
      throw new IllegalArgumentException(
          "probabilities need cases of the class and others, got "
              + (long) positives
              + " and "
              + (long) negatives);
    }
    double[] targets = new double[scores.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = isClass[i] ? (positives + 1) / (positives + 2) : 1 / (negatives + 2);
    }
    return newton(scores, targets, Math.log((negatives + 1) / (positives + 1)));
  }

  private static PlattScaling newton(double[] scores, double[] targets, double start) {
    PlattScaling at = new PlattScaling(0, start);
    double loss = at.loss(scores, targets);
    for (int step = 0; step < MOST_STEPS; step++) {
      double ga = 0;
      double gb = 0;
      double haa = RIDGE;
      double hab = 0;
      double hbb = RIDGE;
      for (int i = 0; i < scores.length; i++) {
        double p = at.probability(scores[i]);
        double slope = targets[i] - p;
        double bend = p * (1 - p);
        ga += scores[i] * slope;
        gb += slope;
        haa += scores[i] * scores[i] * bend;
        hab += scores[i] * bend;
        hbb += bend;
      }
      if (Math.max(Math.abs(ga), Math.abs(gb)) < FLAT * scores.length) {
        break;
      }
      double determinant = haa * hbb - hab * hab;
      double da = -(hbb * ga - hab * gb) / determinant;
      double db = -(haa * gb - hab * ga) / determinant;
      double before = loss;
      for (double length = 1; length >= SHORTEST; length /= 2) {
        PlattScaling next = new PlattScaling(at.a + length * da, at.b + length * db);
        double nextLoss = next.loss(scores, targets);
        if (nextLoss < loss) {
          at = next;
          loss = nextLoss;
          break;
        }
      }
      if (loss == before) {
        break;
      }
    }
    return at;
  }

  private double loss(double[] scores, double[] targets) {
    double loss = 0;
    for (int i = 0; i < scores.length; i++) {
      double z = a * scores[i] + b;
      // −t log p − (1 − t) log(1 − p) without overflow
      loss +=
          z >= 0
              ? targets[i] * z + Math.log1p(Math.exp(-z))
              : (targets[i] - 1) * z + Math.log1p(Math.exp(z));
    }
    return loss;
  }

  /** The probability of the class. */
  public double probability(double score) {
    double z = a * score + b;
    return z >= 0 ? Math.exp(-z) / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z));
  }
}
