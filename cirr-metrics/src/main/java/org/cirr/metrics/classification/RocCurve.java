package org.cirr.metrics.classification;

import java.util.Arrays;

/**
 * The true-positive rate against the false-positive rate over all thresholds of a score.
 *
 * <p>Positive is predicted when the score is at least the threshold.
 *
 * <p><b>Formula</b>: thresholds are +∞ and the distinct scores, descending; the area is the
 * trapezoid sum, which is the share of (positive, negative) pairs in the right order, ties as half.
 *
 * <p><b>Edge cases</b>: with one class only the rates of the other are NaN, and so is the area.
 * Scores of ±∞ are allowed.
 *
 * <p><b>Source</b>: scikit-learn's {@code roc_curve}, {@code roc_auc_score}, {@code
 * average_precision_score}.
 */
public final class RocCurve {
  private final double[] thresholds;
  private final long[] truePositives;
  private final long[] falsePositives;

  private RocCurve(double[] thresholds, long[] truePositives, long[] falsePositives) {
    this.thresholds = thresholds;
    this.truePositives = truePositives;
    this.falsePositives = falsePositives;
  }

  /** One point of the curve. */
  public record Point(double threshold, double falsePositiveRate, double truePositiveRate) {
    /** Youden's J = sensitivity + specificity − 1. */
    public double youden() {
      return truePositiveRate - falsePositiveRate;
    }
  }

  /**
   * The curve of scores.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when there are no cases, the numbers differ,
   * or a score is NaN.
   *
   * @param positive the true class of every case
   */
  public static RocCurve of(double[] scores, boolean[] positive) {
    BinaryScores.require(scores, positive);
    int n = scores.length;
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Double.compare(scores[b] + 0.0, scores[a] + 0.0)); // −0 is 0
    double[] thresholds = new double[n + 1];
    long[] tp = new long[n + 1];
    long[] fp = new long[n + 1];
    thresholds[0] = Double.POSITIVE_INFINITY;
    int points = 1;
    long hits = 0;
    for (int i = 0; i < n; i++) {
      hits += positive[order[i]] ? 1 : 0;
      boolean last = i == n - 1 || scores[order[i + 1]] != scores[order[i]];
      if (last) {
        thresholds[points] = scores[order[i]];
        tp[points] = hits;
        fp[points] = i + 1 - hits;
        points++;
      }
    }
    return new RocCurve(
        Arrays.copyOf(thresholds, points), Arrays.copyOf(tp, points), Arrays.copyOf(fp, points));
  }

  /** The number of points, one more than there are distinct scores. */
  public int size() {
    return thresholds.length;
  }

  /** A point, from the highest threshold to the lowest. */
  public Point point(int index) {
    int last = thresholds.length - 1;
    if (index < 0 || index > last) {
      throw new IllegalArgumentException("points are 0 to " + last + ", got " + index);
    }
    return new Point(
        thresholds[index],
        (double) falsePositives[index] / falsePositives[last],
        (double) truePositives[index] / truePositives[last]);
  }

  /** The same curve without the points on straight lines between others. */
  public RocCurve withoutCollinear() {
    int n = thresholds.length;
    int[] kept = new int[n];
    int count = 0;
    for (int i = 0; i < n; i++) {
      // The point at +∞ is added after the choice, so the first real one is an end of the curve.
      boolean end = i <= 1 || i == n - 1;
      if (end || bends(truePositives, i) || bends(falsePositives, i)) {
        kept[count++] = i;
      }
    }
    int[] places = Arrays.copyOf(kept, count);
    return new RocCurve(
        Arrays.stream(places).mapToDouble(i -> thresholds[i]).toArray(),
        Arrays.stream(places).mapToLong(i -> truePositives[i]).toArray(),
        Arrays.stream(places).mapToLong(i -> falsePositives[i]).toArray());
  }

  private static boolean bends(long[] counts, int i) {
    return counts[i + 1] - counts[i] != counts[i] - counts[i - 1];
  }

  /** The area under the curve. */
  public double area() {
    double doubled = 0;
    int last = thresholds.length - 1;
    for (int i = 1; i <= last; i++) {
      doubled +=
          (double) (falsePositives[i] - falsePositives[i - 1])
              * (truePositives[i] + truePositives[i - 1]);
    }
    return doubled / 2 / ((double) truePositives[last] * falsePositives[last]);
  }

  /**
   * The average precision, Σ(R_n − R_{n−1})P_n over descending thresholds, not interpolated.
   *
   * <p><b>Edge cases</b>: NaN without positives (scikit-learn gives 0 with a warning).
   */
  public double averagePrecision() {
    double sum = 0;
    int last = thresholds.length - 1;
    for (int i = 1; i <= last; i++) {
      double recall = (double) (truePositives[i] - truePositives[i - 1]) / truePositives[last];
      sum += recall * truePositives[i] / (truePositives[i] + falsePositives[i]);
    }
    return sum;
  }

  /** The first point with the largest Youden's J; NaN rates when one class is missing. */
  public Point youden() {
    int best = 0;
    for (int i = 1; i < thresholds.length; i++) {
      if (point(i).youden() > point(best).youden()) {
        best = i;
      }
    }
    return point(best);
  }
}
