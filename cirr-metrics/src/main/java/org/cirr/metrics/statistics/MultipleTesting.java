package org.cirr.metrics.statistics;

import java.util.Arrays;

/**
 * Adjusts the p-values of several tests on the same data, so that they can be compared with the
 * usual 0.05.
 *
 * <p><b>Formula</b>: with the p sorted ascending and ranks i = 1 … m: {@link #BONFERRONI} m·p;
 * {@link #HOLM} the running maximum of (m − i + 1)·p; {@link #BENJAMINI_HOCHBERG} the running
 * minimum from the largest of m/i·p; {@link #BENJAMINI_YEKUTIELI} the same times Σ1/i. All at most
 * 1.
 *
 * <p><b>Edge cases</b>: no p gives none; one p is unchanged.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when a p is not from 0 to 1; NaN is one.
 *
 * <p><b>Source</b>: Holm (1979), Benjamini and Hochberg (1995), Benjamini and Yekutieli (2001);
 * {@code statsmodels.stats.multitest.multipletests}. Commons Math has none.
 */
public enum MultipleTesting {
  /** Family-wise error, one step. */
  BONFERRONI,
  /** Family-wise error, stepwise; never weaker than Bonferroni. */
  HOLM,
  /** False discovery rate of independent or positively dependent tests. */
  BENJAMINI_HOCHBERG,
  /** False discovery rate of any tests. */
  BENJAMINI_YEKUTIELI;

  /** The adjusted p-values, in the order given. */
  public double[] adjust(double[] p) {
    for (int i = 0; i < p.length; i++) {
      if (!(p[i] >= 0 && p[i] <= 1)) {
        throw new IllegalArgumentException(
            "p[" + i + "] is " + p[i] + ", expected 0 to 1; leave out tests that gave no p");
      }
    }
    int m = p.length;
    int[] order = Ranks.order(p);
    double[] adjusted = new double[m];
    double harmonic = 0;
    for (int i = 1; i <= m; i++) {
      harmonic += 1.0 / i;
    }
    if (this == BONFERRONI) {
      return Arrays.stream(p).map(value -> Math.min(1, value * m)).toArray();
    }
    if (this == HOLM) {
      double largest = 0;
      for (int i = 0; i < m; i++) {
        largest = Math.max(largest, (m - i) * p[order[i]]);
        adjusted[order[i]] = Math.min(1, largest);
      }
      return adjusted;
    }
    double scale = this == BENJAMINI_YEKUTIELI ? harmonic : 1;
    double smallest = 1;
    for (int i = m - 1; i >= 0; i--) {
      smallest = Math.min(smallest, scale * p[order[i]] * m / (i + 1));
      adjusted[order[i]] = smallest;
    }
    return adjusted;
  }
}
