package org.cirr.metrics.instance;

/**
 * Which lesions were found: a lesion counts as found as soon as the prediction touches enough of
 * it.
 *
 * <p><b>Formula</b>: found = reference lesions of which at least m voxels are predicted; missed =
 * the others; false = predicted lesions that share fewer than m voxels with the reference.
 * Sensitivity = found / (found + missed), precision = (predicted − false) / predicted, F1 = their
 * harmonic mean.
 *
 * <p><b>Edge cases</b>: sensitivity is NaN without a lesion in the reference, precision without one
 * in the prediction; F1 is NaN when both are without, else 0 when one of the two is.
 *
 * <p><b>Source</b>: the counting of the WMH segmentation challenge, Kuijf et al. (2019). It is not
 * medpy's {@code obj_tpr}, which assigns lesions one to one.
 *
 * @param found reference lesions that were found
 * @param missed reference lesions that were not
 * @param falselyFound predicted lesions that are none
 * @param predicted all predicted lesions
 */
public record LesionDetection(int found, int missed, int falselyFound, int predicted) {

  /**
   * Counts.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when less than one voxel is asked for.
   *
   * @param leastVoxels how many voxels of a lesion must be shared
   */
  public static LesionDetection of(InstanceOverlap overlap, int leastVoxels) {
    if (leastVoxels < 1) {
      throw new IllegalArgumentException(
          "a lesion is found by 1 voxel or more, got " + leastVoxels);
    }
    long[] sharedByReference = new long[overlap.references() + 1];
    long[] sharedByPrediction = new long[overlap.predictions() + 1];
    for (InstanceOverlap.Shared pair : overlap.pairs()) {
      sharedByReference[pair.reference()] += pair.voxels();
      sharedByPrediction[pair.prediction()] += pair.voxels();
    }
    int found = 0;
    for (int lesion = 1; lesion < sharedByReference.length; lesion++) {
      found += sharedByReference[lesion] >= leastVoxels ? 1 : 0;
    }
    int confirmed = 0;
    for (int lesion = 1; lesion < sharedByPrediction.length; lesion++) {
      confirmed += sharedByPrediction[lesion] >= leastVoxels ? 1 : 0;
    }
    return new LesionDetection(
        found,
        overlap.references() - found,
        overlap.predictions() - confirmed,
        overlap.predictions());
  }

  /** The share of the reference's lesions that were found. */
  public double sensitivity() {
    return (double) found / (found + missed);
  }

  /** The share of the predicted lesions that are lesions. */
  public double precision() {
    return (double) (predicted - falselyFound) / predicted;
  }

  /** The harmonic mean of sensitivity and precision. */
  public double f1() {
    if (found + missed == 0 && predicted == 0) {
      return Double.NaN;
    }
    double sum = sensitivity() + precision();
    return sum > 0 ? 2 * sensitivity() * precision() / sum : 0;
  }
}
