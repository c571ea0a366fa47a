package org.cirr.metrics.distance;

import java.util.Arrays;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.parallel.Workers;

/**
 * Distances between surface elements ("surfels"), each weighted by its area: the metrics of
 * DeepMind's surface-distance.
 *
 * <p>A surfel lies at every corner of the voxel grid whose eight voxels (2D: four) are neither all
 * in the mask nor all out of it. Its area is that of the marching-cubes triangles of these eight
 * voxels (2D: the length of the contour). Surfaces are closed at the image border.
 *
 * <p>P is the prediction, G the reference, D(P→G) the distances from P's surfels to the nearest of
 * G's, w their areas.
 *
 * <p><b>Units</b>: millimetres; areas in mm² (2D: lengths in mm).
 *
 * <p><b>Edge cases</b>: an empty mask is answered by the {@link EmptyPolicy}. A single slice is a
 * 2D image (see {@link MaskPair}).
 *
 * <p><b>Source</b>: Nikolov et al., arXiv:1809.04430; github.com/google-deepmind/surface-distance.
 *
 * <p>Immutable.
 */
public final class SurfelDistances {
  private final Surfels fromPrediction;
  private final Surfels fromReference;
  private final EmptyPolicy policy;

  /** Distances in ascending order, each with its area. */
  private record Surfels(double[] distances, double[] areas, double area) {
    /** The area within a tolerance. */
    double within(double tolerance) {
      double sum = 0;
      for (int i = 0; i < distances.length && distances[i] <= tolerance; i++) {
        sum += areas[i];
      }
      return sum;
    }

    double average() {
      double sum = 0;
      for (int i = 0; i < distances.length; i++) {
        sum += distances[i] * areas[i];
      }
      return sum / area;
    }

    /** The first distance up to which the given share of the area lies. */
    double percentile(double share) {
      double sum = 0;
      for (int i = 0; i < distances.length; i++) {
        sum += areas[i];
        if (sum / area >= share) {
          return distances[i];
        }
      }
      return distances[distances.length - 1]; // rounding kept the sum below the area
    }
  }

  private SurfelDistances(Surfels fromPrediction, Surfels fromReference, EmptyPolicy policy) {
    this.fromPrediction = fromPrediction;
    this.fromReference = fromReference;
    this.policy = policy;
  }

  /** Measures. */
  public static SurfelDistances of(MaskPair pair, EmptyPolicy policy, Workers workers) {
    if (pair.box().isEmpty()) {
      Surfels none = new Surfels(new double[0], new double[0], 0);
      return new SurfelDistances(none, none, policy);
    }
    SurfelGrid reference = SurfelGrid.of(pair, MaskPair.REFERENCE, workers);
    SurfelGrid prediction = SurfelGrid.of(pair, MaskPair.PREDICTION, workers);
    return new SurfelDistances(
        surfels(pair, prediction, reference, workers),
        surfels(pair, reference, prediction, workers),
        policy);
  }

  private static Surfels surfels(MaskPair pair, SurfelGrid from, SurfelGrid to, Workers workers) {
    double[] distances =
        NearestVoxels.distances(from.surface(), to.surface(), pair.spacing(), workers);
    return sorted(distances, from.areas(workers));
  }

  private static Surfels sorted(double[] distances, double[] areas) {
    // Few distances occur, each often: areas are added up by distance, and no pairs are sorted.
    double[] values = distances.clone();
    Arrays.sort(values);
    int distinct = 0;
    for (int i = 0; i < values.length; i++) {
      if (i == 0 || values[i] != values[distinct - 1]) {
        values[distinct++] = values[i];
      }
    }
    double[] ascending = Arrays.copyOf(values, distinct);
    double[] sums = new double[distinct];
    for (int i = 0; i < distances.length; i++) {
      sums[Arrays.binarySearch(ascending, distances[i])] += areas[i];
    }
    return new Surfels(ascending, sums, Arrays.stream(sums).sum());
  }

  /** The area of the prediction's surface. */
  public double predictionArea() {
    return fromPrediction.area;
  }

  /** The area of the reference's surface. */
  public double referenceArea() {
    return fromReference.area;
  }

  /** The largest distance. <b>Formula</b>: max(max D(P→G), max D(G→P)). */
  public double hausdorff() {
    return hausdorffPercentile(100);
  }

  /**
   * DeepMind's robust Hausdorff distance at 95 %. <b>Formula</b>: per direction the first distance
   * up to which 95 % of the area lie, without interpolation; the larger of both.
   */
  public double hd95AreaWeighted() {
    return hausdorffPercentile(95);
  }

  /**
   * {@link #hd95AreaWeighted()} for another percentage of the area.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} unless 0 to 100.
   */
  public double hausdorffPercentile(double percent) {
    double share = SurfaceDistances.share(percent);
    if (isEmpty()) {
      return empty(percent == 100 ? policy.hausdorff() : policy.percentile());
    }
    if (percent == 100) {
      return Math.max(last(fromPrediction), last(fromReference));
    }
    return Math.max(fromPrediction.percentile(share), fromReference.percentile(share));
  }

  /** <b>Formula</b>: Σ w·D(P→G) / Σ w. */
  public double averageFromPrediction() {
    return isEmpty()
        ? policy.directedAverage().when(noReference(), noPrediction())
        : fromPrediction.average();
  }

  /** <b>Formula</b>: Σ w·D(G→P) / Σ w. */
  public double averageFromReference() {
    return isEmpty()
        ? policy.directedAverage().when(noPrediction(), noReference())
        : fromReference.average();
  }

  /** Both directions pooled. <b>Formula</b>: (Σ w·D(P→G) + Σ w·D(G→P)) / (Σ w + Σ w). */
  public double assdAreaWeighted() {
    return isEmpty()
        ? empty(policy.average())
        : (fromPrediction.average() * fromPrediction.area
                + fromReference.average() * fromReference.area)
            / (fromPrediction.area + fromReference.area);
  }

  /**
   * The share of the prediction's area within a tolerance of the reference; NaN without a
   * prediction, 0 without a reference.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a tolerance that is negative or NaN.
   */
  public double overlapFromPrediction(double toleranceMm) {
    return fromPrediction.within(SurfaceDistances.tolerance(toleranceMm)) / fromPrediction.area;
  }

  /**
   * The share of the reference's area within a tolerance of the prediction; NaN without a
   * reference, 0 without a prediction.
   */
  public double overlapFromReference(double toleranceMm) {
    return fromReference.within(SurfaceDistances.tolerance(toleranceMm)) / fromReference.area;
  }

  /**
   * Surface Dice at a tolerance. <b>Formula</b>: (area of P within τ of G + area of G within τ of
   * P) / (area of P + area of G). <b>Source</b>: DeepMind, MONAI's {@code use_subvoxels=True}.
   */
  public double nsdAreaWeighted(double toleranceMm) {
    double tolerance = SurfaceDistances.tolerance(toleranceMm);
    return isEmpty()
        ? empty(policy.surfaceDice())
        : (fromPrediction.within(tolerance) + fromReference.within(tolerance))
            / (fromPrediction.area + fromReference.area);
  }

  private static double last(Surfels surfels) {
    return surfels.distances[surfels.distances.length - 1];
  }

  private boolean noReference() {
    return fromReference.distances.length == 0;
  }

  private boolean noPrediction() {
    return fromPrediction.distances.length == 0;
  }

  private boolean isEmpty() {
    return noReference() || noPrediction();
  }

  private double empty(EmptyPolicy.Answer answer) {
    return answer.when(noReference(), noPrediction());
  }
}
