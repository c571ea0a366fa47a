package org.cirr.nn.segment;

import java.util.Arrays;
import java.util.Locale;

/**
 * What a segmentation will cost, known before anything is computed.
 *
 * @param workingShape the voxels of the image at the model's spacing, axes as the model has them
 * @param tiles the number of patches
 * @param passes how often the network runs over each: folds times mirrorings
 * @param gigaFlop the network's multiplications and additions of all tiles and passes, in 10⁹
 * @param peakBytes the most heap that is in use at once, the given volumes and the model included
 * @param deviceBytes the memory of a GPU that is in use at once: the model, and where all of it
 *     fits into the GPU's memory also the prepared image and the sums of its logits, which else lie
 *     in the heap; 0 where the backend computes on the processor
 * @param backend the backend that computes
 */
public record SegmentPlan(
    int[] workingShape,
    int tiles,
    int passes,
    double gigaFlop,
    long peakBytes,
    long deviceBytes,
    String backend) {
  private static final double GIB = 1L << 30;

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
        Locale.ROOT,
        "%s voxels in %d tiles, %d passes each: %.1f GFLOP on backend %s, peak %.2f GiB%s",
        Arrays.toString(workingShape),
        tiles,
        passes,
        gigaFlop,
        backend,
        peakBytes / GIB,
        deviceBytes == 0
            ? ""
            : String.format(Locale.ROOT, " and %.2f GiB of the device", deviceBytes / GIB));
  }
}
