package org.cirr.metrics.statistics;

import java.util.Arrays;
import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.numeric.Samples;

/**
 * Shapiro and Wilk's test: whether a sample may come from a normal distribution.
 *
 * <p><b>Formula</b>: W = (Σ aᵢ x₍ᵢ₎)² / Σ(x − x̄)², x₍ᵢ₎ the sorted values and a the weights of
 * Royston: the expected normal order statistics, made up to length 1, with the outer one (from 6
 * values on: two) corrected by a polynomial in 1/√n. p is exact for 3 values; for more, a transform
 * of 1 − W is compared with the normal distribution.
 *
 * <p><b>Edge cases</b>: more than 5000 values are beyond what the approximation of p was fitted to;
 * W is right and p too small or too large by an unknown amount.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for fewer than 3 values, for values that are
 * not finite, and when all values are equal.
 *
 * <p><b>Source</b>: Royston, Applied Statistics 44:547 (1995), algorithm AS R94; {@code
 * scipy.stats.shapiro}. Commons Math has none.
 *
 * @param statistic W, at most 1
 */
public record ShapiroWilk(double statistic, double p) {
  // Coefficients of Royston's polynomials, lowest power first.
  private static final double[] OUTER = {0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056};
  private static final double[] NEXT = {0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633};
  private static final double[] SMALL_MEAN = {0.544, -0.39978, 0.025054, -6.714e-4};
  private static final double[] SMALL_LOG_SD = {1.3822, -0.77857, 0.062767, -0.0020322};
  private static final double[] LARGE_MEAN = {-1.5861, -0.31082, -0.083751, 0.0038915};
  private static final double[] LARGE_LOG_SD = {-0.4803, -0.082676, 0.0030302};
  private static final double[] SMALL_BOUND = {-2.273, 0.459};
  private static final int SMALL = 11; // the most values of the first transform

  /** Tests. */
  public static ShapiroWilk of(double... values) {
    Samples.require("values", values, 3);
    if (Samples.constant(values)) {
      throw new IllegalArgumentException(
          "all "
              + values.length
              + " values are "
              + values[0]
              + ": they have no distribution to test");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double[] weights = weights(sorted.length);
    double mean = Samples.mean(sorted);
    double product = 0;
    double ofWeights = 0;
    double ofValues = 0;
    for (int i = 0; i < sorted.length; i++) {
      double value = (sorted[i] - mean) / (sorted[sorted.length - 1] - sorted[0]);
      product += weights[i] * value;
      ofWeights += weights[i] * weights[i];
      ofValues += value * value;
    }
    // 1 − W as a product, since W is close to 1
    double length = Math.sqrt(ofWeights * ofValues);
    double rest = (length - product) * (length + product) / (ofWeights * ofValues);
    return new ShapiroWilk(1 - rest, p(rest, sorted.length));
  }

  private static double[] weights(int n) {
    double[] weights = new double[n];
    if (n == 3) {
      return new double[] {-Math.sqrt(0.5), 0, Math.sqrt(0.5)};
    }
    double[] expected = new double[n];
    double squares = 0;
    for (int i = 0; i < n; i++) {
      expected[i] = Distributions.normalQuantile((i + 1 - 0.375) / (n + 0.25));
      squares += expected[i] * expected[i];
    }
    double root = 1 / Math.sqrt(n);
    int corrected = n > 5 ? 2 : 1;
    double known = 0; // of the corrected weights
    double left = squares; // of the expected values of the others
    for (int i = 0; i < corrected; i++) {
      double[] polynomial = i == 0 ? OUTER : NEXT;
      double weight = polynomial(polynomial, root) - expected[i] / Math.sqrt(squares);
      weights[i] = -weight;
      weights[n - 1 - i] = weight;
      known += 2 * weight * weight;
      left -= 2 * expected[i] * expected[i];
    }
    double scale = Math.sqrt(left / (1 - known));
    for (int i = corrected; i < n - corrected; i++) {
      weights[i] = expected[i] / scale;
    }
    return weights;
  }

  private static double p(double rest, int n) {
    if (n == 3) {
      double least = Math.asin(Math.sqrt(0.75)); // W is 0.75 or more
      return Math.max(0, 6 / Math.PI * (Math.asin(Math.sqrt(1 - rest)) - least));
    }
    double y = Math.log(rest);
    double mean;
    double sd;
    if (n <= SMALL) {
      double bound = polynomial(SMALL_BOUND, n);
      if (y >= bound) {
        return 0;
      }
      y = -Math.log(bound - y);
      mean = polynomial(SMALL_MEAN, n);
      sd = Math.exp(polynomial(SMALL_LOG_SD, n));
    } else {
      double x = Math.log(n);
      mean = polynomial(LARGE_MEAN, x);
      sd = Math.exp(polynomial(LARGE_LOG_SD, x));
    }
    return Distributions.normalUpper((y - mean) / sd);
  }

  private static double polynomial(double[] coefficients, double x) {
    double value = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      value = value * x + coefficients[i];
    }
    return value;
  }
}
