package org.cirr.cuda;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.cirr.backend.Backends;
import org.cirr.backend.DeviceException;
import org.cirr.io.nifti.NiftiVolume;
import org.cirr.nn.phantom.Phantom;
import org.cirr.nn.phantom.PhantomContrast;
import org.cirr.nn.phantom.PhantomSettings;
import org.cirr.nn.segment.Precision;
import org.cirr.nn.segment.SegmentOptions;
import org.cirr.nn.segment.SegmentRequest;
import org.cirr.nn.segment.Segmentation;
import org.cirr.nn.segment.Segmenter;
import org.cirr.parallel.Workers;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/**
 * Golden masks. A folder {@code own} has a scan and the processor's mask for the bundled model and
 * for {@link TinyModel}; a folder {@code nnunet} has nnU-Net's masks, as ../shared/goldens has
 * them.
 */
final class CheckMasks {
  /** As on the processor: float32 noise changes single voxels. */
  private static final double ALLOWED = 3e-5;

  /** Of the labels' Dice, where factors are rounded. */
  private static final double LEAST_DICE = 0.999;

  private static final int FEW = 100; // voxels, of which one alone moves the Dice too much

  private final CheckReport report;
  private final Path folder;

  CheckMasks(CheckReport report, Path folder) {
    this.report = report;
    this.folder = folder;
  }

  /**
   * {@code FOLDER tiny} or {@code FOLDER bundled}: writes a scan and the processor's mask of it.
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    String name = arguments[1];
    Files.createDirectories(folder);
    Volume scan;
    if (name.equals("tiny")) {
      TinyModel.write(folder);
      scan = TinyModel.scan();
    } else {
      PhantomSettings settings = PhantomSettings.of(11, PhantomContrast.values()[0], true);
      scan = Phantom.of(settings, Workers.of(2)).image();
    }
    Path file = folder.resolve(name + "_scan.nii.gz");
    NiftiVolume.write(scan, file);
    SegmentOptions options = SegmentOptions.defaults().withBackend("simd");
    Segmenter segmenter = new CheckMasks(null, folder).own(name, options);
    LabelMap mask = segmenter.segment(NiftiVolume.read(file));
    if (Arrays.stream(mask.counts()).filter(count -> count > 0).count() < 3) {
      throw new IllegalStateException(
          "the mask has next to no labels: " + Arrays.toString(mask.counts()));
    }
    NiftiVolume.write(mask, folder.resolve(name + "_mask.nii.gz"));
  }

  private Segmenter own(String name, SegmentOptions options) throws IOException {
    return name.equals("bundled")
        ? Segmenter.bundled(options)
        : Segmenter.open(folder.resolve("tiny.safetensors"), options);
  }

  private static SegmentOptions options(Precision precision) {
    return SegmentOptions.defaults().withBackend(CudaProvider.NAME).withPrecision(precision);
  }

  /** The masks that cirr wrote itself. */
  void own(List<String> names, Precision precision) throws IOException {
    for (String name : names) {
      String title = name + " model, " + precision.arithmetic();
      try {
        List<Volume> scan = List.of(NiftiVolume.read(folder.resolve(name + "_scan.nii.gz")));
        Path mask = folder.resolve(name + "_mask.nii.gz");
        compare(title, own(name, options(precision)), scan, mask, precision);
      } catch (DeviceException | UnsupportedOperationException e) {
        report.check(title, false, e.toString());
      }
    }
  }

  /** Those of nnU-Net. */
  void nnUnet(Path goldens, Precision precision) throws IOException {
    List<Path> masks;
    try (Stream<Path> files = Files.walk(goldens.resolve("cases"))) {
      masks = files.filter(file -> file.toString().endsWith(".nii.gz")).sorted().toList();
    }
    for (Path mask : masks) {
      Path scan = mask.getParent();
      String model = scan.getParent().getFileName().toString();
      String tag = mask.getFileName().toString().replaceAll("mask_|\\.nii\\.gz", "");
      SegmentOptions options = options(precision).withMirroring(tag.equals("tta"));
      String title = model + " " + scan.getFileName() + " " + tag + ", " + precision.arithmetic();
      try {
        Segmenter segmenter = Segmenter.open(goldens.resolve("models").resolve(model), options);
        List<Volume> channels = new ArrayList<>();
        for (int i = 0; i < segmenter.channelNames().size(); i++) {
          String name = String.format(Locale.ROOT, "%s_%04d.nii.gz", scan.getFileName(), i);
          channels.add(NiftiVolume.read(goldens.resolve("inputs").resolve(name)));
        }
        compare(title, segmenter, channels, mask, precision);
      } catch (DeviceException | UnsupportedOperationException e) {
        report.check(title, false, e.toString());
      }
    }
  }

  private void compare(
      String title, Segmenter segmenter, List<Volume> scan, Path golden, Precision precision)
      throws IOException {
    long start = System.nanoTime();
    Segmentation result = segmenter.run(SegmentRequest.of(scan));
    double seconds = (System.nanoTime() - start) / 1e9;
    LabelMap expected = NiftiVolume.readLabels(golden);
    int different = 0;
    for (int i = 0; i < expected.length(); i++) {
      different += expected.get(i) == result.labels().get(i) ? 0 : 1;
    }
    double dice = leastDice(expected, result.labels());
    boolean holds =
        precision == Precision.REFERENCE
            ? different <= Math.floor(ALLOWED * expected.length())
            : dice >= LEAST_DICE;
    report.check(
        "mask " + title,
        holds,
        String.format(
            Locale.ROOT,
            "%d of %d voxels differ, least Dice %.5f, %.2f s",
            different,
            expected.length(),
            dice,
            seconds));
  }

  /** Over the labels that have many voxels. */
  private static double leastDice(LabelMap expected, LabelMap actual) {
    int labels = Math.max(expected.counts().length, actual.counts().length);
    long[] both = new long[labels];
    long[] either = new long[labels];
    for (int i = 0; i < expected.length(); i++) {
      either[expected.get(i)]++;
      either[actual.get(i)]++;
      if (expected.get(i) == actual.get(i)) {
        both[expected.get(i)]++;
      }
    }
    double least = 1;
    for (int label = 1; label < labels; label++) {
      if (either[label] >= 2 * FEW) {
        least = Math.min(least, 2.0 * both[label] / either[label]);
      }
    }
    return least;
  }

  /** All precisions in which a backend computes, the reference first. */
  static List<Precision> precisions() {
    List<Precision> precisions = new ArrayList<>();
    Backends.report().stream()
        .filter(backend -> backend.name().equals(CudaProvider.NAME))
        .flatMap(backend -> backend.arithmetics().stream())
        .forEach(
            arithmetic ->
                Stream.of(Precision.values())
                    .filter(precision -> precision.arithmetic() == arithmetic)
                    .findFirst()
                    .ifPresent(precisions::add));
    return precisions;
  }
}
