package org.cirr.metrics.classification;

import java.util.Arrays;
import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.statistics.ConfidenceInterval;
import org.cirr.metrics.statistics.Ranks;

/**
 * The area under a ROC curve with DeLong's variance.
 *
 * <p><b>Formula</b>: V10_i is the share of negatives that positive i exceeds (ties as half), V01_j
 * the share of positives that exceed negative j. The area is the mean of either; its variance is
 * var(V10)/m + var(V01)/n, sample variances over m positives and n negatives. Placements come from
 * mid-ranks in O((m + n) log(m + n)).
 *
 * <p><b>Edge cases</b>: with one positive or one negative the variance is NaN; perfect separation
 * has variance 0 and the interval [1, 1], which understates the doubt.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when there are no cases, the numbers differ, a
 * score is NaN, or one class is missing.
 *
 * <p><b>Source</b>: DeLong, DeLong and Clarke-Pearson (1988); Sun and Xu (2014). pROC's defaults.
 * Commons Math has none.
 */
public final class DeLong {
  private final double area;
  private final double[] positivePlacements;
  private final double[] negativePlacements;

  private DeLong(double area, double[] positivePlacements, double[] negativePlacements) {
    this.area = area;
    this.positivePlacements = positivePlacements;
    this.negativePlacements = negativePlacements;
  }

  /** The area of one score. */
  public static DeLong of(double[] scores, boolean[] positive) {
    BinaryScores.require(scores, positive);
    double[] x = BinaryScores.where(scores, positive, true);
    double[] y = BinaryScores.where(scores, positive, false);
    if (x.length == 0 || y.length == 0) {
      throw new IllegalArgumentException(
          "an area under the curve needs both classes, got "
              + x.length
              + " positive and "
              + y.length
              + " negative cases");
    }
    double[] all = Arrays.copyOf(x, x.length + y.length);
    System.arraycopy(y, 0, all, x.length, y.length);
    double[] ranks = Ranks.of(all).values();
    double[] within = Ranks.of(x).values();
    double[] withinY = Ranks.of(y).values();
    double[] v10 = new double[x.length];
    double[] v01 = new double[y.length];
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      double below = ranks[i] - within[i]; // negatives below, ties as half
      v10[i] = below / y.length;
      sum += below;
    }
    for (int j = 0; j < y.length; j++) {
      v01[j] = 1 - (ranks[x.length + j] - withinY[j]) / x.length;
    }
    return new DeLong(sum / ((double) x.length * y.length), v10, v01);
  }

  /** The area under the curve. */
  public double area() {
    return area;
  }

  /** The variance of the area. */
  public double variance() {
    return covariance(this);
  }

  /** The covariance of the areas of two scores of the same cases. */
  private double covariance(DeLong other) {
    return covariance(positivePlacements, area, other.positivePlacements, other.area)
        + covariance(negativePlacements, area, other.negativePlacements, other.area);
  }

  private static double covariance(double[] a, double meanA, double[] b, double meanB) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - meanA) * (b[i] - meanB);
    }
    return sum / (a.length - 1.0) / a.length;
  }

  /** area ± q·√variance, cut to [0, 1]. */
  public ConfidenceInterval interval(double level) {
    double reach = Distributions.normalQuantile(0.5 + level / 2) * Math.sqrt(variance());
    return new ConfidenceInterval(area - reach, area + reach, level).clipped(0, 1);
  }

  /**
   * The interval of the area's logit, brought back; it never leaves (0, 1).
   *
   * <p><b>Edge cases</b>: an area of 0 or 1 has no logit and gets {@link #interval}.
   */
  public ConfidenceInterval logitInterval(double level) {
    if (area == 0 || area == 1) {
      return interval(level);
    }
    double logit = Math.log(area / (1 - area));
    double error = Math.sqrt(variance()) / (area * (1 - area));
    double reach = Distributions.normalQuantile(0.5 + level / 2) * error;
    return new ConfidenceInterval(
        1 / (1 + Math.exp(reach - logit)), 1 / (1 + Math.exp(-reach - logit)), level);
  }

  /**
   * Hanley and McNeil's standard error, from the area and the numbers of cases alone.
   *
   * <p><b>Formula</b>: √((A(1 − A) + (m − 1)(A/(2 − A) − A²) + (n − 1)(2A²/(1 + A) − A²))/(mn)).
   *
   * <p><b>Source</b>: Hanley and McNeil (1982).
   */
  public double hanleyMcNeilError() {
    double m = positivePlacements.length;
    double n = negativePlacements.length;
    double q1 = area / (2 - area) - area * area;
    double q2 = 2 * area * area / (1 + area) - area * area;
    return Math.sqrt((area * (1 - area) + (m - 1) * q1 + (n - 1) * q2) / (m * n));
  }

  /**
   * Whether two areas differ.
   *
   * @param z the difference over its standard error; NaN when that is 0 and the areas are equal
   * @param p two-sided
   */
  public record Comparison(double first, double second, double covariance, double z, double p) {}

  /**
   * Compares two scores of the same cases.
   *
   * <p><b>Edge cases</b>: two scores that order the cases alike have z = p = NaN: there is nothing
   * to test.
   */
  public static Comparison compare(double[] first, double[] second, boolean[] positive) {
    DeLong a = of(first, positive);
    DeLong b = of(second, positive);
    return comparison(a, b, a.covariance(b));
  }

  /** Compares this area with that of other, independent cases. */
  public Comparison compareIndependent(DeLong other) {
    return comparison(this, other, 0);
  }

  private static Comparison comparison(DeLong a, DeLong b, double covariance) {
    double variance = a.variance() + b.variance() - 2 * covariance;
    double z = (a.area - b.area) / Math.sqrt(Math.max(0, variance));
    double p = Double.isNaN(z) ? z : 2 * Distributions.normalUpper(Math.abs(z));
    return new Comparison(a.area, b.area, covariance, z, p);
  }
}
