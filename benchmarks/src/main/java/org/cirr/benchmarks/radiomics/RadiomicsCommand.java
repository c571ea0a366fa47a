package org.cirr.benchmarks.radiomics;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.cirr.benchmarks.machine.Machine;
import org.cirr.io.image.ImageFile;
import org.cirr.metrics.radiomics.FeatureClass;
import org.cirr.metrics.radiomics.Radiomics;
import org.cirr.metrics.radiomics.RadiomicsParameters;
import org.cirr.metrics.radiomics.RadiomicsResult;
import org.cirr.metrics.radiomics.Setting;
import org.cirr.metrics.radiomics.VoxelMap;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Times the radiomics of one region, beside the figures that are published for pyradiomics. */
@Command(
    name = "radiomics",
    mixinStandardHelpOptions = true,
    description =
        "Times the features of a region in a fresh Java process: every class alone and all together,"
            + " the first run (with the JIT's warm-up) and the best; then, with --voxel, the maps of"
            + " a class.")
public final class RadiomicsCommand implements Callable<Integer> {
  /*
   * fastrad's table, https://fastrad.readthedocs.io: pyradiomics with its C extension on fastrad's
   * CT mask, all classes, one process. Most of it is fixed cost (each class takes 0.41 s).
   */
  private static final double PUBLISHED_SEGMENT = 2.896;

  /* https://github.com/AIM-Harvard/pyradiomics/issues/679: "6-7 hours" for GLCM maps. */
  private static final double PUBLISHED_VOXEL = 6 * 3600;

  @Parameters(index = "0", arity = "0..1", paramLabel = "IMAGE", description = "NIfTI or NRRD")
  private Path image;

  @Parameters(index = "1", arity = "0..1", paramLabel = "MASK", description = "its label map")
  private Path mask;

  @Option(
      names = "--cube",
      paramLabel = "N",
      description =
          "Instead of a scan a cube of N voxels a side that is all region, of about 60,000 grey"
              + " levels of width 1 (--setting binWidth=1), once: what the memory is for.")
  private int cube;

  @Option(names = "--label", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int label = 1;

  @Option(names = "--threads", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int threads = 2;

  @Option(names = "--runs", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.")
  private int runs = 20;

  @Option(
      names = "--setting",
      paramLabel = "NAME=VALUE",
      description = "As of ./cirr radiomics; may be repeated.")
  private List<String> settings = List.of();

  @Option(
      names = "--classes",
      split = ",",
      paramLabel = "CLASS",
      description = "Only these classes, such as glcm,glrlm.")
  private List<String> classes = List.of();

  @Option(
      names = "--voxel",
      paramLabel = "CLASS",
      description = "Also the voxel-based maps of a class, such as glcm.")
  private String voxelClass;

  @Spec private CommandSpec spec;

  private final PrintStream out = System.out;

  @Override
  public Integer call() throws IOException {
    long start = System.nanoTime();
    if (cube == 0 && mask == null) {
      throw new ParameterException(spec.commandLine(), "name an image and its mask, or --cube N");
    }
    Volume volume = cube > 0 ? smoothCube() : ImageFile.read(image);
    LabelMap labels = cube > 0 ? whole(volume) : ImageFile.readLabels(mask);
    double read = since(start);
    RadiomicsParameters parameters = RadiomicsParameters.defaults();
    parameters = parameters.with(parameters.settings().with(Setting.LABEL, label));
    for (String pair : settings) {
      String[] parts = pair.split("=", 2);
      parameters = parameters.with(parameters.settings().withText(parts[0], parts[1]));
    }
    if (!classes.isEmpty()) {
      parameters =
          parameters.withClasses(
              classes.stream().map(FeatureClass::named).toArray(FeatureClass[]::new));
    }
    PixelType type = PixelType.guess(volume);
    RadiomicsParameters bare =
        parameters.with(parameters.settings().with(Setting.ADDITIONAL_INFO, false));
    out.println(Machine.describe());
    out.println(
        format(
            "%s, label %d: %,d voxels of %s; read in %.3f s; heap %.1f GiB",
            cube > 0 ? "a cube" : image.getFileName() + " " + mask.getFileName(),
            label,
            labels.counts()[label],
            volume.shape(),
            read,
            Runtime.getRuntime().maxMemory() * 0x1p-30));
    out.println(format("%-44s %8s %8s", "seconds", "first", "best"));
    Radiomics all = Radiomics.of(parameters).with(Workers.of(threads));
    if (cube > 0) {
      runs = 1;
      time(String.join(" ", classes), all, volume, labels, type);
      return 0;
    }
    double best =
        time("all classes with diagnostics, " + threads + " threads", all, volume, labels, type);
    time("the same without diagnostics", all.with(bare), volume, labels, type);
    time("the same, 1 thread", Radiomics.of(bare), volume, labels, type);
    for (FeatureClass feature : bare.featureClasses().keySet()) {
      Radiomics one = Radiomics.of(bare.withClasses(feature));
      time("  " + feature.key() + " alone, 1 thread", one, volume, labels, type);
    }
    out.println(
        format(
            "pyradiomics, published for another mask and machine: %.3f s; ratio %.0f",
            PUBLISHED_SEGMENT, PUBLISHED_SEGMENT / best));
    if (voxelClass != null) {
      maps(bare, volume, labels, type);
    }
    return 0;
  }

  /** Slow waves, and noise of a few levels. */
  private Volume smoothCube() {
    float[] values = new float[Math.multiplyExact(Math.multiplyExact(cube, cube), cube)];
    long state = 1;
    for (int i = 0; i < values.length; i++) {
      double z = (double) (i / cube / cube) / cube;
      double y = (double) (i / cube % cube) / cube;
      double x = (double) (i % cube) / cube;
      state = state * 6364136223846793005L + 1442695040888963407L;
      double wave = Math.sin(5 * z + 2 * y) + Math.sin(4 * x - 3 * y) + Math.cos(3 * x + 2 * z);
      values[i] = (float) Math.rint(30_000 + 10_000 * wave + (state >>> 60));
    }
    Affine affine = Affine.ofSpacing(new Spacing(1, 1, 1));
    return Volume.of(Tensor.of(Shape.of(cube, cube, cube), values), affine);
  }

  private LabelMap whole(Volume volume) {
    LabelMap labels = LabelMap.zeros(volume.geometry(), 255);
    for (int i = 0; i < labels.length(); i++) {
      labels.set(i, label);
    }
    return labels;
  }

  private double time(
      String what, Radiomics radiomics, Volume volume, LabelMap labels, PixelType type) {
    Supplier<RadiomicsResult> run = () -> radiomics.extract(volume, labels, type);
    long start = System.nanoTime();
    RadiomicsResult result = run.get();
    int features = result.features().size();
    double first = since(start);
    double best = first;
    for (int i = 1; i < runs; i++) {
      start = System.nanoTime();
      if (run.get().features().size() != features) {
        throw new IllegalStateException(what + ": the number of features changed");
      }
      best = Math.min(best, since(start));
    }
    out.println(format("%-44s %8.4f %8.4f  %d features", what, first, best, features));
    result.warnings().forEach(warning -> out.println("  " + warning));
    return best;
  }

  private void maps(
      RadiomicsParameters parameters, Volume volume, LabelMap labels, PixelType type) {
    FeatureClass feature = FeatureClass.named(voxelClass);
    Radiomics radiomics = Radiomics.of(parameters.withClasses(feature)).with(Workers.of(threads));
    long start = System.nanoTime();
    List<VoxelMap> maps = radiomics.maps(volume, labels, type);
    double seconds = since(start);
    out.println(
        format(
            "voxel-based %s, %d maps, %d threads: %.2f s (%.0f voxels a second)",
            feature.key(), maps.size(), threads, seconds, labels.counts()[label] / seconds));
    out.println(
        format(
            "pyradiomics, published for another mask: 6 h; ratio %.0f", PUBLISHED_VOXEL / seconds));
  }

  private static double since(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
