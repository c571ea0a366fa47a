package org.cirr.nn.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.Configuration;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.Plans;
import org.cirr.nn.augment.Patch;
import org.cirr.nn.plan.RawCase;
import org.cirr.nn.preprocess.LabelResampler;
import org.cirr.nn.preprocess.NonzeroCrop;
import org.cirr.nn.preprocess.Preprocessing;
import org.cirr.nn.preprocess.ResampleGrid;
import org.cirr.nn.preprocess.ResampleMethod;
import org.cirr.nn.preprocess.Transpose;
import org.cirr.parallel.Workers;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.cirr.volume.Volume;

/**
 * Makes the files that training reads: each case transposed, cropped, normalised and resampled by
 * the same code as in prediction, with its labels and their locations.
 *
 * <p><b>Source</b>: nnU-Net {@code DefaultPreprocessor.run_case}.
 */
public final class CasePreparation {
  private static final String VERSION = "1"; // raise it when the result changes

  private final Preprocessing preprocessing;
  private final ResampleMethod labelMethod;
  private final List<List<Integer>> classes;
  private final String planKey;

  private CasePreparation(Plans plans, Configuration configuration, DatasetJson dataset)
      throws IOException {
    preprocessing = Preprocessing.of(plans, configuration);
    labelMethod = ResampleMethod.of(configuration.resamplingSegmentation());
    classes = ClassLocations.classes(dataset.labels());
    planKey =
        String.join(
            ";",
            VERSION,
            configuration.spacingMm().toString(),
            plans.transposeForward().toString(),
            preprocessing.normalizers().toString(),
            preprocessing.data().toString(),
            labelMethod.toString(),
            classes.toString());
  }

  /** The preparation that a configuration of a plan asks for. */
  public static CasePreparation of(Plans plans, Configuration configuration, DatasetJson dataset)
      throws IOException {
    return new CasePreparation(plans, configuration, dataset);
  }

  /** What the result depends on beside the case's own files; the key of a case begins with it. */
  String planKey() {
    return planKey;
  }

  /**
   * Refuses plans by which prediction would turn scans to another orientation than that in which
   * cases are prepared, as they lie.
   *
   * <p><b>Errors</b>: {@link IOException} naming the plans, the reader and what to do.
   */
  public static void requireAsStored(Path file, Plans plans, DatasetJson dataset)
      throws IOException {
    String reader = plans.readerWriter();
    if (reader.endsWith("WithReorient") && !Orientation.RAS.equals(dataset.orientation())) {
      throw new MalformedFileException(
          file,
          "image_reader_writer",
          "is " + reader + ", which turns images to RAS, but cases are prepared as they are stored",
          "store images and labels as RAS and say so in dataset.json (\""
              + DatasetJson.ORIENTATION
              + "\": \"RAS\")");
    }
  }

  /** What became of the cases. */
  public record Outcome(int made, int kept) {}

  /**
   * Prepares all cases that are not there yet. A case that was made from the same files with the
   * same settings is kept, so that a run that was cut short goes on where it was.
   *
   * <p><b>Errors</b>: {@link IOException} with the case's name; cases that are finished stay.
   *
   * @param folder takes {@code CASE.case}; must exist
   * @param done is told how many cases are done
   */
  public Outcome prepare(List<RawCase> cases, Path folder, IntConsumer done, Workers workers)
      throws IOException {
    AtomicInteger finished = new AtomicInteger();
    AtomicInteger made = new AtomicInteger();
    try {
      workers.forEach(
          cases.size(),
          index -> {
            RawCase raw = cases.get(index);
            try {
              if (prepare(raw, folder.resolve(raw.name() + PreparedCase.ENDING))) {
                made.incrementAndGet();
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            } catch (IllegalArgumentException e) {
              throw new IllegalArgumentException("case " + raw.name() + ": " + e.getMessage(), e);
            }
            done.accept(finished.incrementAndGet());
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return new Outcome(made.get(), cases.size() - made.get());
  }

  /** Prepares one case; false when it is there already. */
  private boolean prepare(RawCase raw, Path file) throws IOException {
    String key = key(raw);
    if (PreparedCase.isCurrent(file, key)) {
      return false;
    }
    List<float[]> scan = new ArrayList<>();
    Volume first = null;
    for (Path image : raw.images()) {
      Volume volume = ImageFile.read(image);
      first = first == null ? volume : first;
      if (!volume.shape().equals(first.shape())) {
        throw new IOException(image + ": has another shape than " + raw.images().get(0));
      }
      scan.add(volume.tensor().array());
    }
    LabelMap labels = ImageFile.readLabels(raw.label());
    if (!labels.shape().equals(first.shape())) {
      throw new IOException(raw.label() + ": has another shape than its image");
    }
    Workers workers = Workers.single(); // the cases run side by side
    Preprocessing.Layout layout =
        preprocessing.layout(
            scan, first.shape().toArray(), first.geometry().spacing().toArray(), workers);
    Preprocessing.Prepared prepared = preprocessing.prepare(layout, stage -> {}, workers);
    short[] resampled = labels(labels, layout, workers);
    PreparedCase.write(
        file,
        key,
        prepared.channels(),
        resampled,
        layout.shape(),
        layout.targetSpacing(),
        ClassLocations.of(resampled, classes));
    return true;
  }

  /** The labels transposed, cropped, −1 outside the body, and resampled. */
  private short[] labels(LabelMap labels, Preprocessing.Layout layout, Workers workers) {
    Transpose transpose = preprocessing.transpose();
    int[] step = transpose.steps(labels.shape().toArray());
    NonzeroCrop crop = layout.crop();
    int[] lower = crop.box().lower();
    int[] size = crop.box().shape();
    BitSet inside = crop.inside();
    short[] cropped = new short[size[0] * size[1] * size[2]];
    int out = 0;
    for (int z = 0; z < size[0]; z++) {
      for (int y = 0; y < size[1]; y++) {
        int row = (z + lower[0]) * step[0] + (y + lower[1]) * step[1] + lower[2] * step[2];
        for (int x = 0; x < size[2]; x++, out++) {
          int label = labels.get(row + x * step[2]);
          cropped[out] = label == 0 && !inside.get(out) ? Patch.OUTSIDE : (short) label;
        }
      }
    }
    ResampleGrid grid =
        ResampleGrid.of(
            size,
            layout.shape(),
            layout.transposedSpacing(),
            layout.targetSpacing(),
            labelMethod.separate());
    return LabelResampler.resample(cropped, grid, labelMethod, workers);
  }

  private String key(RawCase raw) throws IOException {
    StringBuilder key = new StringBuilder(planKey);
    List<Path> files = new ArrayList<>(raw.images());
    files.add(raw.label());
    for (Path file : files) {
      key.append(';')
          .append(file.getFileName())
          .append(':')
          .append(Files.size(file))
          .append(':')
          .append(Files.getLastModifiedTime(file).toMillis());
    }
    return key.toString();
  }
}
