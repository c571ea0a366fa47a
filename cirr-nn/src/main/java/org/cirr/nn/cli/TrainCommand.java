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
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backends;
import org.cirr.io.nnunet.EvaluationSummary;
import org.cirr.nn.data.PatchSampler;
import org.cirr.nn.data.PreparedFolder;
import org.cirr.nn.plan.RawCase;
import org.cirr.nn.plan.RawDataset;
import org.cirr.nn.segment.SegmentOptions;
import org.cirr.nn.train.FoldValidation;
import org.cirr.nn.train.Pretrained;
import org.cirr.nn.train.TrainOptions;
import org.cirr.nn.train.TrainSettings;
import org.cirr.nn.train.Trainer;
import org.cirr.nn.train.TrainingData;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code cirr train}: from prepared cases to a model folder. */
@Command(
    name = "train",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description = {
      "Trains a network as nnU-Net does, on what 'cirr plan' prepared; cirr and nnU-Net load the"
          + " model.",
      "A run that was ended in any way goes on with --resume and gives the same weights as one that"
          + " was not."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cirr train Dataset001_Liver --config 3d_fullres --fold 0",
      "  cirr train Dataset001_Liver --fold 0 --resume",
      "  cirr train Dataset001_Liver --fold all --epochs 100 --patience 20 -o model",
      "  cirr train Dataset002_Mine --pretrained model/fold_all/checkpoint_final.pth"
          + " --learning-rate 0.001",
      "",
      "docs/training.md explains the files.",
      ExitCode.HELP
    })
final class TrainCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final BooleanSupplier cancelled;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      paramLabel = "DATASET",
      description = "The data set that 'cirr plan' was run on, or the folder that it prepared.")
  private Path dataset;

  @Option(
      names = "--prepared",
      paramLabel = "FOLDER",
      description = "What 'cirr plan' prepared. Default: DATASET-prepared beside the data set.")
  private Path prepared;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "The model folder. Default: DATASET-CONFIG beside the data set.")
  private Path output;

  @Option(
      names = "--config",
      paramLabel = "NAME",
      defaultValue = "3d_fullres",
      description = "The configuration to train. Default: 3d_fullres.")
  private String configuration;

  @Option(
      names = "--fold",
      paramLabel = "N",
      defaultValue = "0",
      description = "0, 1, ..., or all to train on every case. Default: 0.")
  private String fold;

  @Option(names = "--resume", description = "Go on with the run that is there, or start one.")
  private boolean resume;

  @Mixin private TrainSettingsOptions asked = new TrainSettingsOptions();

  @Option(
      names = "--pretrained",
      paramLabel = "FILE",
      description = {
        "Begin with the weights of a checkpoint. Segmentation layers of another number of classes"
            + " begin anew."
      })
  private Path pretrained;

  @Option(
      names = "--new-head",
      description = "With --pretrained: let the segmentation layers begin anew in any case.")
  private boolean newHead;

  @Option(
      names = "--no-validation",
      description = "Do not predict the fold's validation cases at the end.")
  private boolean noValidation;

  @Option(
      names = "--save-minutes",
      paramLabel = "M",
      description = "How often a checkpoint is written within an epoch. Default: 10.")
  private Double saveMinutes;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      defaultValue = Backends.AUTO,
      description = "auto, scalar, simd or cuda. Default: auto.")
  private String backend;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads; the weights do not depend on it. Default: all cores.")
  private Integer threads;

  @Option(
      names = "--batch-threads",
      paramLabel = "N",
      description = "Threads that make batches meanwhile. Default: 1.")
  private Integer batchThreads;

  @Mixin private Verbosity verbosity = new Verbosity();

  TrainCommand(Terminal terminal, BooleanSupplier cancelled) {
    this.terminal = terminal;
    this.cancelled = cancelled;
  }

  @Override
  public Integer call() throws IOException {
    TrainOptions options = options();
    if (newHead && pretrained == null) {
      throw new ParameterException(spec.commandLine(), "--new-head goes with --pretrained");
    }
    PreparedFolder folder = preparedFolder();
    TrainingData data = TrainingData.open(folder, configuration, fold);
    data.warnings().forEach(warning -> err().println("warning: " + warning));
    Path model = output != null ? output : modelFolder(folder);
    List<RawCase> toValidate = noValidation ? List.of() : rawCases(data); // told before the work
    Trainer trainer = trainer(data, options, model);
    err()
        .printf(
            "%s, fold %s: %d cases to train on, %d to validate on; %s%s%n",
            configuration,
            fold,
            data.training().size(),
            data.validation().size(),
            trainer.plan(),
            rounding(trainer.settings().precision()));
    err().flush();
    warnOfForeground(data, trainer.settings());
    train(trainer);
    PrintWriter out = spec.commandLine().getOut();
    out.println(trainer.finalCheckpoint());
    out.flush();
    if (!noValidation) {
      validate(data, toValidate, model, options);
    }
    return ExitCode.DONE;
  }

  /** Shares of a batch are rounded: that of a batch of one patch to none. */
  private void warnOfForeground(TrainingData data, TrainSettings settings) {
    double share = settings.sampling().foregroundShare();
    int batch = data.batchSize(settings);
    if (share > 0 && !PatchSampler.forcesForeground(batch - 1, batch, share)) {
      err()
          .printf(
              Locale.ROOT,
              "warning: no patch is centred on a class: %.2f of a batch of %d is rounded to none%n",
              share,
              batch);
      err().flush();
    }
  }

  private static String rounding(Arithmetic precision) {
    return precision == Arithmetic.FLOAT32 ? "" : ", factors in " + precision;
  }

  private Trainer trainer(TrainingData data, TrainOptions options, Path model) throws IOException {
    if (resume && Trainer.resumable(model, fold) != null) {
      Trainer trainer = Trainer.resume(data, options, model);
      List<String> differences = settings(trainer.settings()).differences(trainer.settings());
      if (!differences.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(),
            "a run goes on with the settings that it was begun with: "
                + String.join(", ", differences)
                + "; leave these options out, or start anew with another -o");
      }
      if (pretrained != null && !trainer.beganWith(new Pretrained(pretrained, newHead))) {
        throw new ParameterException(
            spec.commandLine(),
            "a run goes on with the weights that it has, and it began with others than those of "
                + pretrained
                + (newHead ? " with a new head" : "")
                + "; leave --pretrained out, or start anew with another -o");
      }
      return trainer;
    }
    if (resume) {
      err().println("there is no checkpoint to go on from yet: a run begins");
    }
    TrainSettings settings = settings(TrainSettings.defaults());
    return Trainer.start(
        data,
        settings,
        options,
        model,
        pretrained == null ? Pretrained.NONE : new Pretrained(pretrained, newHead));
  }

  private void train(Trainer trainer) throws IOException {
    if (trainer.isFinished()) {
      err().println("the run is finished: nothing is left to train");
    }
    int epochs = trainer.settings().length().epochs();
    try (TrainProgress progress =
        new TrainProgress(terminal, err(), epochs, trainer.log(), System::nanoTime)) {
      trainer.run(progress, cancelled);
    } catch (CancellationException stop) {
      err()
          .printf(
              "stopped in epoch %d of %d after batch %d; go on with the same call and --resume%n",
              trainer.log().epochs().size() + 1, epochs, trainer.batchesDone());
      throw stop;
    }
    if (trainer.log().epochs().size() < epochs) {
      err()
          .printf(
              "ended after epoch %d of %d: nothing got better since epoch %d%n",
              trainer.log().epochs().size(), epochs, trainer.log().best() + 1);
    }
  }

  private void validate(TrainingData data, List<RawCase> cases, Path model, TrainOptions options)
      throws IOException {
    if (data.validationNames().isEmpty()) {
      err().println("the fold all has seen every case, so none is left to validate on");
      return;
    }
    if (cases.isEmpty()) {
      return;
    }
    SegmentOptions predict =
        SegmentOptions.defaults().withThreads(options.threads()).withBackend(options.backend());
    EvaluationSummary summary;
    try (Progress progress = Progress.of(terminal, err(), "validate")) {
      summary =
          FoldValidation.run(model, fold, data.dataset(), cases, predict, progress, cancelled);
    }
    print(summary, data);
  }

  /** The mean Dice of each structure. */
  private void print(EvaluationSummary summary, TrainingData data) {
    Map<String, List<Double>> dice = new LinkedHashMap<>();
    for (EvaluationSummary.Case one : summary.cases()) {
      one.labels()
          .forEach(
              (key, scores) ->
                  dice.computeIfAbsent(key, ignored -> new ArrayList<>()).add(scores.dice()));
    }
    Map<Integer, String> names = data.dataset().labels().namesByValue();
    PrintWriter out = spec.commandLine().getOut();
    out.printf("%d validation cases, mean Dice:%n", summary.cases().size());
    dice.forEach(
        (key, values) -> {
          String name = key.matches("[0-9]{1,5}") ? names.get(Integer.valueOf(key)) : null;
          double mean =
              values.stream()
                  .filter(value -> !value.isNaN())
                  .mapToDouble(Double::doubleValue)
                  .average()
                  .orElse(Double.NaN);
          out.printf(Locale.ROOT, "  %-20s %.3f%n", name != null ? name : key, mean);
        });
    out.flush();
  }

  /** The fold's validation cases as files; none, and a warning, where there is no data set. */
  private List<RawCase> rawCases(TrainingData data) throws IOException {
    List<String> names = data.validationNames();
    if (names.isEmpty()) {
      return List.of();
    }
    Path raw = rawFolder(data.folder());
    if (raw == null) {
      err()
          .println(
              "warning: the images are not beside the prepared folder, so the validation cases are"
                  + " not predicted; name the data set instead of what was prepared");
      return List.of();
    }
    Map<String, RawCase> there = new LinkedHashMap<>();
    RawDataset.open(raw).cases().forEach(one -> there.put(one.name(), one));
    for (String name : names) {
      if (!there.containsKey(name)) {
        throw new IOException(
            raw
                + ": lacks the case "
                + name
                + ", which fold "
                + fold
                + " validates on; run cirr plan again, or leave validation out with"
                + " --no-validation");
      }
    }
    return names.stream().map(there::get).toList();
  }

  private static boolean isPrepared(Path folder) {
    PreparedFolder candidate = new PreparedFolder(folder);
    return Files.isRegularFile(candidate.plansFile())
        && Files.isRegularFile(candidate.splitsFile());
  }

  private PreparedFolder preparedFolder() throws IOException {
    if (prepared != null) {
      return new PreparedFolder(prepared);
    }
    if (!Files.isDirectory(dataset)) {
      throw new IOException(dataset + ": is not a folder; name a data set");
    }
    return isPrepared(dataset) ? new PreparedFolder(dataset) : PreparedFolder.of(dataset);
  }

  /** The images: the data set that was named, or what a prepared folder is named for. */
  private Path rawFolder(PreparedFolder folder) {
    if (!isPrepared(dataset)) {
      return dataset;
    }
    Path beside = stem(folder);
    return Files.isDirectory(beside) && !isPrepared(beside) ? beside : null;
  }

  /** The prepared folder's path without {@code -prepared}. */
  private static Path stem(PreparedFolder folder) {
    Path absolute = folder.folder().toAbsolutePath().normalize();
    String name = String.valueOf(absolute.getFileName());
    return absolute.resolveSibling(name.replaceFirst("-prepared$", ""));
  }

  private Path modelFolder(PreparedFolder folder) {
    Path base = isPrepared(dataset) ? stem(folder) : dataset.toAbsolutePath().normalize();
    return base.resolveSibling(base.getFileName() + "-" + configuration);
  }

  private TrainSettings settings(TrainSettings base) {
    try {
      return asked.over(base);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  private TrainOptions options() {
    TrainOptions defaults = TrainOptions.defaults();
    try {
      return new TrainOptions(
          threads != null ? threads : defaults.threads(),
          batchThreads != null ? batchThreads : defaults.batchThreads(),
          backend,
          saveMinutes != null ? saveMinutes : defaults.saveMinutes());
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
