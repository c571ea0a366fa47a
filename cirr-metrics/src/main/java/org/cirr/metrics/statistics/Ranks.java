package org.cirr.metrics.statistics;

import java.util.Arrays;

/**
 * The ranks of values, equal values sharing the mean of their ranks.
 *
 * <p><b>Edge cases</b>: an empty array has no ranks; NaN is refused, because it has no place in an
 * order; 0 and −0 are equal.
 *
 * <p><b>Source</b>: {@code scipy.stats.rankdata(method='average')}. Commons Math's NaturalRanking
 * gives the same ranks but not the sizes of the ties, which every correction for ties needs.
 */
public final class Ranks {
  private final double[] ranks;
  private final double tieSum;

  private Ranks(double[] ranks, double tieSum) {
    this.ranks = ranks;
    this.tieSum = tieSum;
  }

  /** Ranks values from 1, the smallest, to n. */
  public static Ranks of(double[] values) {
    int n = values.length;
    int[] order = order(values);
    double[] ranks = new double[n];
    double tieSum = 0;
    for (int first = 0; first < n; ) {
      int end = first + 1;
      while (end < n && values[order[end]] == values[order[first]]) {
        end++;
      }
      for (int i = first; i < end; i++) {
        ranks[order[i]] = 0.5 * (first + 1 + end);
      }
      double tied = end - first;
      tieSum += tied * tied * tied - tied;
      first = end;
    }
    return new Ranks(ranks, tieSum);
  }

  /** The rank of every value. */
  public double[] values() {
    return ranks.clone();
  }

  /** Σ(t³ − t) over all groups of t equal values; 0 without ties. */
  public double tieSum() {
    return tieSum;
  }

  /** The rank at a place. */
  double at(int index) {
    return ranks[index];
  }

  /** The places of the values in ascending order, equal values in their own order. */
  static int[] order(double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (Double.isNaN(values[i])) {
        throw new IllegalArgumentException(
            "value " + i + " is NaN and has no rank; leave the case out");
      }
    }
    Integer[] places = new Integer[values.length];
    Arrays.setAll(places, i -> i);
    Arrays.sort(
        places,
        (a, b) -> values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0); // −0 equals 0
    return Arrays.stream(places).mapToInt(Integer::intValue).toArray();
  }
}
