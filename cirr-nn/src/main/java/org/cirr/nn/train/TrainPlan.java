package org.cirr.nn.train;

import java.util.List;
import java.util.Locale;

/**
 * What a training run will need, known before its first step.
 *
 * @param patch the extents of a patch
 * @param batchSize the patches of a batch
 * @param parameters the trained values
 * @param flops multiplications and additions of a training step
 * @param stepBytes the values of a training step, its packed weights and gradients
 * @param validationBytes the same of a validation batch
 * @param weightBytes weights and what the optimizer remembers of them
 * @param batchBytes batches that wait and that are made
 * @param recomputeBytes what {@link #stepBytes} would be if cheap values were computed twice
 * @param deviceBytes the memory of a GPU, where one computes, instead of heap; else 0
 */
public record TrainPlan(
    List<Integer> patch,
    int batchSize,
    long parameters,
    long flops,
    long stepBytes,
    long validationBytes,
    long weightBytes,
    long batchBytes,
    long recomputeBytes,
    long deviceBytes) {
  private static final double GIB = 1L << 30;
  private static final double MARGIN = 1.1; // a heap is never full to the last byte
  private static final long JAVA_BYTES = 64L << 20;

  /** Copies the list. */
  public TrainPlan {
    patch = List.copyOf(patch);
  }

  /** The heap that the run needs. */
  public long peakBytes() {
    return (long) (MARGIN * (stepBytes + validationBytes + weightBytes + batchBytes)) + JAVA_BYTES;
  }

  /**
   * Refuses what does not fit.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with the bytes that are needed, by kind,
   * those that there are, and what to do.
   */
  void require(long heapBytes) {
    if (peakBytes() <= heapBytes) {
      return;
    }
    long less = peakBytes() - (long) (MARGIN * (stepBytes - recomputeBytes));
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "training with patch %s and batch %d needs %.1f GiB (a step %.1f, validation %.1f,"
                + " weights and optimizer %.1f, batches %.1f, margin %.1f), but the heap is limited"
                + " to %.1f GiB; allow more with CIRR_JAVA_OPTS=-Xmx%dg%s, or take a smaller"
                + " --batch-size",
            patch,
            batchSize,
            peakBytes() / GIB,
            stepBytes / GIB,
            validationBytes / GIB,
            weightBytes / GIB,
            batchBytes / GIB,
            (peakBytes() - stepBytes - validationBytes - weightBytes - batchBytes) / GIB,
            heapBytes / GIB,
            (long) Math.ceil(peakBytes() / GIB),
            recomputeBytes < stepBytes
                ? String.format(
                    Locale.ROOT, ", compute twice with --recompute 1 (%.1f)", less / GIB)
                : ""));
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "patch %s, batch %d, %.1f M weights, %.0f GFLOP a step, %.1f GiB%s",
        patch,
        batchSize,
        parameters / 1e6,
        flops / 1e9,
        peakBytes() / GIB,
        deviceBytes == 0
            ? ""
            : String.format(Locale.ROOT, " and %.1f GiB of the device", deviceBytes / GIB));
  }
}
