package org.cirr.metrics.evaluate;

import java.util.Arrays;
import org.cirr.metrics.numeric.Samples;
import org.cirr.metrics.statistics.Bootstrap;
import org.cirr.metrics.statistics.ConfidenceInterval;
import org.cirr.metrics.statistics.Descriptive;

/**
 * The values of one metric over many cases.
 *
 * <p>NaN and infinite values are left out of all numbers but are counted: a mean without them says
 * nothing about the cases that it leaves out.
 *
 * @param n the finite values, which all numbers below are made of
 * @param undefined how many were NaN
 * @param infinite how many were infinite
 * @param mean their mean
 * @param sd their standard deviation (divided by n − 1); NaN for n &lt; 2
 * @param low the lower end of the 95 % confidence interval of the mean; NaN for n &lt; 2
 * @param high the upper end
 * @param min the smallest
 * @param q1 the first quartile, linear interpolation
 * @param median the median
 * @param q3 the third quartile
 * @param max the largest
 */
public record Distribution(
    int n,
    int undefined,
    int infinite,
    double mean,
    double sd,
    double low,
    double high,
    double min,
    double q1,
    double median,
    double q3,
    double max) {
  private static final Bootstrap BOOTSTRAP =
      Bootstrap.defaults().withMethod(Bootstrap.Method.BCA).withSeed(20261121);

  /**
   * Sums up.
   *
   * <p><b>Formula</b>: the confidence interval is the bootstrap's BCa interval of the mean ({@link
   * Bootstrap}), from 2000 resamples, always the same ones.
   *
   * <p><b>Edge cases</b>: without a finite value all numbers are NaN.
   */
  public static Distribution of(double[] values) {
    double[] finite = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    int undefined = (int) Arrays.stream(values).filter(Double::isNaN).count();
    int n = finite.length;
    int infinite = values.length - n - undefined;
    if (n == 0) {
      double none = Double.NaN;
      return new Distribution(
          0, undefined, infinite, none, none, none, none, none, none, none, none, none);
    }
    double mean = Arrays.stream(finite).sum() / n;
    double squares = 0;
    for (double value : finite) {
      squares += (value - mean) * (value - mean);
    }
    ConfidenceInterval interval = n < 2 ? null : BOOTSTRAP.of(finite, Samples::mean).interval();
    return new Distribution(
        n,
        undefined,
        infinite,
        mean,
        n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1)),
        interval == null ? Double.NaN : interval.low(),
        interval == null ? Double.NaN : interval.high(),
        finite[0],
        Descriptive.quantile(finite, 0.25),
        Descriptive.quantile(finite, 0.5),
        Descriptive.quantile(finite, 0.75),
        finite[n - 1]);
  }
}
