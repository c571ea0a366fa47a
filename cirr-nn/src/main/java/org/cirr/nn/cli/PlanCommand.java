package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import org.cirr.io.file.Folders;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.Plans;
import org.cirr.io.nnunet.Splits;
import org.cirr.nn.data.CasePreparation;
import org.cirr.nn.data.PreparedFolder;
import org.cirr.nn.plan.CrossValidation;
import org.cirr.nn.plan.DatasetScan;
import org.cirr.nn.plan.ExperimentPlan;
import org.cirr.nn.plan.ExperimentPlanner;
import org.cirr.nn.plan.PlannedNetwork;
import org.cirr.nn.plan.PlannerSettings;
import org.cirr.nn.plan.RawCase;
import org.cirr.nn.plan.RawDataset;
import org.cirr.parallel.Workers;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code cirr plan}: from a folder of images and labels to all that training reads. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description = {
      "Checks a data set, plans networks for it as nnU-Net does, and prepares its cases.",
      "Run it again to go on where it was stopped: finished cases are kept."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cirr plan Dataset001_Liver",
      "  cirr plan Dataset001_Liver --config 3d_fullres,3d_lowres -o prepared",
      "  cirr plan Cirrhosis_T2_3D --plan-only",
      "  cirr plan Dataset002_Small --features 16 --spacing 6,2,2 --patch 32,128,128",
      "  cirr plan Dataset003_Mixed --plans model/plans.json",
      "",
      "docs/training.md explains the layouts and the files.",
      ExitCode.HELP
    })
final class PlanCommand implements Callable<Integer> {
  private static final int SHOWN = 20;

  private final Terminal terminal;
  private final BooleanSupplier cancelled;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      paramLabel = "DATASET",
      description = {
        "A folder of nnU-Net's layout (dataset.json, imagesTr, labelsTr) or CirrMRI600+'s"
            + " (train_images, train_masks, ...)."
      })
  private Path dataset;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      description = "Where to write. Default: DATASET-prepared beside the data set.")
  private Path output;

  @Option(
      names = "--config",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "3d_fullres",
      description = "The configurations to prepare cases for. Default: 3d_fullres.")
  private List<String> configurations;

  @Option(
      names = "--network",
      paramLabel = "NAME",
      defaultValue = "PLAIN",
      description = "plain, resenc_m, resenc_l or resenc_xl: nnU-Net's planners. Default: plain.")
  private PlannedNetwork network;

  @Option(
      names = "--memory-gb",
      paramLabel = "GB",
      description = {
        "The graphics memory that patch and batch are to fill. Default: what nnU-Net plans the"
            + " network for, 8 GB for plain."
      })
  private Double memoryGb;

  @Option(
      names = "--features",
      paramLabel = "N",
      description = "Channels of the first stage; they double from stage to stage. Default: 32.")
  private Integer features;

  @Option(
      names = "--most-features",
      paramLabel = "N",
      description = "The most channels of a stage. Default: 320 in 3D, 512 in 2D.")
  private Integer mostFeatures;

  @Option(
      names = "--spacing",
      split = ",",
      paramLabel = "MM",
      description =
          "The target spacing as z,y,x of the images' arrays. Default: chosen from the data set.")
  private double[] spacing;

  @Option(
      names = "--patch",
      split = ",",
      paramLabel = "VOXELS",
      description =
          "The patch of 3d_fullres, in the order of the plans (coarsest axis first). Default: what"
              + " fits the memory.")
  private int[] patch;

  @Option(
      names = "--plans",
      paramLabel = "FILE",
      description = {
        "Take the plans of a model, plans.json, instead of making new ones: for fine-tuning its"
            + " weights. Default: plans are made."
      })
  private Path givenPlans;

  @Option(names = "--plan-only", description = "Check and plan, but prepare no cases.")
  private boolean planOnly;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cases worked on at once; each needs memory. Default: all cores.")
  private Integer threads;

  @Mixin private Verbosity verbosity = new Verbosity();

  PlanCommand(Terminal terminal, BooleanSupplier cancelled) {
    this.terminal = terminal;
    this.cancelled = cancelled;
  }

  @Override
  public Integer call() throws IOException {
    int count = threads != null ? threads : Runtime.getRuntime().availableProcessors();
    if (count < 1) {
      throw new ParameterException(spec.commandLine(), "--threads is 1 or more, got " + count);
    }
    PlannerSettings settings = settings(); // a scan takes a while
    requireOneSource();
    Workers workers = Workers.of(count).cancelledBy(cancelled);
    RawDataset data = RawDataset.open(dataset);
    PreparedFolder folder =
        output == null ? PreparedFolder.of(dataset) : new PreparedFolder(output);
    Folders.requireNoFile(folder.folder());
    DatasetScan scan = scan(data, workers);
    if (!scan.problems().isEmpty()) {
      return refuse(data, scan.problems());
    }
    ExperimentPlan plan = plan(data, scan, settings);
    Plans plans = plan.plans(folder.plansFile());
    CasePreparation.requireAsStored(folder.plansFile(), plans, data.dataset());
    if (!planOnly) {
      for (String name : configurations) { // told before anything is written
        requireChannels(plans.configuration(name), data);
      }
    }
    Folders.make(folder.folder());
    Splits splits = splits(data, folder);
    scan.splitWarnings(data.dataset(), splits).forEach(this::warn);
    data.writeDatasetJson(folder.datasetFile());
    scan.fingerprint().write(folder.fingerprintFile());
    plan.write(folder.plansFile());
    splits.write(folder.splitsFile());
    PrintWriter out = out();
    out.printf("%s: %d cases, %d folds%n", data.name(), data.cases().size(), splits.folds().size());
    plan.describe().forEach(out::println);
    out.flush();
    if (!planOnly) {
      for (String name : configurations) {
        prepare(data, folder, plans, plans.configuration(name), workers);
      }
    }
    out.println(folder.folder());
    return ExitCode.DONE;
  }

  private ExperimentPlan plan(RawDataset data, DatasetScan scan, PlannerSettings settings)
      throws IOException {
    return givenPlans != null
        ? ExperimentPlan.moved(givenPlans, data.name())
        : ExperimentPlanner.plan(
            data.name(), scan.fingerprint(), data.dataset(), data.cases().size(), settings);
  }

  private void requireChannels(Configuration config, RawDataset data) throws IOException {
    int planned = config.normalizations().size();
    int there = data.dataset().channelNames().size();
    if (planned != there) {
      throw new IOException(
          String.format(
              "%s: %s is planned for %d channel(s), but %s has %d, %s; take the plans of a model"
                  + " with the same channels",
              givenPlans,
              config.name(),
              planned,
              data.name(),
              there,
              data.dataset().channelNames()));
    }
  }

  /** Plans are given whole or made; and a file that is none is told before a long scan. */
  private void requireOneSource() throws IOException {
    if (givenPlans == null) {
      return;
    }
    boolean planner = memoryGb != null || features != null || mostFeatures != null;
    if (planner || spacing != null || patch != null || network != PlannedNetwork.PLAIN) {
      throw new ParameterException(
          spec.commandLine(),
          "--plans takes a model's plans as they are; leave out --network, --memory-gb,"
              + " --features, --most-features, --spacing and --patch");
    }
    ExperimentPlan.moved(givenPlans, "");
  }

  private PlannerSettings settings() {
    try {
      PlannerSettings base =
          PlannerSettings.of(network, memoryGb == null ? network.memoryGb() : memoryGb);
      return new PlannerSettings(
          network,
          base.memoryGb(),
          features == null ? base.features() : features,
          mostFeatures == null ? base.mostFeatures() : mostFeatures,
          spacing,
          patch);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  private DatasetScan scan(RawDataset data, Workers workers) {
    DatasetScan scan;
    try (Progress progress = Progress.of(terminal, err(), "check")) {
      scan = DatasetScan.of(data, counted(progress, data.cases().size()), workers);
    }
    scan.warnings().forEach(this::warn);
    return scan;
  }

  private IntConsumer counted(Progress progress, int cases) {
    return done -> progress.update(done + " of " + cases + " cases", done / (double) cases);
  }

  private int refuse(RawDataset data, List<String> problems) {
    int shown = verbosity.verbose ? problems.size() : Math.min(SHOWN, problems.size());
    problems.subList(0, shown).forEach(problem -> err().println("  " + problem));
    if (problems.size() > shown) {
      err().printf("  and %d more; --verbose lists them%n", problems.size() - shown);
    }
    err().printf("cirr: %s: %d problem(s), nothing was written%n", data.name(), problems.size());
    return ExitCode.BAD_INPUT;
  }

  /** The folds: those of an earlier run, which may have been edited, the data set's, nnU-Net's. */
  private Splits splits(RawDataset data, PreparedFolder folder) throws IOException {
    List<String> names = data.cases().stream().map(RawCase::name).toList();
    if (!Files.exists(folder.splitsFile())) {
      return data.ownSplits() != null ? data.ownSplits() : CrossValidation.of(names);
    }
    Splits kept = folder.splits();
    RawDataset.requireKnown(kept, data.cases(), folder.splitsFile());
    Set<String> used = new HashSet<>();
    kept.folds().forEach(fold -> used.addAll(fold.train()));
    kept.folds().forEach(fold -> used.addAll(fold.val()));
    List<String> left = names.stream().filter(name -> !used.contains(name)).toList();
    if (!left.isEmpty()) {
      warn(
          left.size()
              + " cases are in no fold of "
              + folder.splitsFile()
              + " and are not trained on, beginning with "
              + left.get(0)
              + "; delete the file to make new folds");
    }
    return kept;
  }

  private void prepare(
      RawDataset data, PreparedFolder folder, Plans plans, Configuration config, Workers workers)
      throws IOException {
    Path cases = folder.cases(config.name());
    Folders.make(cases);
    long start = System.nanoTime();
    CasePreparation.Outcome outcome;
    try (Progress progress = Progress.of(terminal, err(), config.name())) {
      outcome =
          CasePreparation.of(plans, config, data.dataset())
              .prepare(data.cases(), cases, counted(progress, data.cases().size()), workers);
    }
    out()
        .printf(
            Locale.ROOT,
            "%s: %d cases prepared, %d kept, %.1f s%n",
            config.name(),
            outcome.made(),
            outcome.kept(),
            (System.nanoTime() - start) / 1e9);
  }

  private void warn(String warning) {
    err().println("warning: " + warning);
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
