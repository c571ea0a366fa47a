package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cirr.io.nnunet.ModelFile;
import org.cirr.io.nnunet.ModelFolder;
import org.cirr.io.nnunet.Postprocessing;
import org.cirr.volume.Orientation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code cirr export}: a trained model as one small file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description = {
      "Puts one fold of a model folder into one file without the optimizer's state:"
          + " safetensors with plans.json and dataset.json in its metadata. 'cirr segment -m FILE'"
          + " and Segmenter.open(FILE) take it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cirr export Dataset001_Liver-3d_fullres --fold all --half -o liver.safetensors",
      "  cirr export MODEL --average-with pretrained.pth -o mean.safetensors",
      "  cirr segment -m liver.safetensors -i scan.nii.gz",
      "",
      ExitCode.HELP
    })
final class ExportCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = "A model folder of cirr or nnU-Net.")
  private Path model;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "The file, which ends in " + ModelFile.ENDING + ".")
  private Path output;

  @Option(
      names = "--fold",
      paramLabel = "N",
      description = "A number, or all. Default: the only one that there is.")
  private String fold;

  @Option(
      names = "--half",
      description = {
        "Round the weights to half precision: half the size, and masks that differ in a few voxels."
      })
  private boolean half;

  @Option(
      names = "--orientation",
      paramLabel = "LPS",
      description = {
        "Say where the axes of all training images point; cirr then turns every scan to it and the"
            + " mask back. Default: what dataset.json says, else scans are taken as they are stored."
      })
  private String orientation;

  @Option(
      names = "--postprocessing",
      paramLabel = "FILE",
      description = {
        "Declare nnU-Net's postprocessing.json or .pkl; cirr then applies it to every mask."
            + " Default: none."
      })
  private Path postprocessing;

  @Option(
      names = "--checkpoint",
      paramLabel = "NAME",
      defaultValue = ModelFolder.FINAL_CHECKPOINT,
      description = "The fold's checkpoint. Default: ${DEFAULT-VALUE}.")
  private String checkpoint;

  @Option(
      names = "--average-with",
      paramLabel = "FILE",
      description = {
        "Write the mean of the fold's weights and those of this checkpoint, such as the one that"
            + " training began with (--pretrained): some of what fine-tuning forgot comes back, some"
            + " of what it learned goes, so measure both. May be repeated; each counts alike."
      })
  private List<Path> averagedWith = List.of();

  @Mixin private Verbosity verbosity = new Verbosity();

  @Override
  public Integer call() throws IOException {
    Orientation declared = declared();
    if (!output.toString().endsWith(ModelFile.ENDING)) {
      throw new ParameterException(
          spec.commandLine(), "-o takes a file that ends in " + ModelFile.ENDING + ": " + output);
    }
    Outputs.requireWritable(output, "");
    ModelFolder folder = ModelFolder.open(model);
    Path source = folder.checkpoints(checkpoint, List.of(chosenFold(folder))).get(0);
    ModelFile.write(
        output,
        folder,
        source,
        averagedWith,
        declared,
        postprocessing == null ? Postprocessing.NONE : Postprocessing.read(postprocessing),
        half);
    PrintWriter out = spec.commandLine().getOut();
    out.printf(Locale.ROOT, "%s: %.2f MB%n", output, Files.size(output) / 1e6);
    out.flush();
    return ExitCode.DONE;
  }

  private Orientation declared() {
    try {
      return orientation == null ? null : Orientation.of(orientation);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
  }

  private String chosenFold(ModelFolder folder) throws IOException {
    if (fold != null) {
      return fold;
    }
    List<String> folds = folder.folds(checkpoint);
    if (folds.size() > 1) {
      throw new ParameterException(
          spec.commandLine(), "a file takes one fold: choose one of " + folds + " with --fold");
    }
    return folds.isEmpty() ? "0" : folds.get(0); // the refusal of fold 0 says what is missing
  }
}
