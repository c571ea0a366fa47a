package org.cirr.nn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cirr.io.image.ImageFile;
import org.cirr.metrics.evaluate.Structure;
import org.cirr.nn.preview.Preview;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code cirr preview}: the picture of a mask that is there already. */
@Command(
    name = "preview",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description = "Draws a mask's outlines on three planes of its image, as 'segment --preview'.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cirr preview scan.nii.gz mask.nii.gz -o mask.png --labels 1=liver,4=spleen",
      "  cirr preview scan.nii.gz reference.nii.gz -o reference.png --planes-of mask.nii.gz",
      "",
      ExitCode.HELP
    })
final class PreviewCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(index = "0", paramLabel = "IMAGE", description = "The image.")
  private Path image;

  @Parameters(index = "1", paramLabel = "MASK", description = "A mask on the image's grid.")
  private Path mask;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE.png",
      description = "The picture.")
  private Path output;

  @Option(
      names = "--labels",
      paramLabel = "FILE|1=liver,...",
      description = {
        "Draw these labels only: nnU-Net's dataset.json, or values with names. Default: all, as"
            + " 'label 1', ..."
      })
  private String labels;

  @Option(
      names = "--planes-of",
      paramLabel = "MASK",
      description = {
        "Show the slices through the largest label of this mask, so that two pictures can be"
            + " compared. Default: those of MASK."
      })
  private Path aim;

  @Option(names = "--title", paramLabel = "TEXT", description = "Default: the mask's name.")
  private String title;

  @Mixin private Verbosity verbosity = new Verbosity();

  @Override
  public Integer call() throws IOException {
    if (!output.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new ParameterException(
          spec.commandLine(), "-o takes a file that ends in .png, got " + output);
    }
    Outputs.requireWritable(output, "");
    Outputs.requireNoInput(output, List.of(image, mask));
    Volume volume = ImageFile.read(image);
    LabelMap all = ImageFile.readLabels(mask);
    Map<Integer, String> names = names(all);
    LabelMap drawn = only(names, all);
    Preview.write(
        volume,
        drawn,
        aim == null ? drawn : ImageFile.readLabels(aim),
        names,
        title == null ? ImageName.of(mask).stem() : title,
        output);
    spec.commandLine().getOut().println(output);
    return ExitCode.DONE;
  }

  private LabelMap only(Map<Integer, String> names, LabelMap all) {
    Map<Integer, Integer> same = new LinkedHashMap<>();
    names.keySet().forEach(value -> same.put(value, value));
    return labels == null ? all : Relabelling.of(all, same);
  }

  private Map<Integer, String> names(LabelMap drawn) throws IOException {
    Map<Integer, String> names = new LinkedHashMap<>();
    if (labels == null) {
      long[] counts = drawn.counts();
      for (int value = 1; value < counts.length; value++) {
        if (counts[value] > 0) {
          names.put(value, "label " + value);
        }
      }
      return names;
    }
    try {
      for (Structure structure : LabelsOption.parse(labels)) {
        structure.labels().labels().forEach(value -> names.put(value, structure.name()));
      }
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
    return names;
  }
}
