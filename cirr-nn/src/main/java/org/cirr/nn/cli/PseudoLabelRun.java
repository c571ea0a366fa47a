package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.Folders;
import org.cirr.io.image.ImageFile;
import org.cirr.nn.plan.RawCase;
import org.cirr.nn.pseudolabel.KeepRules;
import org.cirr.nn.pseudolabel.MaskQuality;
import org.cirr.nn.pseudolabel.MixedDataset;
import org.cirr.nn.pseudolabel.StructureQuality;
import org.cirr.nn.segment.SegmentProgress;
import org.cirr.nn.segment.SegmentRequest;
import org.cirr.nn.segment.Segmentation;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/** Predicts and judges the cases of a folder, then writes the data set of those that are kept. */
final class PseudoLabelRun {
  private final OpenedModel model;
  private final List<OpenedModel> others;
  private final Folder folder;
  private final MixedDataset dataset;
  private final boolean verbose;
  private final Terminal terminal;
  private final PrintWriter err;
  private final BooleanSupplier cancelled;

  PseudoLabelRun(
      OpenedModel model,
      List<OpenedModel> others,
      Folder folder,
      MixedDataset dataset,
      boolean verbose,
      Terminal terminal,
      PrintWriter err,
      BooleanSupplier cancelled) {
    this.model = model;
    this.others = others;
    this.folder = folder;
    this.dataset = dataset;
    this.verbose = verbose;
    this.terminal = terminal;
    this.err = err;
    this.cancelled = cancelled;
  }

  /** The folder that is made: the data set, the report, and what was predicted. */
  record Folder(Path path) {
    private Path predicted() {
      return path.resolve("predicted");
    }

    private Path settings() {
      return predicted().resolve(".settings.csv");
    }

    Path csv() {
      return path.resolve("pseudo-labels.csv");
    }

    Path json() {
      return path.resolve("pseudo-labels.json");
    }

    private Path record(String name) {
      return predicted().resolve(name + ".csv");
    }

    private Path mask(String name, String ending) {
      return predicted().resolve(name + ending);
    }

    /**
     * Makes the folder, or checks that an earlier run in it predicted in the same way.
     *
     * <p><b>Errors</b>: {@link IOException} when it holds something else, or an earlier run that
     * was not asked for or predicted in another way.
     */
    void begin(Map<String, String> settings, boolean resume) throws IOException {
      if (Files.isRegularFile(settings())) {
        if (!resume) {
          throw new IOException(
              path + ": holds an earlier run; go on with --resume, or name another folder");
        }
        requireSame(settings);
        return;
      }
      if (Files.exists(path) && !Files.isDirectory(path)) {
        throw new IOException(path + ": is a file; name a folder");
      }
      if (Files.isDirectory(path)) {
        try (Stream<Path> files = Files.list(path)) {
          if (files.anyMatch(file -> !file.equals(predicted()))) {
            throw new IOException(
                path
                    + ": is not empty and holds no run of pseudo-label; name a folder that is not"
                    + " there yet");
          }
        }
      }
      Folders.make(predicted());
      StringBuilder text = new StringBuilder();
      settings.forEach((key, value) -> text.append(CsvText.line(List.of(key, value))).append('\n'));
      AtomicFile.write(
          settings(), out -> out.write(text.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private void requireSame(Map<String, String> settings) throws IOException {
      Map<String, String> earlier = new LinkedHashMap<>();
      String text = new String(Files.readAllBytes(settings()), StandardCharsets.UTF_8);
      for (List<String> row : CsvText.parse(text)) {
        earlier.put(row.get(0), row.size() > 1 ? row.get(1) : "");
      }
      List<String> differences = new ArrayList<>();
      settings.forEach(
          (key, value) -> {
            String was = earlier.remove(key);
            if (!value.equals(was)) {
              differences.add(key + " is " + value + ", was " + (was == null ? "none" : was));
            }
          });
      earlier.forEach((key, was) -> differences.add(key + " is none, was " + was));
      if (!differences.isEmpty()) {
        throw new IOException(
            path
                + ": its masks were predicted otherwise ("
                + String.join(", ", differences)
                + "); name another folder, or predict as before");
      }
    }

    /** The names of all cases that have a record. */
    private List<String> recorded() throws IOException {
      try (Stream<Path> files = Files.list(predicted())) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(name -> name.endsWith(".csv") && !name.startsWith("."))
            .map(name -> name.substring(0, name.length() - 4))
            .toList();
      }
    }
  }

  /** Predicts what is not predicted yet, and judges every case. */
  List<PseudoLabelReport.Row> predict(
      List<ImageCase> cases, KeepRules rules, Map<Integer, String> judged) {
    List<PseudoLabelReport.Row> rows = new ArrayList<>();
    for (int index = 0; index < cases.size(); index++) {
      ImageCase image = cases.get(index);
      err.printf("case %d of %d: %s%n", index + 1, cases.size(), image.name());
      err.flush();
      try {
        PredictedCase predicted = predicted(image);
        List<StructureQuality> structures =
            predicted.structures().stream().filter(one -> judged.containsKey(one.value())).toList();
        List<String> reasons = rules.reasons(structures);
        rows.add(
            new PseudoLabelReport.Row(
                image.name(),
                reasons.isEmpty()
                    ? PseudoLabelReport.Status.KEPT
                    : PseudoLabelReport.Status.REJECTED,
                reasons,
                structures,
                predicted.warnings()));
      } catch (CancellationException stop) {
        throw stop;
      } catch (IOException | RuntimeException | OutOfMemoryError failure) {
        if (cancelled.getAsBoolean()) {
          throw new CancellationException("cancelled");
        }
        rows.add(failed(image, failure));
      }
    }
    return rows;
  }

  private PseudoLabelReport.Row failed(ImageCase image, Throwable failure) {
    String error = CommandRunner.describe(failure);
    err.println("failed: " + error);
    if (verbose) {
      failure.printStackTrace(err);
    }
    return new PseudoLabelReport.Row(
        image.name(), PseudoLabelReport.Status.FAILED, List.of(error), List.of(), List.of());
  }

  private PredictedCase predicted(ImageCase image) throws IOException {
    if (image.problem() != null) {
      throw new IOException(image.problem());
    }
    throwIfCancelled();
    List<String> inputs = PredictedCase.inputs(image.channels());
    Path mask = folder.mask(image.name(), dataset.fileEnding());
    PredictedCase earlier = PredictedCase.read(folder.record(image.name()));
    if (earlier != null && earlier.inputs().equals(inputs) && Files.isRegularFile(mask)) {
      return earlier;
    }
    List<Volume> channels = new ArrayList<>();
    for (Path file : image.channels()) {
      throwIfCancelled();
      channels.add(ImageFile.read(file));
    }
    ChannelGeometry.check(image.channels(), channels);
    List<String> warnings = new ArrayList<>();
    Segmentation result;
    List<StructureQuality> structures;
    try (Progress progress = Progress.of(terminal, err, image.name())) {
      int runs = 1 + others.size();
      List<LabelMap> masks = new ArrayList<>();
      for (int other = 0; other < others.size(); other++) {
        if (differs(others.get(other), channels)) {
          SegmentRequest request =
              new SegmentRequest(channels, false, part(progress, other, runs), cancelled);
          masks.add(others.get(other).run(request).labels());
        } else {
          warnings.add("the model was trained without mirroring, so agreement is not measured");
        }
      }
      result =
          model.run(new SegmentRequest(channels, true, part(progress, runs - 1, runs), cancelled));
      structures = MaskQuality.of(result, model.outputValues(), model.labelNames(), masks);
    }
    warnings.addAll(result.warnings());
    warnings.forEach(warning -> err.println("warning: " + image.name() + ": " + warning));
    throwIfCancelled();
    ImageFile.write(result.labels(), mask);
    PredictedCase made = new PredictedCase(inputs, structures, warnings);
    made.write(folder.record(image.name())); // last: it says that the mask is there
    return made;
  }

  /** Whether another prediction is another one at all: a model may not be mirrored. */
  private boolean differs(OpenedModel other, List<Volume> channels) {
    SegmentRequest request = new SegmentRequest(channels, false, SegmentProgress.NONE, cancelled);
    return other.plan(request).passes() != model.plan(request).passes();
  }

  private static SegmentProgress part(Progress progress, int index, int count) {
    return (stage, fraction) -> progress.update(stage, (index + fraction) / count);
  }

  /** Writes the data set of the cases that are kept. */
  void write(List<ImageCase> cases, List<PseudoLabelReport.Row> rows) throws IOException {
    List<RawCase> kept = new ArrayList<>();
    List<String> dropped = new ArrayList<>(folder.recorded());
    for (int index = 0; index < rows.size(); index++) {
      if (rows.get(index).status() == PseudoLabelReport.Status.KEPT) {
        ImageCase image = cases.get(index);
        Path mask = folder.mask(image.name(), dataset.fileEnding());
        kept.add(new RawCase(image.name(), image.channels(), mask));
        dropped.remove(image.name());
      }
    }
    throwIfCancelled();
    dataset.write(kept, dropped);
  }

  /** Takes the data set of an earlier run away, of which nothing is left. */
  void discard() throws IOException {
    Files.deleteIfExists(folder.path().resolve("dataset.json"));
  }

  private void throwIfCancelled() {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("cancelled");
    }
  }
}
