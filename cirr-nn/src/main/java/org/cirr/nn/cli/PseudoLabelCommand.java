package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.cirr.io.nnunet.ModelFolder;
import org.cirr.io.nnunet.Postprocessing;
import org.cirr.nn.plan.RawCase;
import org.cirr.nn.plan.RawDataset;
import org.cirr.nn.pseudolabel.KeepRules;
import org.cirr.nn.pseudolabel.MixedDataset;
import org.cirr.nn.segment.SegmentOptions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code cirr pseudo-label}: from unlabelled images to a data set that training reads. */
@Command(
    name = "pseudo-label",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description = {
      "Labels images with a model, keeps the masks that look trustworthy, and writes them as a data"
          + " set, with labelled cases if asked: the middle step of semi-supervised training.",
      "Predicted masks stay in DATASET/predicted: with --resume nothing is predicted twice, also"
          + " when other rules are tried."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cirr pseudo-label model unlabelled/ -o Dataset002_Mixed --labelled Dataset001_Liver",
      "  cirr pseudo-label model unlabelled/ -o Dataset002_Mixed --labelled Dataset001_Liver \\",
      "    --resume --judge liver --min-confidence 0.95 --volume-ml liver=600-4000",
      "  cirr plan Dataset002_Mixed --plans model/plans.json",
      "  cirr train Dataset002_Mixed --pretrained model/fold_0/checkpoint_final.pth",
      "",
      "docs/training.md explains the steps and the measures.",
      "Exit codes: 0 done, 1 a defect of cirr, 2 wrong call, 3 some cases failed,",
      "            4 bad input or no mask kept, 130 cancelled."
    })
final class PseudoLabelCommand implements Callable<Integer> {
  private final OpenedModel.Opener opener;
  private final Terminal terminal;
  private final BooleanSupplier cancelled;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model folder.")
  private Path model;

  @Parameters(
      index = "1",
      paramLabel = "IMAGES",
      description = "The folder of unlabelled images, named as for 'cirr segment'.")
  private Path images;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "DATASET",
      description = "The folder to make: an nnU-Net raw data set and the report.")
  private Path output;

  @Option(
      names = "--labelled",
      paramLabel = "DATASET",
      description = {
        "A labelled data set to mix in; validation stays on its cases. Default: pseudo-labels"
            + " alone."
      })
  private Path labelled;

  @Option(
      names = "--agreement",
      paramLabel = "HOW",
      defaultValue = "AUTO",
      description = {
        "With what the mask is compared: 'folds' with each fold's own, 'mirror' with the one"
            + " without mirroring, 'none'; 'auto' is folds where there are several, else mirror."
            + " Each needs further predictions. Default: auto."
      })
  private Agreement agreement;

  @Mixin private PseudoLabelRules asked = new PseudoLabelRules();
  @Mixin private PredictionOptions prediction = new PredictionOptions();

  @Option(
      names = "--resume",
      description = "Go on in a folder that is there; other rules may be given than before.")
  private boolean resume;

  @Mixin private Verbosity verbosity = new Verbosity();

  PseudoLabelCommand(OpenedModel.Opener opener, Terminal terminal, BooleanSupplier cancelled) {
    this.opener = opener;
    this.terminal = terminal;
    this.cancelled = cancelled;
  }

  @Override
  public Integer call() throws IOException {
    // Masks are judged as they were predicted: stray components tell of a bad one.
    SegmentOptions options =
        prediction.toOptions(spec.commandLine()).withPostprocessing(Postprocessing.NONE);
    List<String> folds = folds(options);
    Agreement with = agreement(folds, options);
    if (!Files.isDirectory(images)) {
      throw new IOException(images + ": is not a folder; name the folder of unlabelled images");
    }
    OpenedModel opened = opener.open(model, options);
    CaseFinder finder = new CaseFinder(opened.channelNames());
    List<ImageCase> cases = finder.ofFolder(images);
    finder.warnings().forEach(warning -> err().println("warning: " + warning));
    RawDataset known = labelled == null ? null : RawDataset.open(labelled);
    MixedDataset dataset = dataset(known);
    dataset.requireOther(
        cases.stream()
            .map(one -> new RawCase(one.name(), one.channels(), one.channels().get(0)))
            .toList());
    Map<Integer, String> judged = asked.judged(spec.commandLine(), opened.labelNames());
    KeepRules rules = asked.rules(spec.commandLine(), judged, known);
    PseudoLabelRun.Folder folder = new PseudoLabelRun.Folder(output);
    Map<String, String> settings = settings(options, folds, with);
    folder.begin(settings, resume);
    List<OpenedModel> others = new ArrayList<>();
    for (SegmentOptions other : with.others(options, folds)) {
      others.add(opener.open(model, other));
    }
    PseudoLabelRun run =
        new PseudoLabelRun(
            opened, others, folder, dataset, verbosity.verbose, terminal, err(), cancelled);
    List<PseudoLabelReport.Row> rows = run.predict(cases, rules, judged);
    new PseudoLabelReport(rules, settings, judged, rows).writeCsv(folder.csv());
    new PseudoLabelReport(rules, settings, judged, rows).writeJson(folder.json());
    return finish(run, cases, rows, known, folder);
  }

  private int finish(
      PseudoLabelRun run,
      List<ImageCase> cases,
      List<PseudoLabelReport.Row> rows,
      RawDataset known,
      PseudoLabelRun.Folder folder)
      throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    int kept = 0;
    int failed = 0;
    for (PseudoLabelReport.Row row : rows) {
      kept += row.status() == PseudoLabelReport.Status.KEPT ? 1 : 0;
      failed += row.status() == PseudoLabelReport.Status.FAILED ? 1 : 0;
      String why = row.reasons().isEmpty() ? "" : ": " + String.join("; ", row.reasons());
      out.println(row.name() + " " + row.status() + why);
    }
    out.flush();
    if (kept == 0) {
      run.discard();
      throw new IOException(
          String.format(
              "%s: none of the %d masks is kept (%s says why); give other rules with --resume, or"
                  + " train the model longer",
              output, rows.size(), folder.csv().getFileName()));
    }
    run.write(cases, rows);
    out.printf(
        "%s: %d cases, %d of %d masks kept%n",
        output, kept + (known == null ? 0 : known.cases().size()), kept, rows.size());
    if (failed == 0) {
      return ExitCode.DONE;
    }
    err().printf("cirr: %d of %d cases failed, see %s%n", failed, rows.size(), folder.csv());
    return ExitCode.SOME_CASES_FAILED;
  }

  private List<String> folds(SegmentOptions options) throws IOException {
    if (!options.folds().isEmpty()) {
      return options.folds();
    }
    List<String> all = ModelFolder.open(model).folds(ModelFolder.FINAL_CHECKPOINT);
    return all.stream().filter(fold -> !fold.equals("all")).toList();
  }

  private Agreement agreement(List<String> folds, SegmentOptions options) {
    Agreement with = agreement.resolved(folds, options.mirroring());
    String wrong = null;
    if (with == Agreement.FOLDS && folds.size() < 2) {
      wrong = "--agreement folds needs two folds or more, got " + folds;
    } else if (with == Agreement.MIRROR && !options.mirroring()) {
      wrong = "--agreement mirror does not go with --no-mirror";
    }
    if (wrong != null) {
      throw new ParameterException(spec.commandLine(), wrong);
    }
    return with;
  }

  private MixedDataset dataset(RawDataset known) throws IOException {
    for (Path input : new Path[] {images, model, labelled}) {
      if (input != null && Files.exists(output) && Files.isSameFile(output, input)) {
        throw new ParameterException(
            spec.commandLine(), "-o " + output + " is an input; name another folder");
      }
    }
    Path json = model.resolve("dataset.json");
    return known == null ? MixedDataset.of(output, json) : MixedDataset.of(output, json, known);
  }

  /** What predicted masks depend on; rules are not among it. */
  private Map<String, String> settings(SegmentOptions options, List<String> folds, Agreement with)
      throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model", model.toAbsolutePath().normalize().toString());
    for (String fold : folds) {
      Path file = model.resolve("fold_" + fold).resolve(ModelFolder.FINAL_CHECKPOINT);
      if (Files.exists(file)) { // a missing one is told by the model
        settings.put("fold " + fold, PredictedCase.inputs(List.of(file)).get(0));
      }
    }
    settings.put("agreement", with.name().toLowerCase(Locale.ROOT));
    settings.put("step", Double.toString(options.stepSize()));
    settings.put("gaussian", Boolean.toString(options.gaussian()));
    settings.put("mirroring", Boolean.toString(options.mirroring()));
    settings.put("precision", options.precision().name().toLowerCase(Locale.ROOT));
    settings.put("parity", ParityOption.text(options.parity()));
    return settings;
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
