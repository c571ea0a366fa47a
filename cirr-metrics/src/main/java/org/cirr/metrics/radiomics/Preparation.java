package org.cirr.metrics.radiomics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.cirr.metrics.radiomics.image.Box;
import org.cirr.metrics.radiomics.image.Intensities;
import org.cirr.metrics.radiomics.image.MaskCheck;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.metrics.radiomics.image.Resampler;
import org.cirr.metrics.radiomics.image.Roi;
import org.cirr.metrics.radiomics.image.Scene;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Volume;

/**
 * From image and mask to what features are computed on, in pyradiomics' order: normalise, resample
 * or crop, check, re-segment.
 *
 * @param scene image and region for first order and texture
 * @param shape the region for shape, which re-segmentation leaves alone unless told otherwise
 */
record Preparation(Scene scene, Roi shape) {
  private static final double DEFAULT_TOLERANCE = 1e-6; // SimpleITK's

  static Preparation of(
      Volume volume,
      LabelMap labels,
      PixelType type,
      RadiomicsSettings settings,
      Diagnostics diagnostics) {
    boolean[] inside = MaskCheck.select(labels, settings.label());
    Geometry grid = labels.geometry();
    Resampler.Mask mask =
        new Resampler.Mask(inside, grid.shape().toArray(), grid.spacing(), grid.affine());
    Raster image = Raster.of(volume);
    Affine affine = volume.geometry().affine();
    diagnostics.original(image, type, mask, labels);
    PixelType stored = type;
    if (settings.is(Setting.NORMALIZE)) {
      image =
          Intensities.normalize(
              image,
              settings.number(Setting.NORMALIZE_SCALE),
              settings.number(Setting.REMOVE_OUTLIERS));
      stored = PixelType.FLOAT64;
    }
    Scene scene =
        Optional.<double[]>empty().equals(settings.newSpacing())
            ? onOneGrid(volume.geometry(), grid, image, stored, mask, settings, diagnostics)
            : resampled(image, affine, stored, mask, settings, diagnostics);
    MaskCheck.requireSize(
        scene.inside(),
        scene.image().shape(),
        settings.whole(Setting.MINIMUM_ROI_DIMENSIONS),
        settings.minimumSize().orElse(0));
    return resegmented(scene, settings, diagnostics);
  }

  private static Scene resampled(
      Raster image,
      Affine affine,
      PixelType type,
      Resampler.Mask mask,
      RadiomicsSettings settings,
      Diagnostics diagnostics) {
    Resampler.requireInside(mask, image, affine);
    Scene scene =
        Resampler.resample(
            image,
            affine,
            type,
            mask,
            settings.newSpacing().orElseThrow(),
            settings.interpolator(),
            settings.whole(Setting.PAD_DISTANCE));
    scene.box(); // the region may have fallen between the new voxels
    diagnostics.step("interpolated", scene);
    return scene;
  }

  static Scene onOneGrid(
      Geometry imageGrid,
      Geometry maskGrid,
      Raster image,
      PixelType type,
      Resampler.Mask mask,
      RadiomicsSettings settings,
      Diagnostics diagnostics) {
    boolean[] inside = mask.inside();
    double tolerance = settings.number(Setting.GEOMETRY_TOLERANCE);
    List<String> differences =
        differences(imageGrid, maskGrid, Double.isNaN(tolerance) ? DEFAULT_TOLERANCE : tolerance);
    Scene scene;
    if (differences.isEmpty()) {
      scene = new Scene(image, inside, imageGrid.affine(), type);
    } else if (settings.is(Setting.CORRECT_MASK)) {
      Resampler.requireInside(mask, image, imageGrid.affine());
      boolean[] moved = Resampler.moveMask(mask, image, imageGrid.affine());
      scene = new Scene(image, moved, imageGrid.affine(), type);
      scene.box();
      diagnostics.step("corrected", scene);
    } else {
      throw new IllegalArgumentException(
          "image and mask lie on different grids: "
              + String.join("; ", differences)
              + ". Set 'geometryTolerance' above the difference, or 'correctMask' to true to move the"
              + " mask onto the image's grid");
    }
    return settings.is(Setting.PRE_CROP)
        ? scene.cut(scene.box().grown(settings.whole(Setting.PAD_DISTANCE), image.shape()))
        : scene;
  }

  /** What differs between two grids, in words; as ITK compares, relative to the spacing. */
  private static List<String> differences(Geometry image, Geometry mask, double tolerance) {
    List<String> found = new ArrayList<>();
    if (!image.shape().equals(mask.shape())) {
      found.add("extents (z y x) " + image.shape() + " and " + mask.shape());
    }
    double limit = tolerance * image.spacing().x();
    String[] names = {"x", "y", "z"};
    for (int column = 0; column < 4; column++) {
      double largest = 0;
      for (int row = 0; row < 3; row++) {
        double a = image.affine().matrix().get(column, row);
        double b = mask.affine().matrix().get(column, row);
        largest = Math.max(largest, Math.abs(a - b));
      }
      if (largest > limit) {
        found.add(
            String.format(
                Locale.ROOT,
                column == 3
                    ? "origins differ by %3$.3g mm"
                    : "steps along %s (spacing %s) differ by %.3g mm",
                names[Math.min(column, 2)],
                image.spacing().toArray()[2 - Math.min(column, 2)]
                    + " and "
                    + mask.spacing().toArray()[2 - Math.min(column, 2)],
                largest));
      }
    }
    return found;
  }

  private static Preparation resegmented(
      Scene scene, RadiomicsSettings settings, Diagnostics diagnostics) {
    double[] range = settings.numbers(Setting.RESEGMENT_RANGE);
    if (range.length == 0) {
      return new Preparation(scene, scene.roi());
    }
    Scene kept = scene.withInside(Intensities.resegment(scene, range, settings.rangeMode()));
    diagnostics.step("resegmented", kept);
    // pyradiomics cuts the shape's mask to the box of what re-segmentation left, which may cut into
    // it; here it keeps its own box.
    Box own = scene.box();
    Roi shape =
        settings.is(Setting.RESEGMENT_SHAPE)
            ? kept.roi()
            : Roi.of(scene.image(), scene.inside(), own);
    return new Preparation(kept, shape);
  }
}
