package org.cirr.metrics.learn;

import java.util.Arrays;
import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.numeric.Samples;
import org.cirr.metrics.statistics.Correlation;

/**
 * How much each feature tells about the class by itself.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when the table is not as {@link Learner} asks.
 */
public final class FeatureScores {
  private FeatureScores() {}

  /**
   * F of a one-way analysis of variance between the classes.
   *
   * <p><b>Edge cases</b>: a constant feature has NaN; one that is constant within each class, but
   * not over all, +∞. With one class, or as many classes as cases, all are NaN.
   *
   * <p><b>Source</b>: scikit-learn's {@code f_classif}.
   */
  public static double[] anovaF(double[][] features, int[] labels) {
    TrainingSet set = TrainingSet.of(features, labels, "analysis of variance", 1);
    int n = set.cases();
    int classes = set.classes().length;
    double[] scores = new double[set.features()];
    for (int j = 0; j < scores.length; j++) {
      double[] column = Rows.column(features, j);
      double mean = Samples.mean(column);
      double between = 0;
      double within = 0;
      boolean flat = true; // within every class
      for (int c = 0; c < classes; c++) {
        double[] group = Rows.column(Rows.at(features, set.casesOf(c)), j);
        double distance = Samples.mean(group) - mean;
        between += group.length * distance * distance;
        within += Samples.squares(group);
        flat &= Samples.constant(group);
      }
      double f = between / (classes - 1) / (within / (n - classes));
      boolean undefined = classes == 1 || classes == n || Samples.constant(column);
      scores[j] = undefined ? Double.NaN : flat ? Double.POSITIVE_INFINITY : f;
    }
    return scores;
  }

  /** P of {@link #anovaF}, from the F distribution. */
  public static double[] anovaP(double[][] features, int[] labels) {
    int classes = (int) Arrays.stream(labels).distinct().count();
    return Arrays.stream(anovaF(features, labels))
        .map(f -> Distributions.fisher(f, classes - 1.0, labels.length - classes))
        .toArray();
  }

  /**
   * The mutual information of each feature and the class, in nats, estimated from nearest
   * neighbours.
   *
   * <p><b>Formula</b>: ψ(n) + mean ψ(k) − mean ψ(n_c) − mean ψ(m): for each case k neighbours of
   * its own class (n_c cases; k at most n_c − 1) give a distance, within which m cases of all
   * classes lie, the case itself included; cases alone in their class are left out; at least 0.
   *
   * <p><b>Edge cases</b>: values that are equal are not torn apart by noise as in scikit-learn:
   * cases at no distance then count as inside. A constant feature has 0, and so has a single class.
   *
   * <p><b>Source</b>: Ross (2014); scikit-learn's {@code mutual_info_classif}.
   *
   * @param neighbours k, 3 by default there
   */
  public static double[] mutualInformation(double[][] features, int[] labels, int neighbours) {
    TrainingSet set = TrainingSet.of(features, labels, "mutual information", 1);
    if (neighbours < 1) {
      throw new IllegalArgumentException("neighbours must be 1 or more, got " + neighbours);
    }
    double[] scores = new double[set.features()];
    for (int j = 0; j < scores.length; j++) {
      double[] column = Rows.column(features, j);
      boolean nothing = set.classes().length == 1 || Samples.constant(column);
      scores[j] = nothing ? 0 : information(column, set, neighbours);
    }
    return scores;
  }

  private static double information(double[] column, TrainingSet set, int neighbours) {
    int[] counts = set.counts();
    double[][] sorted = new double[counts.length][];
    for (int c = 0; c < counts.length; c++) {
      sorted[c] = Arrays.stream(set.casesOf(c)).mapToDouble(i -> column[i]).sorted().toArray();
    }
    double[] all =
        Arrays.stream(sorted)
            .filter(group -> group.length > 1)
            .flatMapToDouble(Arrays::stream)
            .sorted()
            .toArray();
    if (all.length == 0) {
      return 0;
    }
    // ψ(n) = 1 + 1/2 + … + 1/(n − 1) − γ, and γ cancels; Commons Math's digamma has nine digits.
    double[] harmonic = new double[all.length + 1];
    for (int i = 2; i <= all.length; i++) {
      harmonic[i] = harmonic[i - 1] + 1.0 / (i - 1);
    }
    double sum = 0;
    for (double[] group : sorted) {
      if (group.length > 1) {
        int k = Math.min(neighbours, group.length - 1);
        for (int i = 0; i < group.length; i++) {
          double radius = radius(group, i, k);
          int inside = inside(all, group[i], radius);
          sum += harmonic[k] - harmonic[group.length] - harmonic[inside];
        }
      }
    }
    return Math.max(0, harmonic[all.length] + sum / all.length);
  }

  /** Just below the distance from a value to its k-th neighbour in a sorted group. */
  private static double radius(double[] group, int at, int k) {
    int low = at;
    int high = at;
    for (int found = 0; found < k; found++) {
      boolean down =
          high == group.length - 1
              || low > 0 && group[at] - group[low - 1] <= group[high + 1] - group[at];
      if (down) {
        low--;
      } else {
        high++;
      }
    }
    double distance = Math.max(group[at] - group[low], group[high] - group[at]);
    return distance == 0 ? 0 : Math.nextDown(distance);
  }

  private static int inside(double[] sorted, double value, double radius) {
    int low = first(sorted, value, radius, false);
    int high = first(sorted, value, radius, true);
    return high - low;
  }

  /** The first value that is not below the ball, or that is above it. */
  private static int first(double[] sorted, double value, double radius, boolean above) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      double distance = sorted[middle] - value;
      boolean before = above ? distance <= radius : distance < -radius;
      if (before) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Pearson's r; NaN when one of the columns is constant. */
  static double correlation(double[] a, double[] b) {
    return Correlation.pearson(a, b).coefficient();
  }
}
