package org.cirr.metrics.statistics;

import java.util.Arrays;
import org.cirr.metrics.numeric.Samples;

/**
 * Wilcoxon's signed-rank test: whether paired differences lie symmetrically about zero.
 *
 * <p><b>Formula</b>: the absolute differences are ranked; W⁺ and W⁻ are the sums of the ranks of
 * positive and negative differences. Exact p: the share of the 2ⁿ sign patterns with a W⁺ at least
 * as extreme. Normal: mean n(n + 1)/4, variance n(n + 1)(2n + 1)/24 − Σ(t³ − t)/48.
 *
 * <p><b>Edge cases</b>: {@link PValueMethod#AUTO} is exact for at most 50 differences without zeros
 * and ties; when all differences are zero p is 1.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for pairs of unequal number, values that are
 * not finite, and an exact p with zeros, ties or more than 1000 differences.
 *
 * <p><b>Source</b>: {@code scipy.stats.wilcoxon}; Pratt (1959). Own code: Commons Math walks
 * through all 2ⁿ patterns (n ≤ 30) and corrects neither ties nor zeros.
 *
 * @param statistic what SciPy reports: the smaller sum when two-sided, otherwise W⁺
 * @param used the number of differences that were ranked and counted
 * @param exact whether p is exact
 */
public record WilcoxonSignedRank(
    double statistic,
    double positiveRanks,
    double negativeRanks,
    double p,
    int used,
    boolean exact,
    Alternative alternative) {

  private static final int MOST_AUTO = 50;
  private static final int MOST_EXACT = 1000;

  /** What happens to differences of zero. */
  public enum Zeros {
    /** They are left out (Wilcoxon). */
    DROP,
    /** They are ranked, then left out (Pratt). */
    RANK_THEN_DROP,
    /** They are ranked, and half of their ranks goes to each side. */
    SPLIT
  }

  /** SciPy's defaults: zeros are left out, the method is {@link PValueMethod#AUTO}. */
  public static WilcoxonSignedRank of(double[] a, double[] b, Alternative alternative) {
    return of(a, b, alternative, Zeros.DROP, PValueMethod.AUTO);
  }

  /** Tests the differences a − b. */
  public static WilcoxonSignedRank of(
      double[] a, double[] b, Alternative alternative, Zeros zeros, PValueMethod method) {
    Samples.requirePairs(a, b, 1);
    double[] differences = Samples.differences(a, b);
    int all = differences.length;
    double[] nonzero = Arrays.stream(differences).filter(d -> d != 0).toArray();
    int zeroCount = all - nonzero.length;
    double[] ranked = zeros == Zeros.DROP ? nonzero : differences;
    Ranks ranks = Ranks.of(Arrays.stream(ranked).map(Math::abs).toArray());
    double plus = 0;
    double minus = 0;
    double zeroRanks = 0;
    for (int i = 0; i < ranked.length; i++) {
      plus += ranked[i] > 0 ? ranks.at(i) : 0;
      minus += ranked[i] < 0 ? ranks.at(i) : 0;
      zeroRanks += ranked[i] == 0 ? ranks.at(i) : 0;
    }
    if (zeros == Zeros.SPLIT) {
      plus += zeroRanks / 2;
      minus += zeroRanks / 2;
    }
    double tied = Ranks.of(Arrays.stream(nonzero).map(Math::abs).toArray()).tieSum();
    double ties = zeros == Zeros.SPLIT ? ranks.tieSum() : tied; // there zeros are a tie like others
    boolean clean = tied == 0 && zeroCount == 0;
    boolean exact =
        method == PValueMethod.EXACT
            || method == PValueMethod.AUTO && clean && nonzero.length <= MOST_AUTO;
    double p;
    if (nonzero.length == 0) {
      p = 1;
    } else if (exact) {
      requireExact(clean, nonzero.length);
      p = exact(plus, nonzero.length, alternative);
    } else {
      int dropped = zeros == Zeros.RANK_THEN_DROP ? zeroCount : 0;
      boolean continuity = method == PValueMethod.NORMAL_CONTINUITY;
      p = normal(plus, ranked.length, dropped, ties, continuity, alternative);
    }
    return new WilcoxonSignedRank(
        alternative == Alternative.TWO_SIDED ? Math.min(plus, minus) : plus,
        plus,
        minus,
        p,
        zeros == Zeros.SPLIT ? all : nonzero.length,
        exact && nonzero.length > 0,
        alternative);
  }

  private static void requireExact(boolean clean, int n) {
    if (!clean) {
      throw new IllegalArgumentException(
          "an exact signed-rank test needs differences without zeros and ties;"
              + " use PValueMethod.AUTO or NORMAL");
    }
    if (n > MOST_EXACT) {
      throw new IllegalArgumentException(
          "an exact signed-rank test takes up to "
              + MOST_EXACT
              + " differences, got "
              + n
              + "; use PValueMethod.AUTO or NORMAL");
    }
  }

  /** The share of sign patterns: adding rank r either leaves the sum or raises it by r. */
  private static double exact(double plus, int n, Alternative alternative) {
    int most = n * (n + 1) / 2;
    double[] share = new double[most + 1];
    share[0] = 1;
    for (int rank = 1, reached = 0; rank <= n; rank++) {
      reached += rank;
      for (int sum = reached; sum >= 0; sum--) {
        share[sum] = 0.5 * (share[sum] + (sum >= rank ? share[sum - rank] : 0));
      }
    }
    return tail(share, (int) plus, alternative);
  }

  /** P of a whole-number statistic from the shares of its values. */
  static double tail(double[] share, int value, Alternative alternative) {
    double upTo = 0;
    for (int i = 0; i <= value; i++) {
      upTo += share[i];
    }
    double from = 0;
    for (int i = share.length - 1; i >= value; i--) {
      from += share[i];
    }
    return switch (alternative) {
      case LESS -> Math.min(1, upTo);
      case GREATER -> Math.min(1, from);
      case TWO_SIDED -> Math.min(1, 2 * Math.min(upTo, from));
    };
  }

  private static double normal(
      double plus, double n, double dropped, double ties, boolean continuity, Alternative side) {
    double mean = (n * (n + 1) - dropped * (dropped + 1)) / 4;
    double squares =
        n * (n + 1) * (2 * n + 1) - dropped * (dropped + 1) * (2 * dropped + 1) - ties / 2;
    double shift =
        switch (side) {
          case TWO_SIDED -> 0.5 * Math.signum(plus - mean);
          case LESS -> -0.5;
          case GREATER -> 0.5;
        };
    double z = (plus - mean - (continuity ? shift : 0)) / Math.sqrt(squares / 24);
    return side.normal(z);
  }
}
