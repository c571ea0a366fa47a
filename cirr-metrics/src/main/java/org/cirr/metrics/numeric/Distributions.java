package org.cirr.metrics.numeric;

import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.FDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.special.Erf;
import org.apache.commons.math3.special.Gamma;

/** Tail probabilities and quantiles of the usual distributions. */
public final class Distributions {
  /*
   * Tails are taken from the incomplete beta and gamma functions directly: 1 − cumulativeProbability
   * has no correct digit left below 1e-16. A null random generator saves seeding one per object.
   */
  private static final double QUANTILE_ACCURACY = 1e-13;
  private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

  private Distributions() {}

  /** P(Z &gt; z) of a standard normal Z. */
  public static double normalUpper(double z) {
    return 0.5 * Erf.erfc(z / Math.sqrt(2));
  }

  /** P(Z ≤ z) of a standard normal Z. */
  public static double normalLower(double z) {
    return 0.5 * Erf.erfc(-z / Math.sqrt(2));
  }

  /** P(|T| ≥ |t|) of Student's T; ±∞ is impossible, NaN stays NaN. */
  public static double studentBoth(double t, double degrees) {
    if (Double.isNaN(t)) {
      return Double.NaN;
    }
    return Double.isInfinite(t)
        ? 0
        : Beta.regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
  }

  /** The upper tail of χ². */
  public static double chiSquared(double value, double degrees) {
    if (Double.isNaN(value)) {
      return Double.NaN;
    }
    return Double.isInfinite(value) ? 0 : Gamma.regularizedGammaQ(degrees / 2, value / 2);
  }

  /** The upper tail of F. */
  public static double fisher(double f, double degrees1, double degrees2) {
    if (Double.isNaN(f)) {
      return Double.NaN;
    }
    return Double.isInfinite(f)
        ? 0
        : Beta.regularizedBeta(degrees2 / (degrees2 + degrees1 * f), degrees2 / 2, degrees1 / 2);
  }

  /** The standard normal value below which p lies. */
  public static double normalQuantile(double p) {
    return NORMAL.inverseCumulativeProbability(p);
  }

  /** Student's value below which p lies. */
  public static double studentQuantile(double p, double degrees) {
    return new TDistribution(null, degrees, QUANTILE_ACCURACY).inverseCumulativeProbability(p);
  }

  /** The value of F below which p lies. */
  public static double fisherQuantile(double p, double degrees1, double degrees2) {
    return new FDistribution(null, degrees1, degrees2, QUANTILE_ACCURACY)
        .inverseCumulativeProbability(p);
  }

  /** The value of a beta distribution below which p lies. */
  public static double betaQuantile(double p, double a, double b) {
    return new BetaDistribution(null, a, b, QUANTILE_ACCURACY).inverseCumulativeProbability(p);
  }
}
