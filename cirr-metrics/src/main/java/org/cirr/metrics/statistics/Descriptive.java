package org.cirr.metrics.statistics;

import java.util.Arrays;
import org.cirr.metrics.numeric.Samples;

/**
 * The usual description of a sample.
 *
 * <p><b>Formula</b>: quartiles are linear quantiles ({@link #quantile}); skewness m₃/m₂^1.5 and
 * excess kurtosis m₄/m₂² − 3 of the population moments.
 *
 * <p><b>Edge cases</b>: one value has a standard deviation of NaN; a constant sample has skewness
 * and kurtosis NaN.
 *
 * <p><b>Source</b>: numpy's and SciPy's functions of these names.
 *
 * @param sd divided by n − 1
 */
public record Descriptive(
    int n,
    double mean,
    double sd,
    double minimum,
    double firstQuartile,
    double median,
    double thirdQuartile,
    double maximum,
    double skewness,
    double excessKurtosis) {

  /**
   * Describes a sample.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when it is empty or has a value that is not
   * finite.
   */
  public static Descriptive of(double[] values) {
    Samples.require("values", values, 1);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double mean = Samples.mean(sorted);
    double m2 = 0;
    double m3 = 0;
    double m4 = 0;
    for (double value : sorted) {
      double square = (value - mean) * (value - mean);
      m2 += square / n;
      m3 += square * (value - mean) / n;
      m4 += square * square / n;
    }
    boolean flat = sorted[0] == sorted[n - 1];
    return new Descriptive(
        n,
        mean,
        n == 1 ? Double.NaN : Math.sqrt(m2 * n / (n - 1)),
        sorted[0],
        sortedQuantile(sorted, 0.25),
        sortedQuantile(sorted, 0.5),
        sortedQuantile(sorted, 0.75),
        sorted[n - 1],
        flat ? Double.NaN : m3 / Math.pow(m2, 1.5),
        flat ? Double.NaN : m4 / (m2 * m2) - 3);
  }

  /**
   * The quantile of a sample, interpolated linearly between its values.
   *
   * <p><b>Formula</b>: with h = (n − 1)p the value at place h of the sorted sample (Hyndman and Fan
   * type 7, numpy's default).
   *
   * <p><b>Edge cases</b>: infinite values are allowed: a quantile between two equal infinities is
   * that infinity, between a finite value and an infinity it is the infinity.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the sample is empty or has a NaN, or p
   * is not in [0, 1].
   */
  public static double quantile(double[] values, double p) {
    if (values.length == 0) {
      throw new IllegalArgumentException("an empty sample has no quantiles; add cases");
    }
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("a quantile is asked for p from 0 to 1, got " + p);
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    if (Double.isNaN(sorted[sorted.length - 1])) {
      throw new IllegalArgumentException("a sample with NaN has no quantiles; leave the case out");
    }
    return sortedQuantile(sorted, p);
  }

  /** The quantile of a sample that is sorted and has no NaN. */
  static double sortedQuantile(double[] sorted, double p) {
    double place = (sorted.length - 1) * p;
    int below = (int) Math.floor(place);
    int above = Math.min(below + 1, sorted.length - 1);
    double part = place - below;
    if (part == 0 || sorted[below] == sorted[above]) {
      return sorted[below];
    }
    return sorted[below] + part * (sorted[above] - sorted[below]);
  }
}
