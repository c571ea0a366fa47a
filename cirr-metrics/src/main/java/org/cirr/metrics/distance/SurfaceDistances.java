package org.cirr.metrics.distance;

import java.util.Arrays;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.parallel.Workers;

/**
 * The distances from every surface voxel of one mask to the surface of the other, and the numbers
 * that are made of them.
 *
 * <p>P is the prediction, G the reference, D(P→G) the distances from P's surface voxels to G's
 * surface. Each convention has its own name here; docs/metrics.md says which library means which.
 *
 * <p><b>Units</b>: millimetres.
 *
 * <p><b>Edge cases</b>: an empty mask is answered by the {@link EmptyPolicy}. A single slice is a
 * 2D image (see {@link MaskPair}).
 *
 * <p>Immutable.
 */
public final class SurfaceDistances {
  private static final double P95 = 0.95;

  private final double[] fromPrediction; // D(P→G), ascending
  private final double[] fromReference; // D(G→P), ascending
  private final EmptyPolicy policy;

  private SurfaceDistances(double[] fromPrediction, double[] fromReference, EmptyPolicy policy) {
    this.fromPrediction = fromPrediction;
    this.fromReference = fromReference;
    this.policy = policy;
  }

  /** Measures with cirr's surface: face neighbours, the image border counts. */
  public static SurfaceDistances of(MaskPair pair, EmptyPolicy policy, Workers workers) {
    return of(pair, SurfaceRule.FACES, policy, workers);
  }

  /** Measures with another surface. */
  public static SurfaceDistances of(
      MaskPair pair, SurfaceRule rule, EmptyPolicy policy, Workers workers) {
    VoxelSet reference = SurfaceVoxels.of(pair, MaskPair.REFERENCE, rule, workers);
    VoxelSet prediction = SurfaceVoxels.of(pair, MaskPair.PREDICTION, rule, workers);
    if (reference.hasSameVoxels(prediction)) {
      double[] zeros = new double[reference.starts()[reference.depth()]];
      return new SurfaceDistances(zeros, zeros, policy);
    }
    double[] fromPrediction =
        NearestVoxels.distances(prediction, reference, pair.spacing(), workers);
    double[] fromReference =
        NearestVoxels.distances(reference, prediction, pair.spacing(), workers);
    Arrays.sort(fromPrediction);
    Arrays.sort(fromReference);
    return new SurfaceDistances(fromPrediction, fromReference, policy);
  }

  /** The number of surface voxels of the prediction, |S(P)|. */
  public int predictionSurface() {
    return fromPrediction.length;
  }

  /** The number of surface voxels of the reference, |S(G)|. */
  public int referenceSurface() {
    return fromReference.length;
  }

  /** D(P→G) in ascending order, a copy; infinite when the reference is empty. */
  public double[] fromPrediction() {
    return fromPrediction.clone();
  }

  /** D(G→P) in ascending order, a copy; infinite when the prediction is empty. */
  public double[] fromReference() {
    return fromReference.clone();
  }

  /** Hausdorff distance. <b>Formula</b>: max(max D(P→G), max D(G→P)). */
  public double hausdorff() {
    return isEmpty()
        ? empty(policy.hausdorff())
        : Math.max(last(fromPrediction), last(fromReference));
  }

  /** <b>Formula</b>: max D(P→G); MONAI's {@code directed=True}. */
  public double hausdorffFromPrediction() {
    return isEmpty() ? empty(policy.hausdorff()) : last(fromPrediction);
  }

  /** <b>Formula</b>: max D(G→P). */
  public double hausdorffFromReference() {
    return isEmpty() ? empty(policy.hausdorff()) : last(fromReference);
  }

  /**
   * The larger of the two 95th percentiles. <b>Formula</b>: max(Q95 D(P→G), Q95 D(G→P)), linear
   * interpolation. <b>Source</b>: MONAI, MetricsReloaded.
   */
  public double hd95() {
    return hausdorffPercentile(95);
  }

  /**
   * {@link #hd95()} for another percentile.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} unless 0 to 100.
   */
  public double hausdorffPercentile(double percent) {
    double share = share(percent);
    return isEmpty()
        ? empty(policy.percentile())
        : Math.max(Percentile.of(fromPrediction, share), Percentile.of(fromReference, share));
  }

  /**
   * The 95th percentile from the prediction only, MONAI's {@code directed=True, percentile=95}.
   * <b>Formula</b>: Q95 D(P→G).
   */
  public double hd95FromPrediction() {
    return isEmpty() ? empty(policy.percentile()) : Percentile.of(fromPrediction, P95);
  }

  /** <b>Formula</b>: Q95 D(G→P). */
  public double hd95FromReference() {
    return isEmpty() ? empty(policy.percentile()) : Percentile.of(fromReference, P95);
  }

  /**
   * The 95th percentile of all distances. <b>Formula</b>: Q95(D(P→G) ∪ D(G→P)). <b>Source</b>:
   * medpy, seg-metrics.
   */
  public double hd95Pooled() {
    return isEmpty() ? empty(policy.percentile()) : Percentile.of(pooled(), P95);
  }

  /** The mean of the two 95th percentiles. <b>Formula</b>: (Q95 D(P→G) + Q95 D(G→P)) / 2. */
  public double hd95Mean() {
    return isEmpty()
        ? empty(policy.percentile())
        : (Percentile.of(fromPrediction, P95) + Percentile.of(fromReference, P95)) / 2;
  }

  /**
   * Average symmetric surface distance. <b>Formula</b>: (Σ D(P→G) + Σ D(G→P)) / (|S(P)| + |S(G)|).
   */
  public double assd() {
    return isEmpty()
        ? empty(policy.average())
        : (sum(fromPrediction) + sum(fromReference))
            / ((double) fromPrediction.length + fromReference.length);
  }

  /** Mean of the two averages. <b>Formula</b>: (mean D(P→G) + mean D(G→P)) / 2. */
  public double masd() {
    return isEmpty()
        ? empty(policy.average())
        : (sum(fromPrediction) / fromPrediction.length + sum(fromReference) / fromReference.length)
            / 2;
  }

  /** Average surface distance from the prediction. <b>Formula</b>: mean D(P→G). */
  public double asdFromPrediction() {
    return isEmpty()
        ? policy.directedAverage().when(fromReference.length == 0, fromPrediction.length == 0)
        : sum(fromPrediction) / fromPrediction.length;
  }

  /** Average surface distance from the reference. <b>Formula</b>: mean D(G→P). */
  public double asdFromReference() {
    return isEmpty()
        ? policy.directedAverage().when(fromPrediction.length == 0, fromReference.length == 0)
        : sum(fromReference) / fromReference.length;
  }

  /**
   * Root mean square surface distance. <b>Formula</b>: √((Σ D(P→G)² + Σ D(G→P)²) / (|S(P)| +
   * |S(G)|)). <b>Source</b>: Heimann et al., SLIVER07 (2009).
   */
  public double rms() {
    if (isEmpty()) {
      return empty(policy.average());
    }
    double sum = 0;
    for (double distance : fromPrediction) {
      sum += distance * distance;
    }
    for (double distance : fromReference) {
      sum += distance * distance;
    }
    return Math.sqrt(sum / ((double) fromPrediction.length + fromReference.length));
  }

  /** The median of all distances of both directions. */
  public double median() {
    return isEmpty() ? empty(policy.average()) : Percentile.of(pooled(), 0.5);
  }

  /** The standard deviation (divided by n) of all distances of both directions. */
  public double standardDeviation() {
    if (isEmpty()) {
      return empty(policy.average());
    }
    double mean = assd();
    double sum = 0;
    for (double distance : fromPrediction) {
      sum += (distance - mean) * (distance - mean);
    }
    for (double distance : fromReference) {
      sum += (distance - mean) * (distance - mean);
    }
    return Math.sqrt(sum / ((double) fromPrediction.length + fromReference.length));
  }

  /**
   * Normalised surface distance, surface Dice: the share of surface voxels within a tolerance.
   * <b>Formula</b>: (#{D(P→G) ≤ τ} + #{D(G→P) ≤ τ}) / (|S(P)| + |S(G)|). <b>Source</b>: MONAI,
   * MetricsReloaded.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a tolerance that is negative or NaN.
   */
  public double nsd(double toleranceMm) {
    double tolerance = tolerance(toleranceMm);
    return isEmpty()
        ? empty(policy.surfaceDice())
        : (double) (within(fromPrediction, tolerance) + within(fromReference, tolerance))
            / ((double) fromPrediction.length + fromReference.length);
  }

  private boolean isEmpty() {
    return fromPrediction.length == 0 || fromReference.length == 0;
  }

  private double empty(EmptyPolicy.Answer answer) {
    return answer.when(fromReference.length == 0, fromPrediction.length == 0);
  }

  private double[] pooled() {
    double[] all =
        Arrays.copyOf(fromPrediction, Math.addExact(fromPrediction.length, fromReference.length));
    System.arraycopy(fromReference, 0, all, fromPrediction.length, fromReference.length);
    Arrays.sort(all);
    return all;
  }

  /** How many of some ascending distances are at most a tolerance. */
  private static int within(double[] ascending, double tolerance) {
    int low = 0;
    int high = ascending.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending[middle] <= tolerance) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static double last(double[] ascending) {
    return ascending[ascending.length - 1];
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /** A percentage as a share. */
  static double share(double percent) {
    if (!(percent >= 0 && percent <= 100)) {
      throw new IllegalArgumentException("a percentile goes from 0 to 100, got " + percent);
    }
    return percent / 100;
  }

  /** A tolerance that can be compared with. */
  static double tolerance(double toleranceMm) {
    if (!(toleranceMm >= 0)) {
      throw new IllegalArgumentException(
          "a tolerance must be 0 mm or more, got " + toleranceMm + " mm");
    }
    return toleranceMm;
  }
}
