package org.cirr.metrics.learn;

import java.util.Arrays;
import org.cirr.metrics.numeric.Samples;

/**
 * Brings every feature to mean 0 and standard deviation 1.
 *
 * <p><b>Formula</b>: (x − mean)/scale, scale the standard deviation divided by n.
 *
 * <p><b>Edge cases</b>: the scale of a constant feature is 1; constant is what varies no more than
 * rounding explains, variance ≤ n·ε·variance + (n·mean·ε)².
 *
 * <p><b>Source</b>: scikit-learn's {@code StandardScaler}.
 */
public final class Standardizer {
  private final double[] means;
  private final double[] scales;

  Standardizer(double[] means, double[] scales) {
    this.means = means;
    this.scales = scales;
  }

  /**
   * Measures a table.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when it is empty, rows differ in length, or
   * a value is not finite.
   */
  public static Standardizer fit(double[][] features) {
    Rows.requireTable(features);
    int n = features.length;
    int p = features[0].length;
    double[] means = new double[p];
    double[] scales = new double[p];
    for (int j = 0; j < p; j++) {
      double[] column = Rows.column(features, j);
      means[j] = Samples.mean(column);
      double variance = Samples.squares(column) / n;
      double rounding = n * means[j] * Math.ulp(1.0);
      boolean constant = variance <= n * Math.ulp(1.0) * variance + rounding * rounding;
      scales[j] = constant ? 1 : Math.sqrt(variance);
    }
    return new Standardizer(means, scales);
  }

  /** The mean of every feature. */
  public double[] means() {
    return means.clone();
  }

  /** What every feature is divided by. */
  public double[] scales() {
    return scales.clone();
  }

  /** The standardised row. */
  public double[] apply(double[] row) {
    Rows.require(row, means.length);
    double[] applied = new double[row.length];
    for (int j = 0; j < row.length; j++) {
      applied[j] = (row[j] - means[j]) / scales[j];
    }
    return applied;
  }

  /** The standardised rows. */
  public double[][] apply(double[][] rows) {
    return Arrays.stream(rows).map(this::apply).toArray(double[][]::new);
  }
}
