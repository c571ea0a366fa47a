package org.cirr.metrics.distance;

import org.cirr.metrics.MaskPair;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.parallel.Workers;

/**
 * Intersection over union of the inner bands along the surfaces of two masks.
 *
 * <p><b>Formula</b>: |B(P) ∩ B(G)| / |B(P) ∪ B(G)| with B(M) the voxels of M whose centre is within
 * a distance of the nearest voxel centre outside M; outside the image counts as outside.
 *
 * <p><b>Units</b>: the distance in millimetres.
 *
 * <p><b>Edge cases</b>: empty masks as {@link EmptyPolicy#iou()}; a distance so small that no band
 * has a voxel gives NaN.
 *
 * <p><b>Source</b>: Cheng et al., CVPR 2021, who count distances up to 2 % of the image diagonal,
 * in pixels. MetricsReloaded counts distances strictly below d pixels: {@code inclusive = false}
 * with a spacing of 1.
 */
public final class BoundaryIou {
  private final MaskPair pair;
  private final EmptyPolicy policy;
  private final Workers workers;

  private BoundaryIou(MaskPair pair, EmptyPolicy policy, Workers workers) {
    this.pair = pair;
    this.policy = policy;
    this.workers = workers;
  }

  /** Of a pair of masks, for bands of any width. */
  public static BoundaryIou of(MaskPair pair, EmptyPolicy policy, Workers workers) {
    return new BoundaryIou(pair, policy, workers);
  }

  /** cirr's boundary IoU: distances up to and including the width. */
  public double at(double widthMm) {
    return at(widthMm, true);
  }

  /**
   * Compares the bands of one width.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a width that is not positive.
   *
   * @param inclusive whether a voxel at exactly this distance belongs to the band
   */
  public double at(double widthMm, boolean inclusive) {
    if (!(widthMm > 0)) {
      throw new IllegalArgumentException(
          "a boundary band must be wider than 0 mm, got " + widthMm + " mm");
    }
    boolean noReference = pair.referenceCount() == 0;
    boolean noPrediction = pair.predictionCount() == 0;
    if (noReference || noPrediction) {
      return policy.iou().when(noReference, noPrediction);
    }
    long[] reference = InnerBand.of(pair, MaskPair.REFERENCE, widthMm, inclusive, workers).words();
    long[] prediction =
        InnerBand.of(pair, MaskPair.PREDICTION, widthMm, inclusive, workers).words();
    long both = 0;
    long any = 0;
    for (int i = 0; i < reference.length; i++) {
      both += Long.bitCount(reference[i] & prediction[i]);
      any += Long.bitCount(reference[i] | prediction[i]);
    }
    return (double) both / any;
  }
}
