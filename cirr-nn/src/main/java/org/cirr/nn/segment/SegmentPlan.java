package org.cirr.nn.segment;

import java.util.Arrays;

/**
 * What a segmentation will cost, known before anything is computed.
 *
 * @param workingShape the voxels of the image at the model's spacing, axes as the model has them
 * @param tiles the number of patches
 * @param passes how often the network runs over each: folds times mirrorings
 * @param gigaFlop the network's multiplications and additions of all tiles and passes, in 10⁹
 * @param peakBytes the most heap that is in use at once, the given volumes and the model included
 * @param backend the backend that computes
 */
public record SegmentPlan(
    int[] workingShape, int tiles, int passes, double gigaFlop, long peakBytes, String backend) {
  /** Copies the array. */
  public SegmentPlan {
    workingShape = workingShape.clone();
  }

  /** A copy of the working shape. */
  @Override
  public int[] workingShape() {
    return workingShape.clone();
  }

  /** One sentence. */
  @Override
  public String toString() {
    return String.format(
        java.util.Locale.ROOT,
        "%s voxels in %d tiles, %d passes each: %.1f GFLOP on backend %s, peak %.2f GiB",
        Arrays.toString(workingShape),
        tiles,
        passes,
        gigaFlop,
        backend,
        peakBytes / (double) (1L << 30));
  }
}
