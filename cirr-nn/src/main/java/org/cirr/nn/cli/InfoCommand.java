package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.Architecture;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.ModelFile;
import org.cirr.io.nnunet.ModelFolder;
import org.cirr.io.nnunet.Plans;
import org.cirr.io.nnunet.Postprocessing;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code cirr info}: what a file, a model or this machine is. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    description = "Describes an image file, a model, or what this machine computes with.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cirr info scan.nii.gz",
      "  cirr info MODEL_FOLDER",
      "  cirr info --backends",
      "",
      ExitCode.HELP
    })
final class InfoCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE|MODEL",
      description = {
        "An image file (only its header is read), an nnU-Net model folder, or a file of 'cirr export'."
      })
  private Path path;

  @Option(
      names = "--backends",
      description = "List the backends, which one is chosen, and why one is not available.")
  private boolean backends;

  @Mixin private Verbosity verbosity = new Verbosity();

  @Override
  public Integer call() throws IOException {
    if (path == null && !backends) {
      throw new ParameterException(
          spec.commandLine(), "name a file, a model folder, or --backends");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (path != null) {
      if (Files.isDirectory(path)) {
        printModel(out);
      } else if (ModelFile.isNamed(path)) {
        ModelFile model = ModelFile.read(path);
        print(out, model.plans(), model.dataset(), List.of(model.checkpoint().fold()));
        for (Postprocessing.KeepLargest step : model.postprocessing().steps()) {
          out.println("masks      keep the largest component of label " + step.labels());
        }
      } else if (Files.exists(path)) {
        out.println(ImageFile.describe(path));
      } else {
        throw new NoSuchFileException(path.toString());
      }
    }
    if (backends) {
      printBackends(out);
    }
    return ExitCode.DONE;
  }

  private void printModel(PrintWriter out) throws IOException {
    ModelFolder model = ModelFolder.open(path);
    print(out, model.plans(), model.dataset(), model.folds(ModelFolder.FINAL_CHECKPOINT));
    if (model.isMrSegmentator()) {
      out.println("note       MRSegmentator: scans are read in LPS orientation");
    }
  }

  private static void print(PrintWriter out, Plans plans, DatasetJson dataset, List<String> folds)
      throws IOException {
    out.println("data set   " + plans.datasetName());
    out.println("plans      " + plans.plansName());
    out.println("folds      " + (folds.isEmpty() ? "none" : String.join(", ", folds)));
    out.println("channels   " + String.join(", ", dataset.channelNames()));
    out.println("files      " + dataset.fileEnding());
    for (String name : plans.configurationNames()) {
      out.println("plan for   " + describe(plans.configuration(name)));
    }
    if (dataset.orientation() != null) {
      out.println("scans      are turned to " + dataset.orientation());
    }
    dataset
        .labels()
        .namesByValue()
        .forEach((value, name) -> out.printf("label %4d %s%n", value, name));
  }

  private static String describe(Configuration configuration) {
    Architecture network = configuration.architecture();
    return String.format(
        "%s: patch %s at %s mm, %s %dD with %d stages of %s features",
        configuration.name(),
        configuration.patchSize(),
        configuration.spacingMm(),
        network.kind() == Architecture.Kind.PLAIN ? "PlainConvUNet" : "ResidualEncoderUNet",
        network.dimension(),
        network.stages(),
        network.featuresPerStage());
  }

  private static void printBackends(PrintWriter out) {
    Runtime runtime = Runtime.getRuntime();
    out.printf(
        Locale.ROOT,
        "cirr %s, Java %s (%s), %d processors, heap up to %.1f GiB%n",
        Main.version(),
        System.getProperty("java.version"),
        System.getProperty("java.vendor"),
        runtime.availableProcessors(),
        runtime.maxMemory() / (double) (1L << 30));
    for (BackendReport backend : Backends.report()) {
      out.printf(
          "%s %-7s %-13s %s%s%n",
          backend.chosen() ? "*" : " ",
          backend.name(),
          backend.available() ? "available" : "not available",
          backend.detail(),
          backend.available() ? "; " + Arithmetic.list(backend.arithmetics()) : "");
    }
    out.println("* is the automatic choice");
  }
}
