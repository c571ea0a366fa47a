package org.cirr.metrics.statistics;

import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.numeric.Samples;

/**
 * The least-squares line through pairs.
 *
 * <p><b>Formula</b>: slope Σ(x − x̄)(y − ȳ)/Σ(x − x̄)², standard errors from the residual variance
 * with n − 2 degrees of freedom; p tests a slope of zero.
 *
 * <p><b>Edge cases</b>: a constant x has no line: all NaN. Two pairs have a line, and no errors
 * (NaN).
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for fewer than two pairs, unequal numbers and
 * values that are not finite.
 *
 * <p><b>Source</b>: Commons Math SimpleRegression; {@code scipy.stats.linregress}.
 *
 * @param correlation Pearson's r
 * @param p two-sided
 */
public record LinearRegression(
    double slope,
    double intercept,
    double correlation,
    double p,
    double slopeError,
    double interceptError) {

  /** The line of y on x. */
  public static LinearRegression of(double[] x, double[] y) {
    Samples.requirePairs(x, y, 2);
    if (Samples.constant(x)) {
      double nan = Double.NaN;
      return new LinearRegression(nan, nan, nan, nan, nan, nan);
    }
    SimpleRegression line = new SimpleRegression();
    for (int i = 0; i < x.length; i++) {
      line.addData(x[i], y[i]);
    }
    boolean errors = x.length > 2;
    double slope = line.getSlope();
    double error = errors ? line.getSlopeStdErr() : Double.NaN;
    return new LinearRegression(
        slope,
        line.getIntercept(),
        Correlation.coefficient(x, y),
        Distributions.studentBoth(slope / error, x.length - 2),
        error,
        errors ? line.getInterceptStdErr() : Double.NaN);
  }
}
