package org.cirr.nn.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.cirr.io.file.AtomicFile;
import org.cirr.io.file.Folders;
import org.cirr.io.image.ImageFile;
import org.cirr.metrics.radiomics.FeatureDocs;
import org.cirr.metrics.radiomics.Radiomics;
import org.cirr.metrics.radiomics.RadiomicsParameters;
import org.cirr.metrics.radiomics.RadiomicsResult;
import org.cirr.metrics.radiomics.Setting;
import org.cirr.metrics.radiomics.VoxelMap;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.parallel.Workers;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** {@code cirr radiomics}: features of regions, with pyradiomics' options. */
@Command(
    name = "radiomics",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    sortOptions = false,
    description =
        "Computes radiomics features with pyradiomics' names, numbers and parameter files.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  cirr radiomics scan.nii.gz mask.nii.gz -p Params.yaml -o features.csv -f csv",
      "  cirr radiomics scan.nrrd mask.nrrd --setting binWidth=10 --setting label=2",
      "  cirr radiomics cases.csv -p Params.yaml -o features.csv -f csv --jobs 4 --out-dir parts --resume",
      "",
      "Exit codes: 0 done, 1 a defect of cirr, 2 wrong call, 3 some cases failed,",
      "            4 bad input, 130 cancelled."
    })
final class RadiomicsCommand implements Callable<Integer> {
  private final BooleanSupplier cancelled;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "IMAGE|TABLE.csv",
      description = {
        "A scan, or a batch: a table with the columns Image and Mask, and perhaps Label; other"
            + " columns are copied to the output."
      })
  private Path input;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "MASK",
      description = "The mask of the scan; none for a batch.")
  private Path mask;

  @Option(
      names = {"-p", "--param"},
      paramLabel = "FILE",
      description = "pyradiomics' parameter file, YAML or JSON. Default: all classes, no filters.")
  private Path parameterFile;

  @Option(
      names = {"-s", "--setting"},
      paramLabel = "NAME=VALUE",
      description = "A setting that wins over the file's; NAME:VALUE as well; may be repeated.")
  private List<String> settings = List.of();

  @Option(names = "--label", paramLabel = "N", description = "The same as --setting label=N.")
  private Integer label;

  @Option(
      names = {"-o", "--out"},
      paramLabel = "FILE",
      description = "Where the features go. Default: printed.")
  private Path output;

  /** What is computed. */
  enum Mode {
    /** A value per region. */
    SEGMENT,
    /** An image per feature. */
    VOXEL
  }

  @Option(
      names = {"-m", "--mode"},
      defaultValue = "segment",
      paramLabel = "MODE",
      description = {
        "segment: a value per region. voxel: an image per feature, Case-N_FEATURE.nrrd in --out-dir,"
            + " or in the folder that it is started in. Default: segment."
      })
  private Mode mode;

  @Option(
      names = {"-f", "--format"},
      defaultValue = "txt",
      paramLabel = "FORMAT",
      description = "txt (a line per value), csv (a line per case) or json. Default: txt.")
  private RadiomicsTable.Format format;

  @Option(
      names = {"-j", "--jobs"},
      defaultValue = "1",
      paramLabel = "N",
      description = "Threads: over the cases of a batch, else over feature classes. Default: 1.")
  private int jobs;

  @Option(
      names = {"--out-dir", "-od"},
      paramLabel = "FOLDER",
      description = "Batch: also keep features_N.csv of every case N there.")
  private Path parts;

  @Option(
      names = "--resume",
      description = "Batch: take cases whose features_N.csv is in --out-dir from there.")
  private boolean resume;

  @Option(
      names = "--format-path",
      defaultValue = "absolute",
      paramLabel = "STYLE",
      description = "How inputs are named: absolute, relative or basename. Default: absolute.")
  private RadiomicsTable.PathStyle pathStyle;

  @Option(names = "--skip-nans", description = "Leave out features that are not a number.")
  private boolean skipNans;

  @Option(names = "--validate", description = "Only check the parameter file and the settings.")
  private boolean validate;

  @Option(names = "--features", description = "List all features with formula and IBSI code.")
  private boolean listFeatures;

  @Option(names = "--unix-path", description = "Write paths with / on Windows as well.")
  private boolean unixPath;

  @Mixin private RadiomicsLog log = new RadiomicsLog();

  @Mixin private Verbosity verbosity = new Verbosity();

  RadiomicsCommand(BooleanSupplier cancelled) {
    this.cancelled = cancelled;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (listFeatures) {
      out.print(FeatureDocs.markdown());
      return ExitCode.DONE;
    }
    Radiomics radiomics = Radiomics.of(parameters());
    if (validate) {
      out.println("the parameters are fine");
      return ExitCode.DONE;
    }
    boolean batch = mask == null;
    checkCall(batch);
    List<RadiomicsCase> cases =
        batch ? RadiomicsCase.ofTable(input) : List.of(RadiomicsCase.single(input, mask));
    List<Path> inputs = new ArrayList<>(List.of(input));
    if (parameterFile != null) {
      inputs.add(parameterFile);
    }
    cases.forEach(image -> inputs.addAll(List.of(image.image(), image.mask())));
    if (output != null) {
      Outputs.requireNoInput(output, inputs);
    }
    if (parts != null && batch) {
      for (RadiomicsCase image : cases) {
        Outputs.requireNoInput(part(image), inputs);
      }
    }
    return batch ? runBatch(radiomics, cases) : runSingle(radiomics, cases.get(0));
  }

  private RadiomicsParameters parameters() throws IOException {
    Radiomics read =
        parameterFile == null
            ? Radiomics.withDefaults()
            : Radiomics.fromParameterFile(parameterFile);
    RadiomicsParameters parameters = read.parameters();
    try {
      for (String pair : settings) {
        String[] parts = pair.split("[=:]", 2);
        if (parts.length < 2) {
          throw new IllegalArgumentException("--setting takes NAME=VALUE, got '" + pair + "'");
        }
        parameters =
            parameters.with(parameters.settings().withText(parts[0].strip(), parts[1].strip()));
      }
      if (label != null) {
        parameters = parameters.with(parameters.settings().with(Setting.LABEL, label));
      }
    } catch (IllegalArgumentException wrong) {
      throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
    }
    return parameters;
  }

  private void checkCall(boolean batch) throws IOException {
    String wrong = log.wrong();
    if (wrong != null) {
      throw new ParameterException(spec.commandLine(), wrong);
    }
    if (input == null) {
      wrong = "name a scan and its mask, or a table of cases";
    } else if (batch && !String.valueOf(input.getFileName()).toLowerCase().endsWith(".csv")) {
      wrong = "a scan needs its mask: cirr radiomics " + input + " MASK";
    } else if (jobs < 1) {
      wrong = "--jobs must be 1 or more, got " + jobs;
    } else if (!batch && (resume || parts != null && mode == Mode.SEGMENT)) {
      wrong = "--out-dir and --resume are for a batch";
    } else if (mode == Mode.VOXEL && resume) {
      wrong = "--resume is for --mode segment";
    } else if (resume && parts == null) {
      wrong = "--resume needs the --out-dir that an earlier run wrote to";
    }
    if (wrong != null) {
      throw new ParameterException(spec.commandLine(), wrong);
    }
    if (output != null) {
      Outputs.requireWritable(output, "");
    }
  }

  private int runSingle(Radiomics radiomics, RadiomicsCase image) throws IOException {
    write(List.of(run(radiomics.with(Workers.of(jobs)), image)), image.columns().keySet());
    return ExitCode.DONE;
  }

  /** Writes the maps of a case; its row names the files. */
  private Map<String, String> writeMaps(
      Radiomics radiomics, RadiomicsCase image, Volume volume, LabelMap labels) throws IOException {
    Path folder = parts == null ? Path.of("") : parts;
    if (parts != null) {
      Folders.make(parts);
    }
    Map<String, String> row = new LinkedHashMap<>(image.columns());
    for (VoxelMap map : radiomics.maps(volume, labels, pixelType(image.image(), volume))) {
      Path file = folder.resolve("Case-" + image.number() + "_" + map.key() + ".nrrd");
      ImageFile.write(map.values(), file);
      row.put(map.key(), file.toString());
    }
    return row;
  }

  private int runBatch(Radiomics radiomics, List<RadiomicsCase> cases) throws IOException {
    if (parts != null) {
      Folders.make(parts);
    }
    List<Map<String, String>> rows = new ArrayList<>();
    String[] failures = new String[cases.size()];
    cases.forEach(image -> rows.add(image.columns()));
    AtomicInteger done = new AtomicInteger();
    Workers.of(jobs)
        .cancelledBy(cancelled)
        .forEach(
            cases.size(),
            index -> {
              RadiomicsCase image = cases.get(index);
              String news;
              try {
                Map<String, String> row = resumed(image);
                news = row == null ? "done" : "left out, is already there";
                rows.set(index, row == null ? run(radiomics, image) : row);
                if (row == null && mode == Mode.SEGMENT) {
                  keep(image, rows.get(index));
                }
              } catch (CancellationException stop) {
                throw stop;
              } catch (IOException | RuntimeException | OutOfMemoryError failure) {
                failures[index] = CommandRunner.describe(failure);
                news = "failed: " + failures[index];
              }
              report(image, news, done.incrementAndGet(), cases.size());
            });
    write(rows, cases.get(0).columns().keySet());
    List<String> failed =
        java.util.stream.IntStream.range(0, failures.length)
            .filter(i -> failures[i] != null)
            .mapToObj(i -> "case " + (i + 1) + ": " + failures[i])
            .toList();
    if (failed.isEmpty()) {
      return ExitCode.DONE;
    }
    log.say(
        RadiomicsLog.Level.ERROR,
        String.format(
            "cirr: %d of %d cases failed:%n  %s",
            failed.size(), cases.size(), String.join(System.lineSeparator() + "  ", failed)),
        err());
    return ExitCode.SOME_CASES_FAILED;
  }

  private void report(RadiomicsCase image, String news, int done, int all) {
    String message = String.format("%d of %d: case %d: %s", done, all, image.number(), news);
    log.say(RadiomicsLog.Level.INFO, message, err());
  }

  private Path part(RadiomicsCase image) {
    return parts.resolve("features_" + image.number() + ".csv");
  }

  /** A case's row from an earlier run; null when it is not there. */
  private Map<String, String> resumed(RadiomicsCase image) throws IOException {
    if (!resume || !Files.exists(part(image))) {
      return null;
    }
    List<List<String>> rows = CsvText.parse(Files.readString(part(image)));
    if (rows.size() != 2 || rows.get(0).size() != rows.get(1).size()) {
      throw new IOException(part(image) + ": is not a case's features; remove it");
    }
    Map<String, String> row = new LinkedHashMap<>();
    for (int i = 0; i < rows.get(0).size(); i++) {
      row.put(rows.get(0).get(i), rows.get(1).get(i));
    }
    return row;
  }

  private void keep(RadiomicsCase image, Map<String, String> row) throws IOException {
    if (parts != null) {
      String text =
          RadiomicsTable.format(RadiomicsTable.Format.CSV, List.of(row), image.columns().keySet());
      AtomicFile.write(part(image), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private Map<String, String> run(Radiomics radiomics, RadiomicsCase image) throws IOException {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("cancelled");
    }
    Volume volume = ImageFile.read(image.image());
    LabelMap labels = ImageFile.readLabels(image.mask());
    RadiomicsParameters parameters = radiomics.parameters();
    if (image.label() != null) {
      parameters = parameters.with(parameters.settings().with(Setting.LABEL, image.label()));
    }
    if (mode == Mode.VOXEL) {
      return writeMaps(radiomics.with(parameters), image, volume, labels);
    }
    RadiomicsResult result =
        radiomics.with(parameters).extract(volume, labels, pixelType(image.image(), volume));
    for (String warning : result.warnings()) {
      log.say(RadiomicsLog.Level.WARNING, "case " + image.number() + ": " + warning, err());
    }
    return RadiomicsTable.row(image, result, pathStyle, unixPath, skipNans);
  }

  /** The file's own type, unless a scale factor makes it something else. */
  private static PixelType pixelType(Path file, Volume volume) throws IOException {
    PixelType written = PixelType.named(ImageFile.describe(file).voxelType());
    boolean whole = PixelType.guess(volume).isWhole();
    return written.isWhole() && !whole ? PixelType.FLOAT64 : written;
  }

  private void write(List<Map<String, String>> rows, Set<String> copied) throws IOException {
    String text = RadiomicsTable.format(format, rows, copied);
    if (output == null) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(text);
      out.flush();
    } else {
      AtomicFile.write(output, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
