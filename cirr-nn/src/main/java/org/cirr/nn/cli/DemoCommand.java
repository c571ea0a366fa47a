package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.Folders;
import org.cirr.io.image.ImageFile;
import org.cirr.metrics.LabelSet;
import org.cirr.metrics.evaluate.CaseScores;
import org.cirr.metrics.evaluate.Evaluation;
import org.cirr.metrics.evaluate.EvaluationOptions;
import org.cirr.metrics.evaluate.Metric;
import org.cirr.metrics.evaluate.Preset;
import org.cirr.metrics.evaluate.Structure;
import org.cirr.metrics.evaluate.Summary;
import org.cirr.nn.phantom.Phantom;
import org.cirr.nn.phantom.PhantomContrast;
import org.cirr.nn.phantom.PhantomSettings;
import org.cirr.nn.preview.Preview;
import org.cirr.nn.segment.SegmentOptions;
import org.cirr.nn.segment.SegmentPlan;
import org.cirr.nn.segment.SegmentRequest;
import org.cirr.nn.segment.Segmentation;
import org.cirr.parallel.Workers;
import org.cirr.volume.LabelMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code cirr demo}: everything once, on a phantom. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description = {
      "Shows what cirr does without any data: makes a phantom of an abdominal MRI, segments it with"
          + " the bundled model, compares the mask with the truth, and writes image, masks, pictures,"
          + " metrics and report.html into a folder.",
      "Research software, not a medical device."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cirr demo",
      "  cirr demo --contrast t1 --cirrhotic --seed 12 -o out",
      "",
      ExitCode.HELP
    })
final class DemoCommand implements Callable<Integer> {
  /** The seeds from here on were trained on. */
  static final long TRAINED_SEEDS = 1000;

  static final double TOLERANCE_MM = 2;

  private final OpenedModel.Opener opener;
  private final Terminal terminal;
  private final BooleanSupplier cancelled;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      defaultValue = "cirr-demo",
      description = "Takes the files; made if needed. Default: ${DEFAULT-VALUE}.")
  private Path output;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "7",
      description = {
        "Which patient, 0 to 999; the model was trained on others. Default: ${DEFAULT-VALUE}."
      })
  private long seed;

  @Option(
      names = "--contrast",
      paramLabel = "t1|t2|random",
      defaultValue = "T2",
      description = "What the phantom looks like. Default: t2.")
  private PhantomContrast contrast;

  @Option(names = "--cirrhotic", description = "A cirrhotic liver.")
  private boolean cirrhotic;

  @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: all cores.")
  private Integer threads;

  @Mixin private Verbosity verbosity = new Verbosity();

  DemoCommand(OpenedModel.Opener opener, Terminal terminal, BooleanSupplier cancelled) {
    this.opener = opener;
    this.terminal = terminal;
    this.cancelled = cancelled;
  }

  @Override
  public Integer call() throws IOException {
    int used = threads != null ? threads : Runtime.getRuntime().availableProcessors();
    if (used < 1) {
      throw wrong("--threads is 1 or more, got " + used);
    }
    if (seed < 0 || seed >= TRAINED_SEEDS) {
      throw wrong("--seed is 0 to " + (TRAINED_SEEDS - 1) + ", got " + seed);
    }
    Folders.requireNoFile(output);
    OpenedModel model = opener.open(null, SegmentOptions.defaults().withThreads(used));
    Folders.make(output);
    Workers workers = Workers.of(used).cancelledBy(cancelled);
    Phantom phantom = Phantom.of(PhantomSettings.of(seed, contrast, cirrhotic), workers);
    ImageFile.write(phantom.image(), at("image.nii.gz"));
    ImageFile.write(phantom.labels(), at("reference.nii.gz"));
    SegmentPlan plan = model.plan(SegmentRequest.of(List.of(phantom.image())));
    long start = System.nanoTime();
    Segmentation result = segment(model, phantom);
    double seconds = (System.nanoTime() - start) / 1e9;
    LabelMap mask = result.labels();
    ImageFile.write(mask, at("mask.nii.gz"));
    draw(phantom, mask, "cirr's mask of " + title(), at("mask.png"));
    draw(phantom, phantom.labels(), "truth of " + title(), at("truth.png"));
    CaseScores scores = measure(phantom.labels(), mask, workers);
    MetricsReport metrics = new MetricsReport(Summary.of(List.of(scores)), metrics(), Preset.CIRR);
    metrics.write(MetricsReport.Format.JSON, at("metrics.json"));
    metrics.write(MetricsReport.Format.CSV, at("metrics.csv"));
    DemoReport report =
        new DemoReport(title(), repeated(), plan, seconds, scores, result.warnings(), pictures());
    byte[] html = report.html().getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(at("report.html"), out -> out.write(html));
    PrintWriter out = spec.commandLine().getOut();
    out.print(metrics.text(MetricsReport.Format.TABLE));
    out.printf(Locale.ROOT, "segmented in %.1f s; open %s%n", seconds, at("report.html"));
    out.flush();
    return ExitCode.DONE;
  }

  private Segmentation segment(OpenedModel model, Phantom phantom) {
    try (Progress progress = Progress.of(terminal, spec.commandLine().getErr(), "phantom")) {
      return model.run(new SegmentRequest(List.of(phantom.image()), false, progress, cancelled));
    }
  }

  /** Both pictures show the slices through the true liver. */
  private static void draw(Phantom phantom, LabelMap mask, String title, Path png)
      throws IOException {
    Preview.write(phantom.image(), mask, phantom.labels(), Phantom.names(), title, png);
  }

  private static CaseScores measure(LabelMap reference, LabelMap mask, Workers workers) {
    List<Structure> structures = new ArrayList<>();
    Phantom.names()
        .forEach((value, name) -> structures.add(new Structure(name, LabelSet.of(value))));
    EvaluationOptions options =
        EvaluationOptions.of(Preset.CIRR, List.of(TOLERANCE_MM))
            .withMetrics(metrics())
            .withStructures(structures);
    return new CaseScores("phantom", Evaluation.of(reference, mask, options, workers));
  }

  private static List<Metric> metrics() {
    return List.of(Metric.DICE, Metric.nsd(TOLERANCE_MM), Metric.HD95, Metric.ASSD);
  }

  private List<DemoReport.Picture> pictures() throws IOException {
    return List.of(
        new DemoReport.Picture("What the bundled model found", Files.readAllBytes(at("mask.png"))),
        new DemoReport.Picture("What is there", Files.readAllBytes(at("truth.png"))));
  }

  private String title() {
    return String.format(
        Locale.ROOT,
        "phantom %d (%s%s)",
        seed,
        contrast.name().toLowerCase(Locale.ROOT),
        cirrhotic ? ", cirrhotic" : "");
  }

  private String repeated() {
    return String.format(
        Locale.ROOT,
        "cirr demo --seed %d --contrast %s%s",
        seed,
        contrast.name().toLowerCase(Locale.ROOT),
        cirrhotic ? " --cirrhotic" : "");
  }

  private Path at(String name) {
    return output.resolve(name);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
