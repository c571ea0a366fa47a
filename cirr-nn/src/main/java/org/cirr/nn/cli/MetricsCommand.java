package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.EvaluationSummary;
import org.cirr.metrics.SameGrid;
import org.cirr.metrics.evaluate.CaseScores;
import org.cirr.metrics.evaluate.Evaluation;
import org.cirr.metrics.evaluate.EvaluationOptions;
import org.cirr.metrics.evaluate.Metric;
import org.cirr.metrics.evaluate.Preset;
import org.cirr.metrics.evaluate.Summary;
import org.cirr.nn.plot.MetricsPlot;
import org.cirr.parallel.Workers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code cirr metrics}: how well predicted masks agree with reference masks. */
@Command(
    name = "metrics",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description = "Compares predicted masks with reference masks.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cirr metrics reference.nii.gz prediction.nii.gz --labels 1=liver,4=spleen",
      "  cirr metrics references/ predictions/ --labels dataset.json --plot metrics.png",
      "  cirr metrics references/ predictions/ --preset nnunet --summary summary.json",
      "  cirr metrics summary.json",
      "",
      "docs/metrics.md explains every number.",
      "Exit codes: 0 done, 1 a defect of cirr, 2 wrong call, 3 some cases failed,",
      "            4 bad input, 130 cancelled."
    })
final class MetricsCommand implements Callable<Integer> {
  private final BooleanSupplier cancelled;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "REF",
      description = {
        "The reference: a mask (.nii, .nii.gz, .hdr/.img, .nrrd, .nhdr) or a folder of masks. A"
            + " summary.json of nnU-Net, without PRED, is summed up as it is."
      })
  private Path reference;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "PRED",
      description = "The prediction: a mask, or a folder whose masks have the references' names.")
  private Path prediction;

  @Option(
      names = "--labels",
      paramLabel = "FILE|1=liver,...",
      description = {
        "What is measured: nnU-Net's dataset.json, or values with names; 1+2=both makes one"
            + " structure of two labels. Default: every label but 0 that occurs."
      })
  private String labels;

  @Option(
      names = "--reference-values",
      paramLabel = "5=1,...",
      description = {
        "The reference names its labels otherwise: its value 5 is the prediction's 1, and so on;"
            + " values that are not listed become 0. Default: both use the same values."
      })
  private String referenceValues;

  @Option(
      names = "--ignore-label",
      paramLabel = "N",
      description = "Leave out voxels that have this label in the reference.")
  private Integer ignoreLabel;

  @Option(
      names = "--tolerance-mm",
      split = ",",
      paramLabel = "MM",
      defaultValue = "1,2",
      description = "Tolerances of the surface Dice (NSD) and widths of bands. Default: 1,2.")
  private List<Double> tolerancesMm;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = "cirr",
      description = {
        "Whose metrics and conventions: cirr, monai, medpy, nnunet or deepmind. Default: cirr."
      })
  private Preset preset;

  @Option(
      names = "--metrics",
      split = ",",
      paramLabel = "NAME",
      description = "These metrics instead of the preset's; 'all' for all of them.")
  private List<String> names;

  @Option(
      names = "--grid-tolerance-mm",
      paramLabel = "MM",
      description = {
        "How far the affines of two masks may be apart. Default: " + SameGrid.TOLERANCE_MM + "."
      })
  private Double gridToleranceMm;

  @Option(
      names = "--format",
      paramLabel = "table|json|csv",
      defaultValue = "table",
      description = "What is printed: table, json or csv. Default: table.")
  private MetricsReport.Format format;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write to a file instead of printing.")
  private Path output;

  @Option(
      names = "--plot",
      paramLabel = "FILE.png",
      description = "Also draw box plots of the metrics and Bland-Altman plots of the volumes.")
  private Path plot;

  @Option(
      names = "--summary",
      paramLabel = "FILE",
      description = "Also write nnU-Net's summary.json.")
  private Path summaryFile;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; the numbers do not depend on it. Default: all cores.")
  private Integer threads;

  @Mixin private Verbosity verbosity = new Verbosity();

  MetricsCommand(BooleanSupplier cancelled) {
    this.cancelled = cancelled;
  }

  @Override
  public Integer call() throws IOException {
    if (prediction == null) {
      return readSummary();
    }
    EvaluationOptions options = options();
    Map<Integer, Integer> values = referenceValues();
    MaskPairing pairing = MaskPairing.of(reference, prediction);
    pairing.warnings().forEach(warning -> err().println("warning: " + warning));
    List<Path> inputs = new ArrayList<>();
    pairing.pairs().forEach(pair -> inputs.addAll(List.of(pair.reference(), pair.prediction())));
    if (labels != null && LabelsOption.isFile(labels)) {
      inputs.add(Path.of(labels));
    }
    checkOutputs(inputs);
    Workers workers = workers().cancelledBy(cancelled);
    List<CaseScores> cases = new ArrayList<>();
    List<MaskPairing.Pair> measured = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    for (MaskPairing.Pair pair : pairing.pairs()) {
      try {
        cases.add(measure(pair, options, values, workers));
        warnOfNothing(pair, cases.get(cases.size() - 1));
        measured.add(pair);
      } catch (CancellationException stop) {
        throw stop;
      } catch (IOException | RuntimeException | OutOfMemoryError failure) {
        if (cancelled.getAsBoolean() || pairing.single()) {
          throw failure;
        }
        String error = CommandRunner.describe(failure);
        failures.add(pair.name() + ": " + error);
        err().println("failed: " + pair.name() + ": " + error);
        if (verbosity.verbose) {
          failure.printStackTrace(err());
        }
      }
    }
    if (summaryFile != null) {
      NnUnetSummaries.of(cases, measured).write(summaryFile);
    }
    finish(Summary.of(cases), options.metrics());
    if (failures.isEmpty()) {
      return ExitCode.DONE;
    }
    err().printf("cirr: %d of %d cases failed:%n", failures.size(), pairing.pairs().size());
    failures.forEach(failure -> err().println("  " + failure));
    return ExitCode.SOME_CASES_FAILED;
  }

  private CaseScores measure(
      MaskPairing.Pair pair,
      EvaluationOptions options,
      Map<Integer, Integer> values,
      Workers workers)
      throws IOException {
    if (verbosity.verbose) {
      err().println(pair.name() + ": " + pair.reference() + " and " + pair.prediction());
    }
    return new CaseScores(
        pair.name(),
        Evaluation.of(
            Relabelling.of(ImageFile.readLabels(pair.reference()), values),
            ImageFile.readLabels(pair.prediction()),
            options,
            workers));
  }

  private void warnOfNothing(MaskPairing.Pair pair, CaseScores scores) {
    if (scores.structures().isEmpty()) {
      err()
          .println(
              "warning: "
                  + pair.name()
                  + ": no label but 0 occurs in either mask, so nothing is measured; name the"
                  + " structures with --labels");
    }
  }

  private int readSummary() throws IOException {
    if (Files.isDirectory(reference) || !reference.toString().endsWith(".json")) {
      throw new ParameterException(
          spec.commandLine(), "name the prediction too: cirr metrics REF PRED");
    }
    if (!Files.exists(reference)) {
      throw new NoSuchFileException(reference.toString());
    }
    if (summaryFile != null) {
      throw new ParameterException(
          spec.commandLine(), "--summary needs masks, not a summary.json: name REF and PRED");
    }
    checkOutputs(List.of(reference));
    finish(
        Summary.of(NnUnetSummaries.cases(EvaluationSummary.read(reference))),
        List.of(Metric.DICE, Metric.IOU));
    return ExitCode.DONE;
  }

  private void finish(Summary summary, List<Metric> metrics) throws IOException {
    MetricsReport report = new MetricsReport(summary, metrics, preset);
    if (output != null) {
      report.write(format, output);
    } else {
      PrintWriter out = spec.commandLine().getOut();
      out.print(report.text(format));
      out.flush();
    }
    if (plot != null) {
      Path name = (prediction == null ? reference : prediction).toAbsolutePath().getFileName();
      MetricsPlot.write(summary, metrics, String.valueOf(name), plot);
    }
  }

  private EvaluationOptions options() throws IOException {
    for (double tolerance : tolerancesMm) {
      if (!(tolerance >= 0 && tolerance < Double.MAX_VALUE)) {
        throw new ParameterException(
            spec.commandLine(), "--tolerance-mm takes numbers from 0 mm on, got " + tolerance);
      }
    }
    EvaluationOptions options = EvaluationOptions.of(preset, tolerancesMm);
    try {
      if (names != null) {
        options = options.withMetrics(metrics(names));
      }
      if (ignoreLabel != null) {
        org.cirr.metrics.LabelSet.of(ignoreLabel);
        options = options.withIgnoreLabel(ignoreLabel);
      }
      if (gridToleranceMm != null) {
        options = options.withGridToleranceMm(gridToleranceMm);
      }
      return labels == null ? options : options.withStructures(LabelsOption.parse(labels));
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  private Map<Integer, Integer> referenceValues() {
    try {
      return referenceValues == null ? Map.of() : Relabelling.parse(referenceValues, ignoreLabel);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  private List<Metric> metrics(List<String> wanted) {
    Map<String, Metric> known = new LinkedHashMap<>();
    Metric.all(tolerancesMm).forEach(metric -> known.put(metric.key(), metric));
    if (wanted.equals(List.of("all"))) {
      return List.copyOf(known.values());
    }
    List<Metric> metrics = new ArrayList<>();
    for (String name : wanted) {
      if (!known.containsKey(name)) {
        throw new IllegalArgumentException(
            "--metrics: there is no '"
                + name
                + "'; there are "
                + String.join(", ", known.keySet()));
      }
      metrics.add(known.get(name));
    }
    return metrics;
  }

  private Workers workers() {
    int count = threads != null ? threads : Runtime.getRuntime().availableProcessors();
    if (count < 1) {
      throw new ParameterException(spec.commandLine(), "--threads is 1 or more, got " + count);
    }
    return Workers.of(count);
  }

  private void checkOutputs(List<Path> inputs) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("-o", output);
    files.put("--plot", plot);
    files.put("--summary", summaryFile);
    files.values().removeIf(file -> file == null);
    for (Path file : files.values()) {
      Outputs.requireWritable(file, "");
      Outputs.requireNoInput(file, inputs);
    }
    Outputs.requireDifferent(files);
    if (plot != null && !plot.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".png")) {
      throw new IOException(plot + ": --plot takes a file that ends in .png");
    }
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
