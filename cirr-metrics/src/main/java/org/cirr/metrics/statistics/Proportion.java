package org.cirr.metrics.statistics;

import org.cirr.metrics.numeric.Distributions;

/**
 * A share of cases, such as an accuracy, and how sure it is.
 *
 * <p><b>Formula</b>: with p = successes/n and the normal quantile z: {@link Method#WILSON} (p +
 * z²/2n ± z√(p(1 − p)/n + z²/4n²))/(1 + z²/n); {@link Method#AGRESTI_COULL} the normal interval of
 * (successes + z²/2)/(n + z²); {@link Method#CLOPPER_PEARSON} and {@link Method#JEFFREYS} quantiles
 * of beta distributions; {@link Method#NORMAL} p ± z√(p(1 − p)/n). All are cut to [0, 1].
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when n is 0 or successes are not from 0 to n.
 *
 * <p><b>Source</b>: {@code statsmodels.stats.proportion.proportion_confint}; the beta quantiles are
 * Commons Math's, whose own intervals lack Jeffreys' and fail for 0 and n successes.
 */
public record Proportion(long successes, long cases) {
  /** How the interval is found. */
  public enum Method {
    /** Score interval; the one to use. */
    WILSON,
    /** Exact and wide. */
    CLOPPER_PEARSON,
    /** Normal interval with added cases. */
    AGRESTI_COULL,
    /** Quantiles of the posterior under Jeffreys' prior. */
    JEFFREYS,
    /** The textbook's; wrong near 0 and 1. */
    NORMAL
  }

  /** Checks the counts. */
  public Proportion {
    if (cases < 1 || successes < 0 || successes > cases) {
      throw new IllegalArgumentException(
          "a proportion has from 0 to n successes of n cases, n at least 1, got "
              + successes
              + " of "
              + cases);
    }
  }

  /** successes / cases. */
  public double value() {
    return (double) successes / cases;
  }

  /** The interval. */
  public ConfidenceInterval interval(Method method, double level) {
    ConfidenceInterval.requireLevel(level);
    double tail = (1 - level) / 2;
    double n = cases;
    double x = successes;
    double z = Distributions.normalQuantile(1 - tail);
    ConfidenceInterval interval =
        switch (method) {
          case NORMAL -> around(x / n, z * Math.sqrt(x / n * (1 - x / n) / n), level);
          case AGRESTI_COULL -> {
            double more = n + z * z;
            double centre = (x + z * z / 2) / more;
            yield around(centre, z * Math.sqrt(centre * (1 - centre) / more), level);
          }
          case WILSON -> {
            double p = x / n;
            double scale = 1 + z * z / n;
            double reach = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale;
            yield around((p + z * z / (2 * n)) / scale, reach, level);
          }
          case CLOPPER_PEARSON ->
              new ConfidenceInterval(
                  x == 0 ? 0 : Distributions.betaQuantile(tail, x, n - x + 1),
                  x == n ? 1 : Distributions.betaQuantile(1 - tail, x + 1, n - x),
                  level);
          case JEFFREYS ->
              new ConfidenceInterval(
                  Distributions.betaQuantile(tail, x + 0.5, n - x + 0.5),
                  Distributions.betaQuantile(1 - tail, x + 0.5, n - x + 0.5),
                  level);
        };
    return interval.clipped(0, 1);
  }

  private static ConfidenceInterval around(double centre, double reach, double level) {
    return new ConfidenceInterval(centre - reach, centre + reach, level);
  }
}
