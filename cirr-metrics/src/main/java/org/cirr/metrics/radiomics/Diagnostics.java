package org.cirr.metrics.radiomics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.metrics.ConnectedComponents;
import org.cirr.metrics.Connectivity;
import org.cirr.metrics.radiomics.image.Box;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.metrics.radiomics.image.Resampler;
import org.cirr.metrics.radiomics.image.Scene;
import org.cirr.volume.Affine;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.joml.Vector3d;

/**
 * Collects what pyradiomics reports under {@code diagnostics_}.
 *
 * <p>Vectors are in the order x, y, z and positions in LPS, as SimpleITK has them.
 */
final class Diagnostics {
  private final Map<String, Object> entries = new LinkedHashMap<>();
  private final Map<String, Object> steps = new LinkedHashMap<>(); // come after the entries
  private final boolean on;
  private Map<String, Object> current = entries;
  private Runnable original = () -> {};

  Diagnostics(boolean on) {
    this.on = on;
  }

  Map<String, Object> entries() {
    Map<String, Object> all = new LinkedHashMap<>(entries);
    all.putAll(steps);
    return all;
  }

  void parameters(RadiomicsParameters parameters) {
    if (!on) {
      return;
    }
    put("Versions_Java", System.getProperty("java.version"));
    put("Versions_PyRadiomics-compatible", "3.1");
    put("Configuration_Settings", parameters.settings().toString());
    StringBuilder types = new StringBuilder("{");
    parameters
        .imageTypes()
        .forEach(
            (type, own) ->
                types
                    .append(types.length() > 1 ? ", " : "")
                    .append(type.key())
                    .append(": ")
                    .append(own));
    put("Configuration_EnabledImageTypes", types.append('}').toString());
  }

  /** Takes image and mask as they came; {@link #measureOriginal} measures them. */
  void original(Raster image, PixelType type, Resampler.Mask mask, LabelMap labels) {
    original = () -> describe(image, type, mask, labels);
  }

  /** Once all steps are known; may run beside anything but this object's other methods. */
  void measureOriginal() {
    if (on) {
      current = entries;
      original.run();
    }
  }

  private void describe(Raster image, PixelType type, Resampler.Mask mask, LabelMap labels) {
    put("Image-original_Hash", type.hash(image.values().length, i -> image.values()[i]));
    put("Image-original_Dimensionality", "3D");
    put("Image-original_Spacing", xyz(image.spacing()));
    put("Image-original_Size", xyz(image.shape()));
    statistics("Image-original", image.values(), null);
    put("Mask-original_Hash", PixelType.UINT32.hash(labels.length(), labels::get));
    mask("Mask-original", mask.inside(), mask.shape(), mask.spacing(), mask.affine());
  }

  /** A region after a step of preprocessing: interpolated, corrected or resegmented. */
  void step(String step, Scene scene) {
    if (!on) {
      return;
    }
    current = steps;
    int[] shape = scene.image().shape();
    if (step.equals("interpolated")) {
      put("Image-interpolated_Spacing", xyz(scene.image().spacing()));
      put("Image-interpolated_Size", xyz(shape));
      statistics("Image-interpolated", scene.image().values(), null);
    }
    String name = "Mask-" + step;
    mask(name, scene.inside(), shape, scene.image().spacing(), scene.affine());
    statistics(name, scene.image().values(), scene.inside());
  }

  private void mask(String name, boolean[] inside, int[] shape, Spacing spacing, Affine affine) {
    put(name + "_Spacing", xyz(spacing));
    put(name + "_Size", xyz(shape));
    Box box = Box.around(inside, shape);
    if (box == null) {
      return;
    }
    put(
        name + "_BoundingBox",
        List.of(
            (long) box.x(),
            (long) box.y(),
            (long) box.z(),
            (long) box.width(),
            (long) box.height(),
            (long) box.depth()));
    boolean[] cut = box.cut(inside, shape);
    long voxels = 0;
    double[] sum = new double[3];
    for (int i = 0; i < inside.length; i++) {
      if (inside[i]) {
        voxels++;
        sum[0] += i % shape[2];
        sum[1] += i / shape[2] % shape[1];
        sum[2] += i / shape[2] / shape[1];
      }
    }
    put(name + "_VoxelNum", voxels);
    put(
        name + "_VolumeNum",
        (long) ConnectedComponents.of(box.shape(), Connectivity.CORNERS, i -> cut[i]).count());
    put(name + "_CenterOfMassIndex", List.of(sum[0] / voxels, sum[1] / voxels, sum[2] / voxels));
    Vector3d world = affine.toWorld(sum[0] / voxels, sum[1] / voxels, sum[2] / voxels);
    put(name + "_CenterOfMass", List.of(-world.x, -world.y, world.z));
  }

  private void statistics(String name, double[] values, boolean[] inside) {
    double sum = 0;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    long count = 0;
    for (int i = 0; i < values.length; i++) {
      if (inside == null || inside[i]) {
        sum += values[i];
        min = Math.min(min, values[i]);
        max = Math.max(max, values[i]);
        count++;
      }
    }
    put(name + "_Mean", sum / count);
    put(name + "_Minimum", min);
    put(name + "_Maximum", max);
  }

  private static List<Double> xyz(Spacing spacing) {
    return List.of(spacing.x(), spacing.y(), spacing.z());
  }

  private static List<Long> xyz(int[] shape) {
    return List.of((long) shape[2], (long) shape[1], (long) shape[0]);
  }

  private void put(String key, Object value) {
    current.put("diagnostics_" + key, value);
  }
}
