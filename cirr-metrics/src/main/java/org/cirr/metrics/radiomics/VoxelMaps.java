package org.cirr.metrics.radiomics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cirr.metrics.radiomics.feature.TextureSettings;
import org.cirr.metrics.radiomics.image.Binning;
import org.cirr.metrics.radiomics.image.Box;
import org.cirr.metrics.radiomics.image.Levels;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.metrics.radiomics.image.Roi;
import org.cirr.metrics.radiomics.image.Scene;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/**
 * Features of the neighbourhood of every voxel of a region, as images.
 *
 * <p>Grey levels are made once, over the whole region; then each class is computed on the (2r + 1)³
 * kernel around each voxel of the region.
 *
 * <p><b>Source</b>: pyradiomics' voxel-based extraction.
 */
final class VoxelMaps {
  /*
   * pyradiomics builds dense matrices for batches of voxels, levels² · directions · batch, which is
   * what its users wait hours for. Here a kernel is a region of its own with a handful of levels:
   * its matrices have at most kernel² cells and stay in the cache, and rows of voxels are shared
   * out among the workers.
   */
  private final Raster image;
  private final boolean[] inside;
  private final int[] levels;
  private final int highest;
  private final RadiomicsSettings settings;
  private final TextureSettings texture;
  private final int[] radius; // z y x

  private VoxelMaps(Raster image, boolean[] inside, RadiomicsSettings settings) {
    this.image = image;
    this.inside = inside;
    this.settings = settings;
    texture = settings.texture();
    int r = settings.whole(Setting.KERNEL_RADIUS);
    radius = new int[] {r, r, r};
    if (texture.flatAxis() >= 0) {
      radius[texture.flatAxis()] = 0;
    }
    levels = discretize(image, counted(), settings.binning());
    highest = Arrays.stream(levels).max().orElse(0);
  }

  /** The voxels that kernels see: the region's, or all. */
  private boolean[] counted() {
    if (settings.is(Setting.MASKED_KERNEL)) {
      return inside;
    }
    boolean[] all = new boolean[inside.length];
    Arrays.fill(all, true);
    return all;
  }

  private static int[] discretize(Raster image, boolean[] counted, Binning binning) {
    Roi roi = Roi.of(image, counted, Box.whole(image.shape()));
    Levels made = Levels.of(roi, binning, 1);
    int[] levels = new int[counted.length];
    int[] cells = made.cells();
    int[] shape = image.shape();
    for (int i = 0; i < levels.length; i++) {
      int z = i / (shape[1] * shape[2]);
      int y = i / shape[2] % shape[1];
      int cell = cells[made.step(z + 1, y + 1, i % shape[2] + 1)];
      levels[i] = cell == 0 ? 0 : made.level(cell - 1);
    }
    return levels;
  }

  /** The maps of some classes on one image, on the region's box grown by the kernel's radius. */
  static List<VoxelMap> of(
      String name,
      Raster image,
      Scene scene,
      RadiomicsSettings settings,
      Map<FeatureClass, List<String>> classes,
      Workers workers) {
    int[] whole = image.shape();
    Box box = scene.box().grown(settings.whole(Setting.KERNEL_RADIUS), whole);
    VoxelMaps maps = new VoxelMaps(image.cut(box), box.cut(scene.inside(), whole), settings);
    Scene cut = scene.cut(box);
    Spacing spacing = image.spacing();
    Geometry geometry =
        new Geometry(Shape.of(box.shape()), Affine.of(cut.affine().matrix()), spacing);
    List<VoxelMap> result = new ArrayList<>();
    classes.forEach(
        (feature, names) -> {
          if (!feature.isShape()) {
            maps.compute(feature, names, workers)
                .forEach(
                    (key, values) ->
                        result.add(
                            new VoxelMap(
                                name + "_" + feature.key() + "_" + key,
                                Volume.of(Tensor.of(geometry.shape(), values), geometry))));
          }
        });
    return result;
  }

  private Map<String, float[]> compute(FeatureClass feature, List<String> names, Workers workers) {
    Map<String, float[]> maps = new java.util.concurrent.ConcurrentHashMap<>();
    int[] shape = image.shape();
    float outside = (float) settings.number(Setting.INIT_VALUE);
    workers.forEach(
        shape[0] * shape[1],
        row -> {
          for (int x = 0; x < shape[2]; x++) {
            int at = row * shape[2] + x;
            if (inside[at]) {
              kernel(feature, names, row / shape[1], row % shape[1], x)
                  .forEach(
                      (key, value) ->
                          maps.computeIfAbsent(key, ignored -> filled(outside))[at] =
                              value.floatValue());
            }
          }
        });
    return new java.util.TreeMap<>(maps);
  }

  private float[] filled(float value) {
    float[] map = new float[inside.length];
    Arrays.fill(map, value);
    return map;
  }

  /** The features of one kernel. */
  private Map<String, Double> kernel(
      FeatureClass feature, List<String> names, int z, int y, int x) {
    int[] shape = image.shape();
    int[] low = {
      Math.max(0, z - radius[0]), Math.max(0, y - radius[1]), Math.max(0, x - radius[2])
    };
    int[] extent = {
      Math.min(shape[0], z + radius[0] + 1) - low[0],
      Math.min(shape[1], y + radius[1] + 1) - low[1],
      Math.min(shape[2], x + radius[2] + 1) - low[2]
    };
    Box box = new Box(low[0], low[1], low[2], extent[0], extent[1], extent[2]);
    int[] part = new int[box.voxels()];
    boolean[] member = new boolean[part.length];
    double[] values =
        feature == FeatureClass.FIRSTORDER
            ? box.cut(image.values(), shape)
            : new double[part.length];
    for (int i = 0; i < part.length; i++) {
      int kz = low[0] + i / (extent[1] * extent[2]);
      int ky = low[1] + i / extent[2] % extent[1];
      part[i] = levels[(kz * shape[1] + ky) * shape[2] + low[2] + i % extent[2]];
      member[i] = part[i] > 0;
    }
    Levels made = Levels.of(part, extent, image.spacing(), texture.reach()).withHighest(highest);
    Roi roi = Roi.of(Raster.of(extent, values, image.spacing()), member, Box.whole(extent));
    return Radiomics.compute(
        feature, roi, made, texture, settings.number(Setting.VOXEL_ARRAY_SHIFT), names);
  }
}
