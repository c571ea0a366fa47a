package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.Folders;
import org.cirr.io.image.ImageFile;
import org.cirr.nn.phantom.Phantom;
import org.cirr.nn.phantom.PhantomContrast;
import org.cirr.nn.phantom.PhantomSettings;
import org.cirr.nn.preview.Preview;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.cirr.volume.Spacing;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code cirr phantom}: made-up abdominal MRI with labels. */
@Command(
    name = "phantom",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description = {
      "Makes an abdominal MRI that nobody had, with its labels: 1 liver, 2 right kidney,",
      "3 left kidney, 4 spleen. The same seed gives the same patient."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cirr phantom --seed 7 -o image.nii.gz --labels labels.nii.gz --preview picture.png",
      "  cirr phantom --seed 7 --contrast t1 --cirrhotic -o image.nii.gz",
      "  cirr phantom --dataset Dataset100_Phantom --count 40 --contrast random --random-grid",
      "",
      ExitCode.HELP
    })
final class PhantomCommand implements Callable<Integer> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,4})x(\\d{1,4})x(\\d{1,4})");
  private static final Pattern SPACING =
      Pattern.compile("(\\d{1,3}(?:\\.\\d+)?)x(\\d{1,3}(?:\\.\\d+)?)x(\\d{1,3}(?:\\.\\d+)?)");

  private static final int DEFAULT_COUNT = 20;

  private final BooleanSupplier cancelled;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "Which patient; the bundled model was trained on those from 1000 on. Default: 1.")
  private long seed;

  @Option(
      names = "--contrast",
      paramLabel = "t1|t2|random",
      defaultValue = "T2",
      description = "What it looks like. Default: t2.")
  private PhantomContrast contrast;

  @Option(
      names = "--cirrhotic",
      description = "A cirrhotic liver: nodules, shrunk and grown lobes, large spleen, ascites.")
  private boolean cirrhotic;

  @Option(
      names = "--obese",
      description = {
        "Much fat, under the skin, in the liver's fissures and in place of most of the bowel."
      })
  private boolean obese;

  @Option(names = "--size", paramLabel = "XxYxZ", description = "The voxels. Default: 256x256x36.")
  private String size;

  @Option(
      names = "--spacing",
      paramLabel = "XxYxZ",
      description = "The voxels' distances in mm. Default: 1.25x1.25x7.7.")
  private String spacing;

  @Option(names = "--random-grid", description = "Draw size and spacing from the seed.")
  private boolean randomGrid;

  @Option(
      names = "--random-slab",
      description = "As --random-grid, but 55 to 130 mm only, somewhere in the liver.")
  private boolean randomSlab;

  @Option(
      names = "--orientation",
      paramLabel = "LPS",
      defaultValue = "LPS",
      description = "Where the axes point. CHAOS' T2 images are LAS. Default: LPS.")
  private String orientation;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "The image.")
  private Path output;

  @Option(names = "--labels", paramLabel = "FILE", description = "The labels.")
  private Path labelFile;

  @Option(names = "--preview", paramLabel = "FILE.png", description = "A picture of both.")
  private Path preview;

  @Option(
      names = "--dataset",
      paramLabel = "FOLDER",
      description = {
        "Write a data set of nnU-Net's layout instead: --count phantoms from --seed on, every"
            + " second one cirrhotic, or all of them with --cirrhotic."
      })
  private Path dataset;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "The phantoms of a data set. Default: " + DEFAULT_COUNT + ".")
  private Integer count;

  @Option(names = "--threads", paramLabel = "N", description = "Threads. Default: all cores.")
  private Integer threads;

  @Mixin private Verbosity verbosity = new Verbosity();

  PhantomCommand(BooleanSupplier cancelled) {
    this.cancelled = cancelled;
  }

  @Override
  public Integer call() throws IOException {
    int used = threads != null ? threads : Runtime.getRuntime().availableProcessors();
    PhantomSettings settings;
    try {
      settings = settings();
      check(used);
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
    Workers workers = Workers.of(used).cancelledBy(cancelled);
    if (dataset != null) {
      writeDataset(settings, workers);
      return ExitCode.DONE;
    }
    Map<String, Path> files = new LinkedHashMap<>();
    files.put("-o", output);
    files.put("--labels", labelFile);
    files.put("--preview", preview);
    files.values().removeIf(file -> file == null);
    for (Path file : files.values()) {
      Outputs.requireWritable(file, "");
    }
    Outputs.requireDifferent(files);
    Outputs.requireEnding("-o", output, ImageName.ENDINGS);
    Outputs.requireEnding("--labels", labelFile, ImageName.ENDINGS);
    Outputs.requireEnding("--preview", preview, List.of(".png"));
    Phantom phantom = Phantom.of(settings, workers);
    ImageFile.write(phantom.image(), output);
    if (labelFile != null) {
      ImageFile.write(phantom.labels(), labelFile);
    }
    if (preview != null) {
      String title =
          "phantom "
              + seed
              + ", "
              + contrast.name().toLowerCase(Locale.ROOT)
              + (cirrhotic ? ", cirrhotic" : "")
              + (obese ? ", obese" : "");
      Preview.write(phantom.image(), phantom.labels(), Phantom.names(), title, preview);
    }
    printVolumes(phantom.labels());
    return ExitCode.DONE;
  }

  private void check(int used) {
    String wrong = null;
    if (used < 1) {
      wrong = "--threads is 1 or more, got " + used;
    } else if (count != null && count < 1) {
      wrong = "--count is 1 or more, got " + count;
    } else if (output == null && dataset == null) {
      wrong = "name the image with -o, or a folder with --dataset";
    } else if (dataset != null && (output != null || labelFile != null || preview != null)) {
      wrong = "--dataset has files of its own: leave out -o, --labels and --preview";
    } else if (dataset == null && count != null) {
      wrong = "--count goes with --dataset";
    }
    if (wrong != null) {
      throw new IllegalArgumentException(wrong);
    }
  }

  private PhantomSettings settings() {
    if (randomGrid && randomSlab) {
      throw new IllegalArgumentException("--random-slab draws a grid too: drop --random-grid");
    }
    PhantomSettings settings = patient(seed, cirrhotic, Orientation.of(orientation));
    if (size == null && spacing == null) {
      return drawn(settings);
    }
    if (randomGrid || randomSlab) {
      throw new IllegalArgumentException(
          (randomGrid ? "--random-grid" : "--random-slab")
              + " draws size and spacing: name neither");
    }
    Shape shape = settings.shape();
    if (size != null) {
      Matcher m = matcher(SIZE, size, "--size takes voxels such as 256x256x36");
      shape =
          Shape.of(
              Integer.parseInt(m.group(3)),
              Integer.parseInt(m.group(2)),
              Integer.parseInt(m.group(1)));
    }
    Spacing mm = settings.spacing();
    if (spacing != null) {
      Matcher m = matcher(SPACING, spacing, "--spacing takes mm such as 1.25x1.25x7.7");
      mm =
          new Spacing(
              Double.parseDouble(m.group(3)),
              Double.parseDouble(m.group(2)),
              Double.parseDouble(m.group(1)));
    }
    return settings.withGrid(shape, mm);
  }

  private PhantomSettings patient(long number, boolean sick, Orientation axes) {
    PhantomSettings settings = PhantomSettings.of(number, contrast, sick).withOrientation(axes);
    return obese ? settings.withObesity() : settings;
  }

  /** With a grid drawn from the seed, where that is wanted. */
  private PhantomSettings drawn(PhantomSettings settings) {
    return randomGrid
        ? settings.withRandomGrid()
        : randomSlab ? settings.withRandomSlab() : settings;
  }

  private static Matcher matcher(Pattern pattern, String text, String expected) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(expected + ", got '" + text + "'");
    }
    return matcher;
  }

  private void writeDataset(PhantomSettings first, Workers workers) throws IOException {
    int many = count == null ? DEFAULT_COUNT : count;
    if (Files.exists(dataset.resolve("dataset.json"))) {
      throw new IOException(dataset + ": is a data set already; name another folder");
    }
    Path images = Folders.make(dataset.resolve("imagesTr"));
    Path labels = Folders.make(dataset.resolve("labelsTr"));
    for (int i = 0; i < many; i++) {
      PhantomSettings settings =
          patient(first.seed() + i, cirrhotic || i % 2 == 1, first.orientation())
              .withGrid(first.shape(), first.spacing());
      Phantom phantom = Phantom.of(drawn(settings), workers);
      String name = "phantom_" + settings.seed();
      ImageFile.write(phantom.image(), images.resolve(name + "_0000.nii.gz"));
      ImageFile.write(phantom.labels(), labels.resolve(name + ".nii.gz"));
    }
    StringBuilder json = new StringBuilder("{\n  \"channel_names\": {\"0\": \"MR\"},\n");
    json.append("  \"labels\": {\"background\": 0");
    Phantom.names()
        .forEach((value, name) -> json.append(", \"").append(name).append("\": ").append(value));
    json.append("},\n  \"cirr_orientation\": \"").append(first.orientation()).append("\"");
    json.append(",\n  \"numTraining\": ").append(many);
    json.append(",\n  \"file_ending\": \".nii.gz\"\n}\n");
    AtomicFile.write(
        dataset.resolve("dataset.json"),
        out -> out.write(json.toString().getBytes(StandardCharsets.UTF_8)));
    spec.commandLine().getOut().printf("%s: %d phantoms%n", dataset, many);
  }

  private void printVolumes(LabelMap labels) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(output);
    long[] voxels = labels.counts();
    double ml = labels.geometry().spacing().voxelVolume() / 1000;
    for (Map.Entry<Integer, String> name : Phantom.names().entrySet()) {
      long n = name.getKey() < voxels.length ? voxels[name.getKey()] : 0;
      out.printf(Locale.ROOT, "  %d %-13s %7.1f ml%n", name.getKey(), name.getValue(), n * ml);
    }
  }
}
