package org.cirr.nn.segment;

import java.util.List;
import java.util.function.Consumer;
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
    return changed(draft -> draft.folds = folds);
  }

  /** With another distance of tiles. */
  public SegmentOptions withStepSize(double stepSize) {
    return changed(draft -> draft.stepSize = stepSize);
  }

  /** With or without the Gaussian map. */
  public SegmentOptions withGaussian(boolean gaussian) {
    return changed(draft -> draft.gaussian = gaussian);
  }

  /** With or without mirroring. */
  public SegmentOptions withMirroring(boolean mirroring) {
    return changed(draft -> draft.mirroring = mirroring);
  }

  /** With another precision. */
  public SegmentOptions withPrecision(Precision precision) {
    return changed(draft -> draft.precision = precision);
  }

  /** With another nnU-Net version. */
  public SegmentOptions withParity(Parity parity) {
    return changed(draft -> draft.parity = parity);
  }

  /** With another backend. */
  public SegmentOptions withBackend(String backend) {
    return changed(draft -> draft.backend = backend);
  }

  /** With another number of threads. */
  public SegmentOptions withThreads(int threads) {
    return changed(draft -> draft.threads = threads);
  }

  /** With these labels only. */
  public SegmentOptions withLabels(List<String> labels) {
    return changed(draft -> draft.labels = labels);
  }

  /** With other steps after the mask; {@link Postprocessing#NONE} for the mask as predicted. */
  public SegmentOptions withPostprocessing(Postprocessing postprocessing) {
    return changed(draft -> draft.postprocessing = postprocessing);
  }

  private SegmentOptions changed(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finished();
  }

  /** Options that can be changed one by one. */
  private static final class Draft {
    private List<String> folds;
    private double stepSize;
    private boolean gaussian;
    private boolean mirroring;
    private Precision precision;
    private Parity parity;
    private String backend;
    private int threads;
    private List<String> labels;
    private Postprocessing postprocessing;

    Draft(SegmentOptions from) {
      folds = from.folds;
      stepSize = from.stepSize;
      gaussian = from.gaussian;
      mirroring = from.mirroring;
      precision = from.precision;
      parity = from.parity;
      backend = from.backend;
      threads = from.threads;
      labels = from.labels;
      postprocessing = from.postprocessing;
    }

    SegmentOptions finished() {
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
}
