package org.cirr.benchmarks.scoring;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cirr.benchmarks.Organs;
import org.cirr.benchmarks.machine.Machine;
import org.cirr.io.image.ImageFile;
import org.cirr.metrics.evaluate.Evaluation;
import org.cirr.metrics.evaluate.EvaluationOptions;
import org.cirr.metrics.evaluate.Metric;
import org.cirr.metrics.evaluate.Preset;
import org.cirr.metrics.evaluate.StructureScores;
import org.cirr.parallel.Workers;
import org.cirr.volume.LabelMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Times all metrics of a pair of masks, and SciPy's distances of the same files. */
@Command(
    name = "metrics",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a pair of label maps with five organs as NIfTI, measures them with cirr in a heap of"
          + " 2 GB (the first run of the process, then warm ones) and with SciPy as medpy does:"
          + " one distance transform of the uncropped volume per label and direction. Reading the"
          + " files is timed for neither. Of SciPy, which has one thread, the processor's time is"
          + " taken."
    })
public final class MetricsCommand implements Callable<Integer> {
  private static final List<Double> TOLERANCES_MM = List.of(1.0, 2.0);
  private static final double SAME = 1e-9; // relative

  @Option(
      names = "--shape",
      paramLabel = "ZxYxX",
      description = "Extents. Default: ${DEFAULT-VALUE}.")
  private String shape = "300x512x512";

  @Option(
      names = "--peer-labels",
      paramLabel = "N",
      description = {
        "How many of the five labels SciPy measures, 0 to 5; the others take as long, since nothing"
            + " is cropped. Default: ${DEFAULT-VALUE}."
      })
  private int peerLabels = 1;

  @Option(names = "--threads", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int threads = 2;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Warm runs, of which the median is taken. Default: ${DEFAULT-VALUE}.")
  private int runs = 5;

  @Option(
      names = "--without-cldice",
      description = "All metrics but clDice, whose thinning of solid organs nobody needs.")
  private boolean withoutClDice;

  private final PrintStream out = System.out;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("cirr-metrics");
    Path[] files = {folder.resolve("reference.nii"), folder.resolve("prediction.nii")};
    try {
      int[] sizes = Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
      ImageFile.write(Organs.reference(sizes[0], sizes[1], sizes[2]), files[0]);
      ImageFile.write(Organs.prediction(sizes[0], sizes[1], sizes[2]), files[1]);
      return race(files);
    } finally {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.delete(folder);
    }
  }

  private int race(Path[] files) throws IOException, InterruptedException {
    LabelMap reference = ImageFile.readLabels(files[0]);
    LabelMap prediction = ImageFile.readLabels(files[1]);
    List<Metric> metrics =
        Metric.all(TOLERANCES_MM).stream()
            .filter(metric -> !withoutClDice || metric != Metric.CL_DICE)
            .toList();
    EvaluationOptions options = EvaluationOptions.of(Preset.CIRR, List.of()).withMetrics(metrics);
    Workers workers = Workers.of(threads);
    double[] seconds = new double[runs + 1];
    List<StructureScores> scores = List.of();
    for (int i = 0; i <= runs; i++) {
      long start = System.nanoTime();
      scores = Evaluation.of(reference, prediction, options, workers);
      seconds[i] = (System.nanoTime() - start) * 1e-9;
    }
    double first = seconds[0];
    double[] warm = Arrays.copyOfRange(seconds, 1, seconds.length);
    Arrays.sort(warm);
    double median = runs == 0 ? Double.NaN : warm[runs / 2];
    out.println(Machine.describe());
    print(
        "%s voxels, %d labels, %d metrics of each, %d threads, heap at most %d MiB",
        shape, scores.size(), metrics.size(), threads, Runtime.getRuntime().maxMemory() >> 20);
    print("cirr   all metrics, first run of the process %8.2f s", first);
    print("cirr   all metrics, median of %d warm runs    %8.2f s", runs, median);
    return peerLabels == 0 ? 0 : beside(files, scores, first, median);
  }

  /** Has SciPy measure the same files. */
  private int beside(Path[] files, List<StructureScores> scores, double first, double median)
      throws IOException, InterruptedException {
    SciPyRun peer = SciPyRun.of(files[0], files[1], peerLabels);
    if (!peer.unavailable().isEmpty()) {
      print("SciPy  not run: %s", peer.unavailable());
      return 0;
    }
    double all = peer.seconds() / peerLabels * scores.size();
    print(
        "%s, surface distances of %d label(s)  %8.2f s of one processor",
        peer.version(), peerLabels, peer.seconds());
    if (peerLabels < scores.size()) {
      print(
          "       %d labels, each as long (nothing is cropped)  %8.2f s, extrapolated",
          scores.size(), all);
    }
    print(
        "SciPy / cirr: %.0f against the first run, %.0f against a warm one; for %s",
        all / first,
        all / median,
        peerLabels < scores.size() ? "all labels, extrapolated" : "all labels");
    print(
        "SciPy / cirr: %.0f against the first run, with nothing extrapolated: %d label(s) of SciPy"
            + " against all of cirr",
        peer.seconds() / first, peerLabels);
    return isSame(scores, peer) ? 0 : 1;
  }

  /** Whether both have the same distances. */
  private boolean isSame(List<StructureScores> scores, SciPyRun peer) {
    double worst = 0;
    for (SciPyRun.Label label : peer.labels()) {
      StructureScores mine = scores.get(label.label() - 1);
      for (String key : label.values().keySet()) {
        double expected = label.values().get(key);
        worst = Math.max(worst, Math.abs(mine.value(key) - expected) / Math.abs(expected));
      }
    }
    print(
        "hd, hd95, assd and nsd@1mm of both differ by at most %.1e of the value%s",
        worst, worst <= SAME ? "" : ": MORE THAN ROUNDING");
    return worst <= SAME;
  }

  private void print(String pattern, Object... values) {
    out.println(String.format(Locale.ROOT, pattern, values));
  }
}
