package org.cirr.metrics.classification;

import java.util.stream.IntStream;

/**
 * Areas under the ROC curve for more than two classes.
 *
 * <p><b>Formula</b>: one against the rest: the area of column k with class k as positive; one
 * against one (Hand and Till): for every pair of classes the mean of the areas of both columns over
 * the cases of these two classes.
 *
 * <p><b>Edge cases</b>: an area is NaN when a class has no case, and then the means are NaN too.
 *
 * <p><b>Source</b>: scikit-learn's {@code roc_auc_score(multi_class=...)}; Hand and Till (2001).
 */
public final class MulticlassRoc {
  private final int[] truth;
  private final double[][] scores;
  private final int classes;

  private MulticlassRoc(int[] truth, double[][] scores, int classes) {
    this.truth = truth;
    this.scores = scores;
    this.classes = classes;
  }

  /**
   * Takes the scores of cases.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the numbers differ, there are fewer
   * than two classes, a class is not a column, or a score is NaN.
   *
   * @param truth the column that is the true class of each case
   * @param scores one row per case, one column per class
   */
  public static MulticlassRoc of(int[] truth, double[][] scores) {
    if (truth.length != scores.length || truth.length == 0 || scores[0].length < 2) {
      throw new IllegalArgumentException(
          "every case has a class and a score for each of 2 or more classes, got "
              + truth.length
              + " classes and "
              + scores.length
              + " rows of "
              + (scores.length == 0 ? 0 : scores[0].length)
              + " scores");
    }
    int classes = scores[0].length;
    for (int i = 0; i < truth.length; i++) {
      if (truth[i] < 0 || truth[i] >= classes || scores[i].length != classes) {
        throw new IllegalArgumentException(
            "case "
                + i
                + " has class "
                + truth[i]
                + " and "
                + scores[i].length
                + " scores, expected a class from 0 to "
                + (classes - 1)
                + " and "
                + classes
                + " scores");
      }
    }
    return new MulticlassRoc(truth.clone(), scores, classes);
  }

  /** The area of one class against the rest. */
  public double oneVersusRest(int column) {
    if (column < 0 || column >= classes) {
      throw new IllegalArgumentException(
          "classes are columns 0 to " + (classes - 1) + ", got " + column);
    }
    double[] values =
        IntStream.range(0, truth.length).mapToDouble(i -> scores[i][column]).toArray();
    boolean[] positive = new boolean[truth.length];
    for (int i = 0; i < truth.length; i++) {
      positive[i] = truth[i] == column;
    }
    return RocCurve.of(values, positive).area();
  }

  /** The plain mean of the classes against the rest. */
  public double oneVersusRestMacro() {
    return IntStream.range(0, classes).mapToDouble(this::oneVersusRest).sum() / classes;
  }

  /** The mean of the classes against the rest, weighted by their numbers of cases. */
  public double oneVersusRestWeighted() {
    return IntStream.range(0, classes).mapToDouble(k -> oneVersusRest(k) * count(k)).sum()
        / truth.length;
  }

  /** The area of all scores together, each as a case of its own. */
  public double oneVersusRestMicro() {
    double[] all = new double[truth.length * classes];
    boolean[] positive = new boolean[all.length];
    for (int i = 0; i < truth.length; i++) {
      for (int k = 0; k < classes; k++) {
        all[i * classes + k] = scores[i][k];
        positive[i * classes + k] = truth[i] == k;
      }
    }
    return RocCurve.of(all, positive).area();
  }

  /** The plain mean over pairs of classes. */
  public double oneVersusOneMacro() {
    return overPairs(false);
  }

  /** The mean over pairs of classes, weighted by the numbers of their cases. */
  public double oneVersusOneWeighted() {
    return overPairs(true);
  }

  private double overPairs(boolean weighted) {
    double sum = 0;
    double weights = 0;
    for (int a = 0; a < classes; a++) {
      for (int b = a + 1; b < classes; b++) {
        double weight = weighted ? (count(a) + count(b)) / (double) truth.length : 1;
        sum += weight * (pair(a, b) + pair(b, a)) / 2;
        weights += weight;
      }
    }
    return sum / weights;
  }

  private double pair(int positiveClass, int other) {
    int[] cases =
        IntStream.range(0, truth.length)
            .filter(i -> truth[i] == positiveClass || truth[i] == other)
            .toArray();
    if (cases.length == 0) {
      return Double.NaN;
    }
    double[] column = new double[cases.length];
    boolean[] positive = new boolean[cases.length];
    for (int i = 0; i < cases.length; i++) {
      column[i] = scores[cases[i]][positiveClass];
      positive[i] = truth[cases[i]] == positiveClass;
    }
    return RocCurve.of(column, positive).area();
  }

  private long count(int k) {
    return IntStream.of(truth).filter(label -> label == k).count();
  }
}
