package org.cirr.nn.segment;

import java.util.List;
import org.cirr.backend.Backends;
import org.cirr.io.nnunet.Postprocessing;

/**
 * How to segment. {@link #defaults()} is what nnU-Net does; each wither gives a changed copy.
 *
 * @param folds the folds of the ensemble, {@code "0"} or {@code "all"}; empty for every numbered
 *     fold
 * @param stepSize the distance of tiles as a fraction of the patch, above 0 and at most 1
 * @param gaussian whether the middle of a tile counts more than its border
 * @param mirroring whether the mean over mirrored images is taken, on the axes that the checkpoint
 *     allows (up to eight times the work)
 * @param precision of the network and of the sums of logits
 * @param parity which nnU-Net version's masks
 * @param backend {@code auto}, or a name of {@link Backends#report()}
 * @param threads that work at once, 1 or more
 * @param labels the names of the labels to keep; empty for all
 * @param postprocessing what is done to the mask, after {@code labels}; null for what a model in
 *     one file declares (see {@code cirr export}), which for a folder is nothing, as in nnU-Net
 */
public record SegmentOptions(
    List<String> folds,
    double stepSize,
    boolean gaussian,
    boolean mirroring,
    Precision precision,
    Parity parity,
    String backend,
    int threads,
    List<String> labels,
    Postprocessing postprocessing) {

  /** Checks the values. */
  public SegmentOptions {
    folds = List.copyOf(folds);
    labels = List.copyOf(labels);
    if (!(stepSize > 0 && stepSize <= 1)) {
      throw new IllegalArgumentException(
          "the tile step must be above 0 and at most 1, got "
              + stepSize
              + ": nnU-Net's own is 0.5");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be 1 or more, got " + threads);
    }
  }

  /** What nnU-Net does, on all processors. */
  public static SegmentOptions defaults() {
    return new SegmentOptions(
        List.of(),
        0.5,
        true,
        true,
        Precision.REFERENCE,
        Parity.NNUNET_2_8,
        Backends.AUTO,
        Runtime.getRuntime().availableProcessors(),
        List.of(),
        null);
  }

  /** With other folds. */
  public SegmentOptions withFolds(List<String> folds) {
    return new SegmentOptions(
        folds,
        stepSize,
        gaussian,
        mirroring,
        precision,
        parity,
        backend,
        threads,
        labels,
        postprocessing);
  }

  /** With another distance of tiles. */
  public SegmentOptions withStepSize(double stepSize) {
    return new SegmentOptions(
        folds,
        stepSize,
        gaussian,
        mirroring,
        precision,
        parity,
        backend,
        threads,
        labels,
        postprocessing);
  }

  /** With or without the Gaussian map. */
  public SegmentOptions withGaussian(boolean gaussian) {
    return new SegmentOptions(
        folds,
        stepSize,
        gaussian,
        mirroring,
        precision,
        parity,
        backend,
        threads,
        labels,
        postprocessing);
  }

  /** With or without mirroring. */
  public SegmentOptions withMirroring(boolean mirroring) {
    return new SegmentOptions(
        folds,
        stepSize,
        gaussian,
        mirroring,
        precision,
        parity,
        backend,
        threads,
        labels,
        postprocessing);
  }

  /** With another precision. */
  public SegmentOptions withPrecision(Precision precision) {
    return new SegmentOptions(
        folds,
        stepSize,
        gaussian,
        mirroring,
        precision,
        parity,
        backend,
        threads,
        labels,
        postprocessing);
  }

  /** With another nnU-Net version. */
  public SegmentOptions withParity(Parity parity) {
    return new SegmentOptions(
        folds,
        stepSize,
        gaussian,
        mirroring,
        precision,
        parity,
        backend,
        threads,
        labels,
        postprocessing);
  }

  /** With another backend. */
  public SegmentOptions withBackend(String backend) {
    return new SegmentOptions(
        folds,
        stepSize,
        gaussian,
        mirroring,
        precision,
        parity,
        backend,
        threads,
        labels,
        postprocessing);
  }

  /** With another number of threads. */
  public SegmentOptions withThreads(int threads) {
    return new SegmentOptions(
        folds,
        stepSize,
        gaussian,
        mirroring,
        precision,
        parity,
        backend,
        threads,
        labels,
        postprocessing);
  }

  /** With these labels only. */
  public SegmentOptions withLabels(List<String> labels) {
    return new SegmentOptions(
        folds,
        stepSize,
        gaussian,
        mirroring,
        precision,
        parity,
        backend,
        threads,
        labels,
        postprocessing);
  }

  /** With other steps after the mask; {@link Postprocessing#NONE} for the mask as predicted. */
  public SegmentOptions withPostprocessing(Postprocessing postprocessing) {
    return new SegmentOptions(
        folds,
        stepSize,
        gaussian,
        mirroring,
        precision,
        parity,
        backend,
        threads,
        labels,
        postprocessing);
  }
}
