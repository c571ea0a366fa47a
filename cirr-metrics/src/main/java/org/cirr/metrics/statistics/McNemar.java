package org.cirr.metrics.statistics;

import org.apache.commons.math3.special.Beta;
import org.cirr.metrics.numeric.Distributions;

/**
 * McNemar's test: whether two raters or programs, judged right or wrong on the same cases, differ.
 *
 * <p><b>Formula</b>: b and c count the cases on which only one of them is right. Exact: twice the
 * binomial tail of min(b, c) among b + c with probability ½, at most 1. χ² = (|b − c| − δ)²/(b + c)
 * with one degree of freedom, δ = 1 with and 0 without the continuity correction.
 *
 * <p><b>Edge cases</b>: without any discordant case p is 1; |b − c| − 1 below zero counts as it is,
 * squared (statsmodels).
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for negative counts and for vectors of unequal
 * length.
 *
 * <p><b>Source</b>: {@code statsmodels.stats.contingency_tables.mcnemar}; the binomial tail is
 * Commons Math's incomplete beta function.
 *
 * @param statistic min(b, c) when exact, otherwise χ²
 */
public record McNemar(long firstOnly, long secondOnly, double statistic, double p, Method method) {
  private static final long MOST_EXACT = 25;

  /** How p is found. */
  public enum Method {
    /** Exact with fewer than 25 discordant cases, otherwise χ² with continuity correction. */
    AUTO,
    /** Binomial. */
    EXACT,
    /** χ². */
    CHI_SQUARED,
    /** χ² with continuity correction. */
    CHI_SQUARED_CONTINUITY
  }

  /** Tests the two counts of discordant cases. */
  public static McNemar of(long firstOnly, long secondOnly, Method method) {
    if (firstOnly < 0 || secondOnly < 0) {
      throw new IllegalArgumentException(
          "counts are 0 or more, got " + firstOnly + " and " + secondOnly);
    }
    double n = (double) firstOnly + secondOnly;
    Method used = method;
    if (method == Method.AUTO) {
      used = n < MOST_EXACT ? Method.EXACT : Method.CHI_SQUARED_CONTINUITY;
    }
    double least = Math.min(firstOnly, secondOnly);
    if (used == Method.EXACT) {
      // P(X ≤ k) of a binomial with probability ½ is I(½; n − k, k + 1).
      double p = 2 * firstOnly == n ? 1 : 2 * Beta.regularizedBeta(0.5, n - least, least + 1);
      return new McNemar(firstOnly, secondOnly, least, Math.min(1, p), used);
    }
    double correction = used == Method.CHI_SQUARED_CONTINUITY ? 1 : 0;
    double distance = Math.abs((double) firstOnly - secondOnly) - correction;
    double statistic = n == 0 ? 0 : distance * distance / n;
    return new McNemar(
        firstOnly, secondOnly, statistic, Distributions.chiSquared(statistic, 1), used);
  }

  /** Tests two programs from what each of them got right. */
  public static McNemar of(boolean[] firstRight, boolean[] secondRight, Method method) {
    if (firstRight.length != secondRight.length) {
      throw new IllegalArgumentException(
          "both are judged on the same cases, got "
              + firstRight.length
              + " and "
              + secondRight.length);
    }
    long firstOnly = 0;
    long secondOnly = 0;
    for (int i = 0; i < firstRight.length; i++) {
      firstOnly += firstRight[i] && !secondRight[i] ? 1 : 0;
      secondOnly += secondRight[i] && !firstRight[i] ? 1 : 0;
    }
    return of(firstOnly, secondOnly, method);
  }
}
