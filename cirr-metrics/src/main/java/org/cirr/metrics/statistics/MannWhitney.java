package org.cirr.metrics.statistics;

import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.numeric.Samples;

/**
 * The Mann–Whitney test (Wilcoxon's rank-sum test): whether values of one sample tend to be larger
 * than values of another.
 *
 * <p><b>Formula</b>: U₁ = R₁ − n₁(n₁ + 1)/2 counts the pairs in which a is larger, ties as half.
 * Exact p: over all arrangements of the ranks. Normal: mean n₁n₂/2, variance n₁n₂/12 · (N + 1 −
 * Σ(t³ − t)/(N(N − 1))). U₁/(n₁n₂) is the area under the ROC curve.
 *
 * <p><b>Edge cases</b>: {@link PValueMethod#AUTO} is exact when the smaller sample has at most 8
 * values, n₁n₂ is at most 10 000 and nothing is tied, and otherwise corrects ties and continuity,
 * as SciPy does. When all values are equal p is 1.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for an empty sample, values that are not
 * finite, and an exact p with ties or n₁n₂ above 10 000.
 *
 * <p><b>Source</b>: {@code scipy.stats.mannwhitneyu}. Own code: Commons Math has the normal
 * approximation without any correction only.
 *
 * @param statistic U of the first sample
 * @param exact whether p is exact
 */
public record MannWhitney(
    double statistic, double p, int firstSize, int secondSize, boolean exact, Alternative side) {

  private static final int MOST_AUTO = 8;
  private static final int MOST_PAIRS = 10_000;

  /** The test with {@link PValueMethod#AUTO}. */
  public static MannWhitney of(double[] a, double[] b, Alternative alternative) {
    return of(a, b, alternative, PValueMethod.AUTO);
  }

  /** Tests whether a tends to be larger or smaller than b. */
  public static MannWhitney of(
      double[] a, double[] b, Alternative alternative, PValueMethod method) {
    Samples.require("a", a, 1);
    Samples.require("b", b, 1);
    double[] joined = new double[a.length + b.length];
    System.arraycopy(a, 0, joined, 0, a.length);
    System.arraycopy(b, 0, joined, a.length, b.length);
    Ranks ranks = Ranks.of(joined);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ranks.at(i);
    }
    double u = sum - a.length * (a.length + 1.0) / 2;
    boolean tied = ranks.tieSum() > 0;
    long pairs = (long) a.length * b.length;
    boolean small = Math.min(a.length, b.length) <= MOST_AUTO && pairs <= MOST_PAIRS;
    boolean exact = method == PValueMethod.EXACT || method == PValueMethod.AUTO && small && !tied;
    double p;
    if (exact) {
      requireExact(tied, pairs);
      p = WilcoxonSignedRank.tail(shares(a.length, b.length), (int) u, alternative);
    } else {
      boolean continuity = method != PValueMethod.NORMAL;
      p = normal(u, a.length, b.length, ranks.tieSum(), continuity, alternative);
    }
    return new MannWhitney(u, p, a.length, b.length, exact, alternative);
  }

  /** U / (n₁n₂): the probability that a value of a is larger than one of b, ties as half. */
  public double superiority() {
    return statistic / ((double) firstSize * secondSize);
  }

  private static void requireExact(boolean tied, long pairs) {
    if (tied) {
      throw new IllegalArgumentException(
          "an exact Mann-Whitney test needs values without ties;"
              + " use PValueMethod.AUTO or NORMAL_CONTINUITY");
    }
    if (pairs > MOST_PAIRS) {
      throw new IllegalArgumentException(
          "an exact Mann-Whitney test takes up to "
              + MOST_PAIRS
              + " pairs, got "
              + pairs
              + "; use PValueMethod.AUTO or NORMAL_CONTINUITY");
    }
  }

  /**
   * The probability of every U. The counts are the coefficients of the Gaussian binomial Π (1 −
   * x^(n₂+i)) / (1 − x^i); each factor is scaled by i/(n₂+i), so that the shares add to 1.
   */
  private static double[] shares(int n1, int n2) {
    int small = Math.min(n1, n2);
    int large = Math.max(n1, n2);
    double[] share = new double[n1 * n2 + 1];
    share[0] = 1;
    for (int i = 1; i <= small; i++) {
      int reached = i * large;
      double[] next = new double[share.length];
      // Multiply by 1 − x^(large+i) and divide by 1 − x^i in one pass over the coefficients.
      // The lower half suffices, and it alone has no cancellation: the shares are symmetric.
      double scale = (double) i / (large + i);
      for (int u = 0; u <= reached / 2; u++) {
        double product = share[u] - (u >= large + i ? share[u - large - i] : 0);
        next[u] = scale * product + (u >= i ? next[u - i] : 0);
      }
      for (int u = reached / 2 + 1; u <= reached; u++) {
        next[u] = next[reached - u];
      }
      share = next;
    }
    return share;
  }

  private static double normal(
      double u, double n1, double n2, double ties, boolean continuity, Alternative side) {
    double n = n1 + n2;
    double mean = n1 * n2 / 2;
    double sd = Math.sqrt(n1 * n2 / 12 * (n + 1 - (n > 1 ? ties / (n * (n - 1)) : 0)));
    if (sd == 0) {
      return 1;
    }
    double distance =
        switch (side) {
          case TWO_SIDED -> Math.abs(u - mean);
          case LESS -> mean - u;
          case GREATER -> u - mean;
        };
    double z = (distance - (continuity ? 0.5 : 0)) / sd;
    double tail = Distributions.normalUpper(z);
    return side == Alternative.TWO_SIDED ? Math.min(1, 2 * tail) : tail;
  }
}
