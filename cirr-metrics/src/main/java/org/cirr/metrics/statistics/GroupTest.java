package org.cirr.metrics.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.stat.inference.OneWayAnova;
import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.numeric.Samples;

/**
 * Whether several groups differ.
 *
 * <p><b>Edge cases</b>: groups without any variance have F = ∞ (p = 0) when their means differ and
 * NaN when they do not; Kruskal and Wallis' H of values that are all equal is NaN.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for fewer than two groups, a group of fewer
 * than two values (one for Kruskal and Wallis) and values that are not finite.
 *
 * <p><b>Source</b>: analysis of variance by Commons Math's OneWayAnova; the others are not there.
 * {@code scipy.stats.f_oneway}, {@code kruskal}, {@code friedmanchisquare}, {@code levene}.
 *
 * @param statistic F or H
 * @param degrees between groups
 */
public record GroupTest(double statistic, double p, double degrees) {

  /** One-way analysis of variance: whether the means differ. */
  public static GroupTest anova(double[]... groups) {
    requireGroups(groups, 2);
    if (Arrays.stream(groups).allMatch(Samples::constant)) {
      boolean same = Arrays.stream(groups).allMatch(group -> group[0] == groups[0][0]);
      return new GroupTest(
          same ? Double.NaN : Double.POSITIVE_INFINITY, same ? Double.NaN : 0, groups.length - 1);
    }
    double f = new OneWayAnova().anovaFValue(List.of(groups));
    int cases = Arrays.stream(groups).mapToInt(group -> group.length).sum();
    double p = Distributions.fisher(f, groups.length - 1, cases - groups.length);
    return new GroupTest(f, p, groups.length - 1);
  }

  /**
   * Kruskal and Wallis: whether the ranks differ.
   *
   * <p><b>Formula</b>: H = (12/(N(N + 1))·ΣR²/n − 3(N + 1))/(1 − Σ(t³ − t)/(N³ − N)), compared with
   * χ².
   */
  public static GroupTest kruskalWallis(double[]... groups) {
    requireGroups(groups, 1);
    double[] joined = Arrays.stream(groups).flatMapToDouble(Arrays::stream).toArray();
    Ranks ranks = Ranks.of(joined);
    double n = joined.length;
    double sum = 0;
    int at = 0;
    for (double[] group : groups) {
      double rankSum = 0;
      for (int i = 0; i < group.length; i++) {
        rankSum += ranks.at(at++);
      }
      sum += rankSum * rankSum / group.length;
    }
    double h = 12 / (n * (n + 1)) * sum - 3 * (n + 1);
    double allTied = n * n * n - n;
    double statistic = ranks.tieSum() == allTied ? Double.NaN : h / (1 - ranks.tieSum() / allTied);
    double p = Distributions.chiSquared(statistic, groups.length - 1);
    return new GroupTest(statistic, p, groups.length - 1);
  }

  /**
   * Friedman: whether several treatments of the same cases differ in rank.
   *
   * <p><b>Shapes</b>: one row per case, one column per treatment, three treatments or more.
   *
   * <p><b>Formula</b>: ranks within each row, R their sums over n rows of k; χ² = (12/(n k (k +
   * 1))·ΣR² − 3n(k + 1))/(1 − Σ(t³ − t)/(n (k³ − k))) with k − 1 degrees of freedom.
   *
   * <p><b>Edge cases</b>: NaN when every row has equal values only.
   */
  public static GroupTest friedman(double[][] rows) {
    int k = rows.length == 0 ? 0 : rows[0].length;
    if (rows.length < 2 || k < 3) {
      throw new IllegalArgumentException(
          "Friedman's test takes 2 cases and 3 treatments or more, got "
              + rows.length
              + " x "
              + k
              + "; for 2 treatments use WilcoxonSignedRank");
    }
    double n = rows.length;
    double[] sums = new double[k];
    double tieSum = 0;
    for (int i = 0; i < rows.length; i++) {
      Samples.require("row " + i, rows[i], k);
      if (rows[i].length != k) {
        throw new IllegalArgumentException(
            "row " + i + " has " + rows[i].length + " values, row 0 has " + k);
      }
      Ranks ranks = Ranks.of(rows[i]);
      tieSum += ranks.tieSum();
      for (int j = 0; j < k; j++) {
        sums[j] += ranks.at(j);
      }
    }
    double squares = Arrays.stream(sums).map(sum -> sum * sum).sum();
    double untied = 12 / (n * k * (k + 1)) * squares - 3 * n * (k + 1);
    double allTied = n * k * (k * (double) k - 1);
    double statistic = tieSum == allTied ? Double.NaN : untied / (1 - tieSum / allTied);
    return new GroupTest(statistic, Distributions.chiSquared(statistic, k - 1), k - 1);
  }

  /** Levene's test about the medians (Brown and Forsythe): whether the variances differ. */
  public static GroupTest levene(double[]... groups) {
    requireGroups(groups, 2);
    List<double[]> distances = new ArrayList<>();
    for (double[] group : groups) {
      double median = Descriptive.quantile(group, 0.5);
      distances.add(Arrays.stream(group).map(value -> Math.abs(value - median)).toArray());
    }
    return anova(distances.toArray(double[][]::new));
  }

  private static void requireGroups(double[][] groups, int least) {
    if (groups.length < 2) {
      throw new IllegalArgumentException(
          "groups are compared from 2 on, got " + groups.length + "; add a group");
    }
    for (int i = 0; i < groups.length; i++) {
      Samples.require("group " + i, groups[i], least);
    }
  }
}
