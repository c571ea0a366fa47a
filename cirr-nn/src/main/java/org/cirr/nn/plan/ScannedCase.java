package org.cirr.nn.plan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cirr.io.image.ImageFile;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.nn.preprocess.NonzeroCrop;
import org.cirr.nn.random.NumpyRandom;
import org.cirr.parallel.Workers;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.cirr.volume.Volume;

/**
 * What one case adds to the fingerprint, and what is wrong with it.
 *
 * @param spacing array order, mm
 * @param shape the extents after the crop; null when the case cannot be used
 * @param relativeSize the voxels after the crop over those before
 * @param intensities one per channel
 * @param voxelsByLabel how many voxels each label has
 * @param problems reasons to refuse the data set
 * @param warnings what is odd
 */
record ScannedCase(
    double[] spacing,
    int[] shape,
    double relativeSize,
    List<Intensities> intensities,
    TreeMap<Integer, Long> voxelsByLabel,
    List<String> problems,
    List<String> warnings) {
  private static final int SEED = 1234;
  private static final double SPACING_TOLERANCE = 1e-5; // relative; files round to float
  private static final double AFFINE_TOLERANCE_MM = 0.1;

  /**
   * Reads a case.
   *
   * @param allowed the labels of dataset.json
   * @param orientation how dataset.json says that images lie; null when it does not
   * @param draws how many foreground voxels are sampled
   */
  static ScannedCase of(RawCase raw, Set<Integer> allowed, Orientation orientation, int draws) {
    List<String> problems = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    try {
      List<Volume> images = new ArrayList<>();
      for (java.nio.file.Path file : raw.images()) {
        images.add(ImageFile.read(file));
      }
      LabelMap labels = ImageFile.readLabels(raw.label());
      checkGrids(raw, images, labels, problems, warnings);
      checkOrientation(raw, images.get(0), orientation, problems);
      TreeMap<Integer, Long> voxels = count(labels);
      checkLabels(raw, voxels, allowed, problems);
      checkValues(raw, images, warnings);
      if (problems.isEmpty()) {
        return measure(images, labels, draws, voxels, warnings);
      }
      return failed(voxels, problems, warnings);
    } catch (IOException | IllegalArgumentException e) {
      problems.add(String.valueOf(e.getMessage()));
      return failed(new TreeMap<>(), problems, warnings);
    }
  }

  private static ScannedCase failed(
      TreeMap<Integer, Long> voxels, List<String> problems, List<String> warnings) {
    return new ScannedCase(null, null, 0, List.of(), voxels, problems, warnings);
  }

  private static void checkGrids(
      RawCase raw,
      List<Volume> images,
      LabelMap labels,
      List<String> problems,
      List<String> warnings) {
    Geometry first = images.get(0).geometry();
    for (int channel = 1; channel < images.size(); channel++) {
      compare(
          raw.images().get(channel),
          images.get(channel).geometry(),
          raw.images().get(0),
          first,
          problems,
          warnings);
    }
    compare(raw.label(), labels.geometry(), raw.images().get(0), first, problems, warnings);
  }

  private static void checkOrientation(
      RawCase raw, Volume image, Orientation wanted, List<String> problems) {
    Orientation stored = image.geometry().orientation();
    if (wanted != null && !stored.equals(wanted)) {
      problems.add(
          raw.images().get(0)
              + ": its axes point "
              + stored
              + ", but "
              + DatasetJson.ORIENTATION
              + " of dataset.json is "
              + wanted
              + "; turn image and label, or correct dataset.json");
    }
  }

  private static void compare(
      java.nio.file.Path file,
      Geometry grid,
      java.nio.file.Path firstFile,
      Geometry first,
      List<String> problems,
      List<String> warnings) {
    if (!grid.shape().equals(first.shape())) {
      problems.add(
          String.format(
              "%s: has %s voxels (z y x), its image %s has %s; resample one to the other's grid",
              file, grid.shape(), firstFile.getFileName(), first.shape()));
      return;
    }
    double[] a = grid.spacing().toArray();
    double[] b = first.spacing().toArray();
    for (int axis = 0; axis < 3; axis++) {
      if (Math.abs(a[axis] - b[axis]) > SPACING_TOLERANCE * b[axis]) {
        problems.add(
            String.format(
                "%s: has the spacing %s mm (z y x), its image %s has %s; correct the header that is"
                    + " wrong, or resample",
                file,
                java.util.Arrays.toString(a),
                firstFile.getFileName(),
                java.util.Arrays.toString(b)));
        return;
      }
    }
    if (!grid.affine().equals(first.affine(), AFFINE_TOLERANCE_MM)) {
      warnings.add(
          file
              + ": lies elsewhere in the world than "
              + firstFile.getFileName()
              + "; the arrays are used voxel by voxel, as nnU-Net does");
    }
  }

  private static TreeMap<Integer, Long> count(LabelMap labels) {
    TreeMap<Integer, Long> voxels = new TreeMap<>();
    long[] counts = labels.counts();
    for (int label = 0; label < counts.length; label++) {
      if (counts[label] > 0) {
        voxels.put(label, counts[label]);
      }
    }
    return voxels;
  }

  private static void checkLabels(
      RawCase raw, TreeMap<Integer, Long> voxels, Set<Integer> allowed, List<String> problems) {
    voxels.forEach(
        (label, count) -> {
          if (!allowed.contains(label)) {
            problems.add(
                raw.label()
                    + ": has the label "
                    + label
                    + " ("
                    + count
                    + " voxels), but the labels of dataset.json are "
                    + new TreeSet<>(allowed)
                    + "; add it there, or correct the file");
          }
        });
  }

  private static void checkValues(RawCase raw, List<Volume> images, List<String> warnings) {
    for (int channel = 0; channel < images.size(); channel++) {
      long bad = 0;
      for (float value : images.get(channel).tensor().array()) {
        bad += Float.isFinite(value) ? 0 : 1;
      }
      if (bad > 0) {
        warnings.add(
            raw.images().get(channel) + ": has " + bad + " NaN or infinite voxels; they become 0");
      }
    }
  }

  private static ScannedCase measure(
      List<Volume> images,
      LabelMap labels,
      int draws,
      TreeMap<Integer, Long> voxels,
      List<String> warnings) {
    int[] shape = labels.shape().toArray();
    List<float[]> channels = images.stream().map(image -> image.tensor().array()).toList();
    NonzeroCrop crop = NonzeroCrop.of(channels, shape, Workers.single());
    int[] foreground = foreground(labels, shape, crop);
    NumpyRandom random = new NumpyRandom(SEED);
    List<Intensities> intensities = new ArrayList<>();
    for (float[] channel : channels) {
      float[] values = new float[foreground.length];
      int used = 0;
      for (int index : foreground) {
        values[used++] = Float.isFinite(channel[index]) ? channel[index] : 0;
      }
      intensities.add(Intensities.sample(values, draws, random));
    }
    int[] cropped = crop.box().shape();
    double before = (double) shape[0] * shape[1] * shape[2];
    return new ScannedCase(
        images.get(0).geometry().spacing().toArray(),
        cropped,
        (double) cropped[0] * cropped[1] * cropped[2] / before,
        intensities,
        voxels,
        List.of(),
        warnings);
  }

  /** The indices of labelled voxels inside the crop, in the order of the array. */
  private static int[] foreground(LabelMap labels, int[] shape, NonzeroCrop crop) {
    int[] lower = crop.box().lower();
    int[] upper = crop.box().upper();
    int[] found = new int[labels.length()];
    int used = 0;
    for (int z = lower[0]; z < upper[0]; z++) {
      for (int y = lower[1]; y < upper[1]; y++) {
        int row = (z * shape[1] + y) * shape[2];
        for (int x = lower[2]; x < upper[2]; x++) {
          if (labels.get(row + x) != 0) {
            found[used++] = row + x;
          }
        }
      }
    }
    return java.util.Arrays.copyOf(found, used);
  }
}
