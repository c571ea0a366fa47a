package org.cirr.metrics.statistics;

import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.numeric.Samples;

/**
 * Student's and Welch's t-tests.
 *
 * <p><b>Formula</b>: t = difference / standard error; p from the t distribution with the stated
 * degrees of freedom.
 *
 * <p><b>Edge cases</b>: without any variance t is +∞ or −∞ (p = 0) when there is a difference, and
 * NaN (p = NaN) when there is none.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for fewer than two values in a sample, for
 * pairs of unequal number and for values that are not finite.
 *
 * <p><b>Source</b>: SciPy's {@code ttest_1samp}, {@code ttest_rel} and {@code ttest_ind}; the
 * distribution is Commons Math's, whose own TTest gives neither intervals nor one-sided tests.
 *
 * @param statistic t
 * @param degrees degrees of freedom; Welch's need not be whole
 * @param p the p-value
 * @param difference the estimated difference of the means
 * @param standardError of the difference
 */
public record TTest(
    double statistic,
    double degrees,
    double p,
    double difference,
    double standardError,
    Alternative alternative) {

  /** Whether the mean of a sample differs from a given one. */
  public static TTest oneSample(double[] values, double mean, Alternative alternative) {
    Samples.require("values", values, 2);
    double error = Math.sqrt(Samples.variance(values) / values.length);
    return test(Samples.mean(values) - mean, error, values.length - 1, alternative);
  }

  /** Whether the mean of the differences a − b differs from zero. */
  public static TTest paired(double[] a, double[] b, Alternative alternative) {
    Samples.requirePairs(a, b, 2);
    return oneSample(Samples.differences(a, b), 0, alternative);
  }

  /** Student's test of two independent samples, their variances taken as equal. */
  public static TTest student(double[] a, double[] b, Alternative alternative) {
    Samples.require("a", a, 2);
    Samples.require("b", b, 2);
    double degrees = a.length + b.length - 2;
    double pooled = (Samples.squares(a) + Samples.squares(b)) / degrees;
    double error = Math.sqrt(pooled * (1.0 / a.length + 1.0 / b.length));
    return test(Samples.mean(a) - Samples.mean(b), error, degrees, alternative);
  }

  /**
   * Welch's test of two independent samples of any variances.
   *
   * <p><b>Edge cases</b>: two constant samples have n₁ + n₂ − 2 degrees of freedom.
   */
  public static TTest welch(double[] a, double[] b, Alternative alternative) {
    Samples.require("a", a, 2);
    Samples.require("b", b, 2);
    double va = Samples.variance(a) / a.length;
    double vb = Samples.variance(b) / b.length;
    double degrees =
        va + vb == 0
            ? a.length + b.length - 2
            : (va + vb) * (va + vb) / (va * va / (a.length - 1) + vb * vb / (b.length - 1));
    return test(Samples.mean(a) - Samples.mean(b), Math.sqrt(va + vb), degrees, alternative);
  }

  private static TTest test(
      double difference, double error, double degrees, Alternative alternative) {
    double t = difference / error; // 0/0 is NaN, x/0 is ±∞
    return new TTest(t, degrees, alternative.student(t, degrees), difference, error, alternative);
  }

  /**
   * The interval of the difference: two-sided for a two-sided test, otherwise open to the side of
   * the alternative.
   */
  public ConfidenceInterval interval(double level) {
    ConfidenceInterval.requireLevel(level);
    boolean twoSided = alternative == Alternative.TWO_SIDED;
    double quantile = Distributions.studentQuantile(twoSided ? 0.5 + level / 2 : level, degrees);
    double reach = quantile * standardError;
    return new ConfidenceInterval(
        alternative == Alternative.LESS ? Double.NEGATIVE_INFINITY : difference - reach,
        alternative == Alternative.GREATER ? Double.POSITIVE_INFINITY : difference + reach,
        level);
  }
}
