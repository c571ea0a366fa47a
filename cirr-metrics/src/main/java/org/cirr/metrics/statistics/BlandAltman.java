package org.cirr.metrics.statistics;

import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.numeric.Samples;

/**
 * The agreement of two ways to measure the same thing.
 *
 * <p><b>Formula</b>: with the differences d = a − b: bias d̄, limits of agreement d̄ ± 1.96 s (s
 * divided by n − 1). The bias has standard error s/√n, the limits s·√(1/n + 1.96²/(2(n − 1))),
 * approximately √3·s/√n.
 *
 * <p><b>Edge cases</b>: two pairs are allowed, but their interval is very wide.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for fewer than two pairs, unequal numbers,
 * values that are not finite, and in percent for a pair with mean zero.
 *
 * <p><b>Source</b>: Bland and Altman, Lancet 1986 and Stat Methods Med Res 1999.
 *
 * @param sd of the differences
 * @param trend the line of the differences on the means; a slope is a bias that grows with size
 */
public record BlandAltman(
    int pairs,
    double bias,
    double sd,
    double lowerLimit,
    double upperLimit,
    double biasError,
    double limitError,
    double limitErrorApproximate,
    LinearRegression trend) {

  private static final double REACH = 1.96;

  /** Compares two measurements of the same cases in their own unit. */
  public static BlandAltman of(double[] a, double[] b) {
    Samples.requirePairs(a, b, 2);
    return summary(Samples.differences(a, b), means(a, b));
  }

  /** The differences in percent of the mean of each pair. */
  public static BlandAltman percent(double[] a, double[] b) {
    Samples.requirePairs(a, b, 2);
    double[] means = means(a, b);
    double[] differences = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      if (means[i] == 0) {
        throw new IllegalArgumentException(
            "pair "
                + i
                + " ("
                + a[i]
                + ", "
                + b[i]
                + ") has mean 0, a difference in percent of it is not defined;"
                + " leave the pair out or use BlandAltman.of");
      }
      differences[i] = 100 * (a[i] - b[i]) / means[i];
    }
    return summary(differences, means);
  }

  private static BlandAltman summary(double[] differences, double[] means) {
    int n = differences.length;
    double bias = Samples.mean(differences);
    double sd = Math.sqrt(Samples.variance(differences));
    return new BlandAltman(
        n,
        bias,
        sd,
        bias - REACH * sd,
        bias + REACH * sd,
        sd / Math.sqrt(n),
        sd * Math.sqrt(1.0 / n + REACH * REACH / (2.0 * (n - 1))),
        Math.sqrt(3.0 / n) * sd,
        LinearRegression.of(means, differences));
  }

  private static double[] means(double[] a, double[] b) {
    double[] means = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      means[i] = a[i] / 2 + b[i] / 2;
    }
    return means;
  }

  /** The t interval of the bias. */
  public ConfidenceInterval biasInterval(double level) {
    return around(bias, biasError, level);
  }

  /** The t interval of the lower limit of agreement. */
  public ConfidenceInterval lowerLimitInterval(double level) {
    return around(lowerLimit, limitError, level);
  }

  /** The t interval of the upper limit of agreement. */
  public ConfidenceInterval upperLimitInterval(double level) {
    return around(upperLimit, limitError, level);
  }

  private ConfidenceInterval around(double value, double error, double level) {
    ConfidenceInterval.requireLevel(level);
    double reach = Distributions.studentQuantile(0.5 + level / 2, pairs - 1) * error;
    return new ConfidenceInterval(value - reach, value + reach, level);
  }
}
