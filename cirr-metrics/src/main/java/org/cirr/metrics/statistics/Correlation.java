package org.cirr.metrics.statistics;

import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.numeric.Samples;

/**
 * Pearson's, Spearman's and Kendall's correlation of pairs.
 *
 * <p><b>Formula</b>: Pearson r = Σ(x − x̄)(y − ȳ)/√(Σ(x − x̄)²Σ(y − ȳ)²), p from t = r√((n − 2)/(1
 * − r²)) with n − 2 degrees of freedom, interval by Fisher's z = artanh r ± q/√(n − 3); Spearman is
 * Pearson of mid-ranks. Kendall τ_b = (C − D)/√((C + D + T_x)(C + D + T_y)), p exact over all
 * permutations without ties and n ≤ 33, otherwise normal with the tie-corrected variance.
 *
 * <p><b>Edge cases</b>: a constant sample has no correlation: coefficient and p are NaN. With two
 * pairs Pearson's and Spearman's p is 1 and with fewer than four the interval is [−1, 1].
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for fewer than two pairs, unequal numbers and
 * values that are not finite.
 *
 * <p><b>Source</b>: {@code scipy.stats.pearsonr}, {@code spearmanr}, {@code kendalltau}. Commons
 * Math gives the coefficients without intervals, and no p for ranks.
 *
 * @param p two-sided
 */
public record Correlation(double coefficient, double p, int pairs) {
  private static final int MOST_EXACT = 33;

  /** Linear correlation. */
  public static Correlation pearson(double[] x, double[] y) {
    Samples.requirePairs(x, y, 2);
    double r = coefficient(x, y);
    return new Correlation(r, p(r, x.length), x.length);
  }

  /** Correlation of the ranks. */
  public static Correlation spearman(double[] x, double[] y) {
    Samples.requirePairs(x, y, 2);
    double r = coefficient(Ranks.of(x).values(), Ranks.of(y).values());
    return new Correlation(r, p(r, x.length), x.length);
  }

  /** Concordance of pairs of pairs, τ_b; the time grows with the square of their number. */
  public static Correlation kendall(double[] x, double[] y) {
    Samples.requirePairs(x, y, 2);
    int n = x.length;
    long concordant = 0;
    long discordant = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double sign = Math.signum(x[i] - x[j]) * Math.signum(y[i] - y[j]);
        concordant += sign > 0 ? 1 : 0;
        discordant += sign < 0 ? 1 : 0;
      }
    }
    Ties tx = Ties.of(x);
    Ties ty = Ties.of(y);
    double all = n * (n - 1.0) / 2;
    double tau =
        (concordant - discordant) / Math.sqrt(all - tx.pairs()) / Math.sqrt(all - ty.pairs());
    if (Double.isNaN(tau)) {
      return new Correlation(tau, Double.NaN, n);
    }
    boolean exact = tx.pairs() == 0 && ty.pairs() == 0 && n <= MOST_EXACT;
    double p =
        exact
            ? WilcoxonSignedRank.tail(inversions(n), (int) discordant, Alternative.TWO_SIDED)
            : kendallNormal(concordant - discordant, n, tx, ty);
    return new Correlation(Math.max(-1, Math.min(1, tau)), p, n);
  }

  /**
   * Fisher's interval of a Pearson coefficient; for ranks it is an approximation.
   *
   * <p><b>Edge cases</b>: a coefficient of ±1 has an interval of no width.
   */
  public ConfidenceInterval interval(double level) {
    ConfidenceInterval.requireLevel(level);
    if (Double.isNaN(coefficient)) {
      return new ConfidenceInterval(Double.NaN, Double.NaN, level);
    }
    if (pairs < 4) {
      return new ConfidenceInterval(-1, 1, level);
    }
    double z = 0.5 * Math.log((1 + coefficient) / (1 - coefficient));
    double reach = Distributions.normalQuantile(0.5 + level / 2) / Math.sqrt(pairs - 3);
    return new ConfidenceInterval(Math.tanh(z - reach), Math.tanh(z + reach), level);
  }

  /** r, or NaN when one of them is constant. */
  static double coefficient(double[] x, double[] y) {
    if (Samples.constant(x) || Samples.constant(y)) {
      return Double.NaN;
    }
    double mx = Samples.mean(x);
    double my = Samples.mean(y);
    double sxy = 0;
    double sxx = 0;
    double syy = 0;
    for (int i = 0; i < x.length; i++) {
      sxy += (x[i] - mx) * (y[i] - my);
      sxx += (x[i] - mx) * (x[i] - mx);
      syy += (y[i] - my) * (y[i] - my);
    }
    return Math.max(-1, Math.min(1, sxy / Math.sqrt(sxx) / Math.sqrt(syy)));
  }

  private static double p(double r, int n) {
    if (n == 2) {
      return Double.isNaN(r) ? r : 1;
    }
    double t = r * Math.sqrt((n - 2) / ((1 - r) * (1 + r)));
    return Distributions.studentBoth(t, n - 2);
  }

  /** The sums over groups of equal values that Kendall's variance needs. */
  private record Ties(double pairs, double triples, double variance) {
    static Ties of(double[] values) {
      int[] order = Ranks.order(values);
      double pairs = 0;
      double triples = 0;
      double variance = 0;
      for (int first = 0; first < order.length; ) {
        int end = first + 1;
        while (end < order.length && values[order[end]] == values[order[first]]) {
          end++;
        }
        double t = end - first;
        pairs += t * (t - 1) / 2;
        triples += t * (t - 1) * (t - 2);
        variance += t * (t - 1) * (2 * t + 5);
        first = end;
      }
      return new Ties(pairs, triples, variance);
    }
  }

  private static double kendallNormal(double difference, double n, Ties x, Ties y) {
    double m = n * (n - 1);
    double variance = (m * (2 * n + 5) - x.variance - y.variance) / 18 + 2 * x.pairs * y.pairs / m;
    if (n > 2) {
      variance += x.triples * y.triples / (9 * m * (n - 2));
    }
    return Alternative.TWO_SIDED.normal(difference / Math.sqrt(variance));
  }

  /** The share of the permutations of n that have each number of inversions. */
  private static double[] inversions(int n) {
    double[] share = new double[n * (n - 1) / 2 + 1];
    share[0] = 1;
    for (int size = 2, most = 1; size <= n; most += size, size++) {
      double[] next = new double[share.length];
      for (int k = 0; k <= most; k++) {
        for (int added = 0; added < size && added <= k; added++) {
          next[k] += share[k - added] / size;
        }
      }
      share = next;
    }
    return share;
  }
}
