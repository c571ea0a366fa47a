package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.cirr.io.image.ImageFile;
import org.cirr.io.npy.Npz;
import org.cirr.nn.preview.Preview;
import org.cirr.nn.segment.SegmentPlan;
import org.cirr.nn.segment.SegmentProgress;
import org.cirr.nn.segment.SegmentRequest;
import org.cirr.nn.segment.Segmentation;
import org.cirr.tensor.Shape;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/** Takes one case from its files to its outputs. */
final class CaseRunner {
  private static final double GIB = 1L << 30;

  private final OpenedModel model;
  private final boolean verbose;
  private final Terminal terminal;
  private final PrintWriter err;
  private final BooleanSupplier cancelled;

  CaseRunner(
      OpenedModel model,
      boolean verbose,
      Terminal terminal,
      PrintWriter err,
      BooleanSupplier cancelled) {
    this.model = model;
    this.verbose = verbose;
    this.terminal = terminal;
    this.err = err;
    this.cancelled = cancelled;
  }

  /**
   * Reads, segments and writes.
   *
   * <p><b>Errors</b>: what the reader, the segmenter or the writer throws; {@link
   * CancellationException} when cancelled.
   */
  CaseReport run(ImageCase image, Outputs outputs) throws IOException {
    if (image.problem() != null) {
      throw new IOException(image.problem());
    }
    Map<String, Double> seconds = new LinkedHashMap<>();
    long start = System.nanoTime();
    List<Volume> channels = new ArrayList<>();
    for (Path file : image.channels()) {
      throwIfCancelled();
      channels.add(ImageFile.read(file));
    }
    ChannelGeometry.check(image.channels(), channels);
    List<String> warnings = new ArrayList<>();
    start = lap(seconds, "read", start);
    boolean probabilities = outputs.probabilities() != null;
    SegmentPlan plan =
        model.plan(new SegmentRequest(channels, probabilities, SegmentProgress.NONE, cancelled));
    if (verbose) {
      err.println(image.name() + ": " + plan);
    }
    warnIfTight(plan, warnings);
    Segmentation result = segment(image, channels, probabilities);
    seconds.putAll(result.secondsPerStage());
    warnings.addAll(result.warnings());
    start = System.nanoTime();
    LabelMap labels = result.labels();
    write(outputs, channels.get(0), labels, result.probabilities(), image.name());
    lap(seconds, "write", start);
    for (String warning : warnings) {
      err.println("warning: " + image.name() + ": " + warning);
    }
    return new CaseReport(
        image,
        CaseReport.Status.DONE,
        outputs,
        null,
        channels.get(0).geometry(),
        plan,
        seconds,
        LabelVolumes.of(labels, askedLabels()),
        warnings);
  }

  private Segmentation segment(ImageCase image, List<Volume> channels, boolean probabilities) {
    try (Progress progress = Progress.of(terminal, err, image.name())) {
      return model.run(
          new SegmentRequest(List.copyOf(channels), probabilities, progress, cancelled));
    }
  }

  /** The mask comes first: a full disk or a missing font must not lose it. */
  private void write(
      Outputs outputs, Volume image, LabelMap labels, float[][] probabilities, String name)
      throws IOException {
    throwIfCancelled();
    ImageFile.write(labels, outputs.mask());
    throwIfCancelled();
    if (outputs.probabilities() != null) {
      Shape grid = labels.shape();
      Npz.write(
          outputs.probabilities(),
          "probabilities",
          Shape.of(probabilities.length, grid.dim(0), grid.dim(1), grid.dim(2)),
          index -> probabilities[index]);
    }
    throwIfCancelled();
    if (outputs.preview() != null) {
      Preview.write(image, labels, askedLabels(), name, outputs.preview());
    }
  }

  /** The labels that the mask can hold, value to name: all, or those of {@code --labels}. */
  private Map<Integer, String> askedLabels() {
    Map<Integer, String> names = new TreeMap<>(model.labelNames());
    List<String> asked = model.options().labels();
    if (!asked.isEmpty()) {
      names.values().retainAll(asked);
    }
    return names;
  }

  private static void warnIfTight(SegmentPlan plan, List<String> warnings) {
    long heap = Runtime.getRuntime().maxMemory();
    if (plan.peakBytes() > heap) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "about %.1f GiB are needed but the heap is limited to %.1f GiB; allow more with"
                  + " CIRR_JAVA_OPTS=-Xmx%dg",
              plan.peakBytes() / GIB,
              heap / GIB,
              (long) Math.ceil(plan.peakBytes() * 1.1 / GIB)));
    }
  }

  private void throwIfCancelled() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("cancelled");
    }
  }

  private static long lap(Map<String, Double> seconds, String stage, long start) {
    long now = System.nanoTime();
    seconds.put(stage, (now - start) / 1e9);
    return now;
  }
}
