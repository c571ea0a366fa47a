package org.cirr.metrics.classification;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How often each class was taken for which.
 *
 * <p><b>Shapes</b>: K × K; rows are the true class, columns the predicted one, in the order of
 * {@link #labels()}.
 *
 * <p><b>Formula</b>: for class k TP = C_kk, FN = row − TP, FP = column − TP, TN = N − TP − FN − FP;
 * precision TP/(TP + FP), sensitivity TP/(TP + FN), specificity TN/(TN + FP), negative predictive
 * value TN/(TN + FN), F1 2TP/(2TP + FP + FN).
 *
 * <p><b>Edge cases</b>: what 0/0 gives is told by {@link ZeroDivision}. Classes that occur neither
 * in the truth nor in the prediction take part only when they are named as labels.
 *
 * <p><b>Source</b>: scikit-learn's {@code confusion_matrix} and {@code
 * precision_recall_fscore_support}.
 */
public final class ConfusionMatrix {
  /** What a score of 0/0 is. */
  public enum ZeroDivision {
    /** 0, scikit-learn's default. */
    ZERO(0),
    /** 1. */
    ONE(1),
    /** NaN; left out of means. */
    NAN(Double.NaN);

    private final double value;

    ZeroDivision(double value) {
      this.value = value;
    }

    double divide(double top, double bottom) {
      return bottom == 0 ? value : top / bottom;
    }
  }

  /**
   * The scores of one class or of several together.
   *
   * @param support the number of cases whose true class it is
   */
  public record Scores(
      double precision,
      double sensitivity,
      double specificity,
      double negativePredictiveValue,
      double f1,
      long support) {}

  private final int[] labels;
  private final long[][] counts;
  private final long[] rows;
  private final long[] columns;
  private final long total;

  private ConfusionMatrix(int[] labels, long[][] counts) {
    this.labels = labels;
    this.counts = counts;
    int k = labels.length;
    rows = new long[k];
    columns = new long[k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        rows[i] += counts[i][j];
        columns[j] += counts[i][j];
      }
    }
    total = Arrays.stream(rows).sum();
  }

  /** Counts cases; the labels are all that occur, ascending. */
  public static ConfusionMatrix of(int[] truth, int[] predicted) {
    int[] labels =
        IntStream.concat(Arrays.stream(truth), Arrays.stream(predicted))
            .distinct()
            .sorted()
            .toArray();
    return of(labels, truth, predicted);
  }

  /**
   * Counts cases of the given labels, kept in that order.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when there are no cases, their numbers
   * differ, a label occurs twice, or a case has a class that is no label.
   */
  public static ConfusionMatrix of(int[] labels, int[] truth, int[] predicted) {
    if (truth.length != predicted.length || truth.length == 0) {
      throw new IllegalArgumentException(
          "every case has a true and a predicted class and there is at least one case, got "
              + truth.length
              + " and "
              + predicted.length);
    }
    if (Arrays.stream(labels).distinct().count() != labels.length) {
      throw new IllegalArgumentException(
          "each label is named once, got " + Arrays.toString(labels));
    }
    long[][] counts = new long[labels.length][labels.length];
    for (int i = 0; i < truth.length; i++) {
      counts[place(labels, truth[i], i)][place(labels, predicted[i], i)]++;
    }
    return new ConfusionMatrix(labels.clone(), counts);
  }

  /**
   * Takes counts that were made elsewhere; the labels are 0 to K − 1.
   *
   * @param counts rows true, columns predicted
   */
  public static ConfusionMatrix ofCounts(long[][] counts) {
    long[][] copy = new long[counts.length][];
    for (int i = 0; i < counts.length; i++) {
      copy[i] = counts[i].clone();
      if (copy[i].length != counts.length || Arrays.stream(copy[i]).anyMatch(c -> c < 0)) {
        throw new IllegalArgumentException(
            "a confusion matrix is square and counts are 0 or more, got row "
                + i
                + " "
                + Arrays.toString(copy[i])
                + " of "
                + counts.length
                + " rows");
      }
    }
    ConfusionMatrix matrix = new ConfusionMatrix(IntStream.range(0, counts.length).toArray(), copy);
    if (matrix.total == 0) {
      throw new IllegalArgumentException("the confusion matrix counts no cases; add cases");
    }
    return matrix;
  }

  private static int place(int[] labels, int label, int at) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == label) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "case " + at + " has class " + label + ", which is none of " + Arrays.toString(labels));
  }

  /** The classes, in the order of rows and columns. */
  public int[] labels() {
    return labels.clone();
  }

  /** The counts, rows true, columns predicted. */
  public long[][] counts() {
    return Arrays.stream(counts).map(long[]::clone).toArray(long[][]::new);
  }

  /** The number of cases. */
  public long total() {
    return total;
  }

  /** The share of cases whose class was found. */
  public double accuracy() {
    return (double) trace() / total;
  }

  private long trace() {
    return IntStream.range(0, labels.length).mapToLong(k -> counts[k][k]).sum();
  }

  /**
   * The mean sensitivity over the classes.
   *
   * <p><b>Edge cases</b>: classes without a true case are left out, as scikit-learn does.
   */
  public double balancedAccuracy() {
    return mean(ZeroDivision.NAN, Scores::sensitivity);
  }

  /**
   * Matthews' correlation for any number of classes, R_K.
   *
   * <p><b>Formula</b>: (c·s − Σp_k t_k)/√((s² − Σp_k²)(s² − Σt_k²)) with c correct of s cases, t_k
   * true and p_k predicted cases of class k.
   *
   * <p><b>Edge cases</b>: 0 when all cases have one true class or one predicted class.
   *
   * <p><b>Source</b>: Gorodkin (2004).
   */
  public double matthews() {
    double s = total;
    double products = 0;
    double trueSquares = 0;
    double predictedSquares = 0;
    for (int k = 0; k < labels.length; k++) {
      products += (double) rows[k] * columns[k];
      trueSquares += (double) rows[k] * rows[k];
      predictedSquares += (double) columns[k] * columns[k];
    }
    double bottom = Math.sqrt(s * s - predictedSquares) * Math.sqrt(s * s - trueSquares);
    return bottom == 0 ? 0 : (trace() * s - products) / bottom;
  }

  /** The scores of one class. */
  public Scores scores(int label, ZeroDivision zero) {
    for (int k = 0; k < labels.length; k++) {
      if (labels[k] == label) {
        return at(k, zero);
      }
    }
    throw new IllegalArgumentException("class " + label + " is none of " + Arrays.toString(labels));
  }

  private Scores at(int k, ZeroDivision zero) {
    long tp = counts[k][k];
    return scores(tp, columns[k] - tp, rows[k] - tp, total - rows[k] - columns[k] + tp, zero);
  }

  private static Scores scores(double tp, double fp, double fn, double tn, ZeroDivision zero) {
    return new Scores(
        zero.divide(tp, tp + fp),
        zero.divide(tp, tp + fn),
        zero.divide(tn, tn + fp),
        zero.divide(tn, tn + fn),
        zero.divide(2 * tp, 2 * tp + fp + fn),
        (long) (tp + fn));
  }

  /** The plain means of the classes' scores; macro F1 is the mean of the F1. */
  public Scores macro(ZeroDivision zero) {
    return means(zero, k -> 1);
  }

  /** The means of the classes' scores, weighted by how many cases truly are of each class. */
  public Scores weighted(ZeroDivision zero) {
    return means(zero, k -> rows[k]);
  }

  /**
   * The scores of the counts of all classes together; precision, sensitivity and F1 are then the
   * accuracy when all classes are labels.
   */
  public Scores micro(ZeroDivision zero) {
    double tp = trace();
    double wrong = total - tp;
    return scores(tp, wrong, wrong, (labels.length - 1.0) * total - wrong, zero);
  }

  private Scores means(ZeroDivision zero, IntToDoubleFunction weight) {
    return new Scores(
        mean(zero, Scores::precision, weight),
        mean(zero, Scores::sensitivity, weight),
        mean(zero, Scores::specificity, weight),
        mean(zero, Scores::negativePredictiveValue, weight),
        mean(zero, Scores::f1, weight),
        total);
  }

  private double mean(ZeroDivision zero, ToDoubleFunction<Scores> score) {
    return mean(zero, score, k -> 1);
  }

  private double mean(
      ZeroDivision zero, ToDoubleFunction<Scores> score, IntToDoubleFunction weight) {
    double sum = 0;
    double weights = 0;
    for (int k = 0; k < labels.length; k++) {
      double value = score.applyAsDouble(at(k, zero));
      if (!Double.isNaN(value)) {
        sum += weight.applyAsDouble(k) * value;
        weights += weight.applyAsDouble(k);
      }
    }
    return weights == 0 ? zero.value : sum / weights;
  }
}
