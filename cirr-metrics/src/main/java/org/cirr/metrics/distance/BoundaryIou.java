package org.cirr.metrics.distance;

import java.util.Arrays;
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
  private final double[] reference; // squared distances to outside; 0 outside
  private final double[] prediction;
  private final boolean noReference;
  private final boolean noPrediction;
  private final EmptyPolicy policy;

  private BoundaryIou(MaskPair pair, EmptyPolicy policy, Workers workers) {
    this.policy = policy;
    noReference = pair.referenceCount() == 0;
    noPrediction = pair.predictionCount() == 0;
    if (noReference || noPrediction) {
      reference = new double[0];
      prediction = new double[0];
    } else {
      MaskPair.Padded padded = pair.padded();
      reference = inside(pair, padded, MaskPair.REFERENCE, workers);
      prediction = inside(pair, padded, MaskPair.PREDICTION, workers);
    }
  }

  /** Measures how deep every voxel lies; bands of any width can then be compared. */
  public static BoundaryIou of(MaskPair pair, EmptyPolicy policy, Workers workers) {
    return new BoundaryIou(pair, policy, workers);
  }

  /** The squared distances of a mask's voxels to the outside, in the order of the voxels. */
  private static double[] inside(MaskPair pair, MaskPair.Padded padded, int bit, Workers workers) {
    byte[] bits = padded.bits();
    double[] squared =
        new SquaredDistances(
                padded.depth(), padded.height(), padded.width(), pair.spacing(), workers)
            .to(bits, bit, 0, MaskPair.REFERENCE | MaskPair.PREDICTION);
    int count = 0;
    for (int index = 0; index < bits.length; index++) {
      if (bits[index] != 0) {
        squared[count++] = (bits[index] & bit) != 0 ? squared[index] : 0;
      }
    }
    return Arrays.copyOf(squared, count);
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
    if (noReference || noPrediction) {
      return policy.iou().when(noReference, noPrediction);
    }
    long both = 0;
    long any = 0;
    for (int i = 0; i < reference.length; i++) {
      boolean inReference = isInBand(reference[i], widthMm, inclusive);
      boolean inPrediction = isInBand(prediction[i], widthMm, inclusive);
      both += inReference && inPrediction ? 1 : 0;
      any += inReference || inPrediction ? 1 : 0;
    }
    return (double) both / any;
  }

  private static boolean isInBand(double squared, double width, boolean inclusive) {
    double distance = Math.sqrt(squared);
    return squared > 0 && (inclusive ? distance <= width : distance < width);
  }
}
