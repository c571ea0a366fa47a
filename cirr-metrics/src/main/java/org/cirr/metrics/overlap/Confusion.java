package org.cirr.metrics.overlap;

/**
 * How often reference and prediction agree and disagree about one structure, in voxels, and all
 * that follows from these four numbers.
 *
 * <p>With P the prediction and G the reference: TP = |P ∩ G|, FP = |P \ G|, FN = |G \ P|, TN the
 * rest of the image.
 *
 * <p><b>Edge cases</b>: what a formula leaves undefined when P or G is empty is answered by an
 * {@link EmptyPolicy}.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a negative count.
 *
 * <p><b>Source</b>: Taha and Hanbury, BMC Med Imaging 15:29 (2015).
 *
 * @param tp true positives
 * @param fp false positives
 * @param fn false negatives
 * @param tn true negatives
 */
public record Confusion(long tp, long fp, long fn, long tn) {
  private static final double MM3_PER_ML = 1000;

  /** Nothing counted. */
  public static final Confusion ZERO = new Confusion(0, 0, 0, 0);

  public Confusion {
    if (tp < 0 || fp < 0 || fn < 0 || tn < 0) {
      throw new IllegalArgumentException(
          "counts must not be negative, got TP " + tp + ", FP " + fp + ", FN " + fn + ", TN " + tn);
    }
  }

  /** The counts of two images together: pooled counts give pooled metrics. */
  public Confusion plus(Confusion other) {
    return new Confusion(
        Math.addExact(tp, other.tp),
        Math.addExact(fp, other.fp),
        Math.addExact(fn, other.fn),
        Math.addExact(tn, other.tn));
  }

  /** |P|, the voxels of the prediction. */
  public long predicted() {
    return tp + fp;
  }

  /** |G|, the voxels of the reference. */
  public long reference() {
    return tp + fn;
  }

  /** All voxels that were counted. */
  public long total() {
    return tp + fp + fn + tn;
  }

  /** Dice, F1. <b>Formula</b>: 2TP / (2TP + FP + FN). */
  public double dice(EmptyPolicy policy) {
    return isEmpty() ? empty(policy.dice()) : 2.0 * tp / (2.0 * tp + fp + fn);
  }

  /** Intersection over union, Jaccard. <b>Formula</b>: TP / (TP + FP + FN). */
  public double iou(EmptyPolicy policy) {
    return isEmpty() ? empty(policy.iou()) : (double) tp / (tp + fp + fn);
  }

  /** Precision, positive predictive value. <b>Formula</b>: TP / (TP + FP). */
  public double precision(EmptyPolicy policy) {
    return isEmpty() ? empty(policy.precision()) : (double) tp / (tp + fp);
  }

  /** Recall, sensitivity, true positive rate. <b>Formula</b>: TP / (TP + FN). */
  public double recall(EmptyPolicy policy) {
    return isEmpty() ? empty(policy.recall()) : (double) tp / (tp + fn);
  }

  /**
   * F-beta: recall weighs β times as much as precision. <b>Formula</b>: (1 + β²) TP / ((1 + β²) TP
   * + β² FN + FP). Empty masks are answered as for {@link #dice}.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when β is not positive and finite.
   */
  public double fBeta(double beta, EmptyPolicy policy) {
    if (!(beta > 0 && beta < Double.MAX_VALUE)) {
      throw new IllegalArgumentException("beta must be positive and finite, got " + beta);
    }
    double weight = beta * beta;
    return isEmpty()
        ? empty(policy.dice())
        : (1 + weight) * tp / ((1 + weight) * tp + weight * fn + fp);
  }

  /**
   * Specificity, true negative rate. <b>Formula</b>: TN / (TN + FP); NaN when the reference fills
   * the image.
   */
  public double specificity() {
    return (double) tn / (tn + fp);
  }

  /** <b>Formula</b>: FP / (FP + TN); NaN when the reference fills the image. */
  public double falsePositiveRate() {
    return (double) fp / (fp + tn);
  }

  /** <b>Formula</b>: 1 − recall. */
  public double falseNegativeRate(EmptyPolicy policy) {
    return 1 - recall(policy);
  }

  /** <b>Formula</b>: TN / (TN + FN); NaN when the prediction fills the image. */
  public double negativePredictiveValue() {
    return (double) tn / (tn + fn);
  }

  /** <b>Formula</b>: (TP + TN) / all. */
  public double accuracy() {
    return (double) (tp + tn) / total();
  }

  /** <b>Formula</b>: (recall + specificity) / 2. */
  public double balancedAccuracy(EmptyPolicy policy) {
    return (recall(policy) + specificity()) / 2;
  }

  /** Youden's J. <b>Formula</b>: recall + specificity − 1. */
  public double youden(EmptyPolicy policy) {
    return recall(policy) + specificity() - 1;
  }

  /** LR+. <b>Formula</b>: recall / (1 − specificity); infinite without false positives. */
  public double positiveLikelihoodRatio(EmptyPolicy policy) {
    return recall(policy) / falsePositiveRate();
  }

  /** LR−. <b>Formula</b>: (1 − recall) / specificity. */
  public double negativeLikelihoodRatio(EmptyPolicy policy) {
    return falseNegativeRate(policy) / specificity();
  }

  /**
   * Matthews' correlation. <b>Formula</b>: (TP·TN − FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)); NaN
   * when one of the four sums is zero.
   */
  public double matthews() {
    double root =
        Math.sqrt((double) tp + fp)
            * Math.sqrt((double) tp + fn)
            * Math.sqrt((double) tn + fp)
            * Math.sqrt((double) tn + fn);
    return root == 0 ? Double.NaN : ((double) tp * tn - (double) fp * fn) / root;
  }

  /**
   * Cohen's κ of the two masks. <b>Formula</b>: (p₀ − pₑ) / (1 − pₑ) with the observed and the
   * expected agreement; NaN when pₑ = 1, that is when both masks are empty or both fill the image.
   */
  public double kappa() {
    double all = total();
    double expected =
        (predicted() / all) * (reference() / all) + ((tn + fn) / all) * ((tn + fp) / all);
    boolean certain = tp + fp == 0 && fn == 0 || tn + fp == 0 && fn == 0;
    return certain ? Double.NaN : (accuracy() - expected) / (1 - expected);
  }

  /**
   * Volumetric similarity. <b>Formula</b>: 1 − |FN − FP| / (2TP + FP + FN). It compares sizes only:
   * two masks of one size that do not touch have 1.
   */
  public double volumetricSimilarity(EmptyPolicy policy) {
    return isEmpty()
        ? empty(policy.volumetricSimilarity())
        : 1 - Math.abs(fn - fp) / (2.0 * tp + fp + fn);
  }

  /**
   * The volumetric similarity of seg-metrics, with a sign. <b>Formula</b>: 2 (|P| − |G|) / (|P| +
   * |G|), −2 to 2; 0 when both are empty.
   */
  public double signedVolumetricSimilarity() {
    return predicted() + reference() == 0
        ? 0
        : 2.0 * (fp - fn) / ((double) predicted() + reference());
  }

  /** Relative volume difference, with a sign. <b>Formula</b>: (|P| − |G|) / |G|. */
  public double relativeVolumeDifference(EmptyPolicy policy) {
    return isEmpty() ? empty(policy.relativeVolume()) : (double) (fp - fn) / reference();
  }

  /**
   * Absolute volume difference. <b>Formula</b>: ||P| − |G|| · voxel volume / 1000. <b>Units</b>:
   * ml.
   */
  public double absoluteVolumeDifferenceMl(double voxelVolumeMm3) {
    return Math.abs(fp - fn) * voxelVolumeMm3 / MM3_PER_ML;
  }

  /** The volume of the reference. <b>Units</b>: ml. */
  public double referenceMl(double voxelVolumeMm3) {
    return reference() * voxelVolumeMm3 / MM3_PER_ML;
  }

  /** The volume of the prediction. <b>Units</b>: ml. */
  public double predictedMl(double voxelVolumeMm3) {
    return predicted() * voxelVolumeMm3 / MM3_PER_ML;
  }

  /** Whether the reference or the prediction has no voxel. */
  private boolean isEmpty() {
    return reference() == 0 || predicted() == 0;
  }

  private double empty(EmptyPolicy.Answer answer) {
    return answer.when(reference() == 0, predicted() == 0);
  }
}
