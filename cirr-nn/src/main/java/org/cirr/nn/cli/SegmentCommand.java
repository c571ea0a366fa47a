package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.cirr.io.file.Folders;
import org.cirr.io.nnunet.Postprocessing;
import org.cirr.nn.segment.SegmentOptions;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code cirr segment}: from scans to masks. */
@Command(
    name = "segment",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description = {
      "Segments a scan, or a folder of scans, with an nnU-Net v2 model; without -m with the bundled"
          + " one: liver, kidneys and spleen in MRI.",
      "Research software, not a medical device."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cirr segment -i scan.nii.gz -o mask.nii.gz --preview mask.png",
      "  cirr segment -m MODEL -i scan.nii.gz -o mask.nii.gz",
      "  cirr segment -m MODEL -i t1.nii.gz -i t2.nii.gz -o mask.nii.gz",
      "  cirr segment -m MODEL -i scans/ -o masks/ --resume --json run.json",
      "",
      "Exit codes: 0 done, 1 a defect of cirr, 2 wrong call, 3 some cases failed,",
      "            4 bad input, 130 cancelled."
    })
final class SegmentCommand implements Callable<Integer> {
  /** Said whenever nobody chose a model. */
  static final String BUNDLED_NOTICE =
      "cirr: no -m, so the bundled model is used (liver, kidneys, spleen in abdominal MRI): for"
          + " research only, not a medical device";

  private final OpenedModel.Opener opener;
  private final Terminal terminal;
  private final BooleanSupplier cancelled;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description = {
        "nnU-Net v2 model folder: plans.json, dataset.json, fold_0 ...; or a file of 'cirr export'."
            + " Default: the bundled model."
      })
  private Path model;

  @Option(
      names = {"-i", "--input"},
      required = true,
      paramLabel = "SCAN",
      description = {
        "A scan (.nii, .nii.gz, .hdr/.img, .nrrd, .nhdr). For a model with several channels: one"
            + " -i per channel in the model's order, or the file CASE_0000 alone, beside which"
            + " CASE_0001 ... are found. A folder is a batch: every case in it."
      })
  private List<Path> inputs;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "OUT",
      description = {
        "The mask. Default: CASE_seg beside the scan, in the scan's format. For a batch: a folder,"
            + " made if needed, that takes a mask CASE per case; it has to be named."
      })
  private Path output;

  @Mixin private PredictionOptions prediction = new PredictionOptions();

  @Option(
      names = "--labels",
      split = ",",
      paramLabel = "LABEL",
      description = "Only these labels, as in liver,spleen. Default: all of the model.")
  private List<String> labels = List.of();

  @ArgGroup private MaskPostprocessing postprocessing = new MaskPostprocessing();

  private static final class MaskPostprocessing {
    @Option(
        names = "--postprocessing",
        paramLabel = "FILE",
        description = {
          "Apply nnU-Net's postprocessing.json or .pkl to the mask. Default: what a model in one"
              + " file declares; the bundled one keeps the largest component of each organ."
        })
    private Path file;

    @Option(names = "--no-postprocessing", description = "Leave the mask as it was predicted.")
    private boolean none;

    /** Null for the model's own. */
    Postprocessing read() throws IOException {
      if (none) {
        return Postprocessing.NONE;
      }
      return file == null ? null : Postprocessing.read(file);
    }
  }

  @Option(
      names = "--probabilities",
      paramLabel = "FILE",
      description = {
        "Also write the class probabilities, as nnU-Net's .npz: key 'probabilities', float32"
            + " (class, z, y, x). For a batch: a folder."
      })
  private Path probabilities;

  @Option(
      names = "--preview",
      paramLabel = "FILE.png",
      description = {
        "Also write a picture: the mask as outlines on three planes through the largest label, with"
            + " volumes. For a batch: a folder."
      })
  private Path preview;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = {
        "Also write a report of the run: files, options, seconds per stage, planned memory,"
            + " volume of every label, warnings."
      })
  private Path json;

  @Option(names = "--resume", description = "Leave out cases whose outputs are all there already.")
  private boolean resume;

  @Mixin private Verbosity verbosity = new Verbosity();

  SegmentCommand(OpenedModel.Opener opener, Terminal terminal, BooleanSupplier cancelled) {
    this.opener = opener;
    this.terminal = terminal;
    this.cancelled = cancelled;
  }

  @Override
  public Integer call() throws IOException {
    Instant started = Instant.now();
    SegmentOptions options =
        prediction
            .toOptions(spec.commandLine())
            .withLabels(labels.stream().map(String::strip).toList())
            .withPostprocessing(postprocessing.read());
    boolean batch = inputs.stream().anyMatch(Files::isDirectory);
    if (batch) {
      checkBatchCall();
    }
    if (model == null) {
      err().println(BUNDLED_NOTICE);
    }
    OpenedModel opened = open(options);
    CaseFinder finder = new CaseFinder(opened.channelNames());
    List<ImageCase> cases =
        batch ? finder.ofFolder(inputs.get(0)) : List.of(finder.ofFiles(inputs));
    finder.warnings().forEach(warning -> err().println("warning: " + warning));
    checkJson(cases);
    CaseRunner runner = new CaseRunner(opened, verbosity.verbose, terminal, err(), cancelled);
    List<CaseReport> reports = new ArrayList<>();
    try {
      return batch ? runBatch(cases, runner, reports) : runSingle(cases.get(0), runner, reports);
    } finally {
      if (json != null && !cancelled.getAsBoolean()) {
        new RunReport(model, opened.options(), started, Instant.now(), List.copyOf(reports))
            .write(json);
      }
    }
  }

  private int runSingle(ImageCase image, CaseRunner runner, List<CaseReport> reports)
      throws IOException {
    Outputs outputs = Outputs.ofSingle(image, asked());
    if (isFinished(image, outputs, reports)) {
      return ExitCode.DONE;
    }
    try {
      reports.add(runner.run(image, outputs));
    } catch (IOException | RuntimeException | OutOfMemoryError failure) {
      reports.add(CaseReport.failed(image, outputs, CommandRunner.describe(failure)));
      throw failure;
    }
    print(reports.get(0));
    return ExitCode.DONE;
  }

  private int runBatch(List<ImageCase> cases, CaseRunner runner, List<CaseReport> reports)
      throws IOException {
    for (Path folder : new Path[] {output, probabilities, preview}) {
      if (folder != null) {
        Folders.make(folder);
      }
    }
    List<String> failures = new ArrayList<>();
    for (int index = 0; index < cases.size(); index++) {
      ImageCase image = cases.get(index);
      err().printf("case %d of %d: %s%n", index + 1, cases.size(), image.name());
      Outputs outputs = null;
      try {
        outputs = Outputs.ofBatch(image, asked());
        if (!isFinished(image, outputs, reports)) {
          CaseReport report = runner.run(image, outputs);
          reports.add(report);
          print(report);
        }
      } catch (CancellationException stop) {
        throw stop;
      } catch (IOException | RuntimeException | OutOfMemoryError failure) {
        if (cancelled.getAsBoolean()) {
          throw failure;
        }
        String error = CommandRunner.describe(failure);
        reports.add(CaseReport.failed(image, outputs, error));
        failures.add(image.name() + ": " + error);
        err().println("failed: " + error);
        if (verbosity.verbose) {
          failure.printStackTrace(err());
        }
      }
    }
    if (failures.isEmpty()) {
      return ExitCode.DONE;
    }
    err().printf("cirr: %d of %d cases failed:%n", failures.size(), cases.size());
    failures.forEach(failure -> err().println("  " + failure));
    return ExitCode.SOME_CASES_FAILED;
  }

  private boolean isFinished(ImageCase image, Outputs outputs, List<CaseReport> reports) {
    if (!resume || !outputs.files().values().stream().allMatch(Files::exists)) {
      return false;
    }
    reports.add(CaseReport.skipped(image, outputs));
    err().println(image.name() + ": left out, " + outputs.mask() + " is already there");
    return true;
  }

  private void print(CaseReport report) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(report.outputs().mask());
    int width = report.labels().stream().mapToInt(label -> label.name().length()).max().orElse(1);
    for (LabelVolumes.LabelVolume label : report.labels()) {
      out.printf(Locale.ROOT, "  %-" + width + "s  %10.1f ml%n", label.name(), label.ml());
    }
    out.flush();
  }

  private OpenedModel open(SegmentOptions options) throws IOException {
    try {
      return opener.open(model, options);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  private void checkBatchCall() throws IOException {
    String wrong = null;
    if (inputs.size() > 1) {
      wrong = "-i takes one folder, or the files of one case, not both";
    } else if (output == null) {
      wrong = "a batch needs a folder for the masks: -o FOLDER";
    } else if (Files.isRegularFile(output)) {
      wrong = "a batch needs a folder for the masks, but -o " + output + " is a file";
    } else if (Files.exists(output) && Files.isSameFile(output, inputs.get(0))) {
      wrong = "-o " + output + " is the folder of the scans; name another one";
    }
    if (wrong != null) {
      throw new ParameterException(spec.commandLine(), wrong);
    }
  }

  private void checkJson(List<ImageCase> cases) throws IOException {
    if (json != null) {
      Outputs.requireWritable(json, "");
      for (ImageCase image : cases) {
        Outputs.requireNoInput(json, image.channels());
      }
    }
  }

  private Outputs.Asked asked() {
    return new Outputs.Asked(output, probabilities, preview);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
