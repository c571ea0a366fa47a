package org.cirr.metrics.radiomics;

import java.util.ArrayList;
import java.util.List;
import org.cirr.metrics.radiomics.feature.IbsiFeatures;
import org.cirr.metrics.radiomics.image.Binning;
import org.cirr.metrics.radiomics.image.IbsiResampler;
import org.cirr.metrics.radiomics.image.Intensities;
import org.cirr.metrics.radiomics.image.MaskCheck;
import org.cirr.metrics.radiomics.image.PixelType;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.metrics.radiomics.image.Resampler;
import org.cirr.metrics.radiomics.image.Scene;
import org.cirr.parallel.Workers;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/**
 * The extraction by IBSI's conventions, with the same settings: grids aligned at their centres, the
 * mask interpolated linearly, whole numbers rounded, bins from the re-segmentation range's lower
 * bound, covariance by N − 1, voxels without neighbours left out of the NGTDM.
 *
 * <p>Normalisation and the choice of classes and features do not apply; distances are 1.
 */
final class IbsiExtraction {
  private static final int FINE_BINS = 1000; // IBSI's for intensities of arbitrary units

  private IbsiExtraction() {}

  static RadiomicsResult of(
      Volume volume,
      LabelMap labels,
      PixelType type,
      RadiomicsParameters parameters,
      Diagnostics diagnostics,
      Workers workers) {
    RadiomicsSettings settings = parameters.settings();
    boolean[] inside = MaskCheck.select(labels, settings.label());
    Geometry grid = labels.geometry();
    Resampler.Mask mask =
        new Resampler.Mask(inside, grid.shape().toArray(), grid.spacing(), grid.affine());
    Scene scene =
        Preparation.onOneGrid(
            volume.geometry(), grid, Raster.of(volume), type, mask, settings, diagnostics);
    if (settings.newSpacing().isPresent()) {
      scene = resampled(scene, settings.newSpacing().orElseThrow(), settings);
    }
    MaskCheck.requireSize(
        scene.inside(),
        scene.image().shape(),
        settings.whole(Setting.MINIMUM_ROI_DIMENSIONS),
        settings.minimumSize().orElse(0));
    double[] range = settings.numbers(Setting.RESEGMENT_RANGE);
    boolean[] intensity =
        range.length == 0
            ? scene.inside()
            : Intensities.resegment(scene, range, settings.rangeMode());
    List<RadiomicsResult.Value> values = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    for (ImageType imageType : parameters.imageTypes().keySet()) {
      RadiomicsSettings own = parameters.settings(imageType);
      boolean[] form = scene.inside();
      DerivedImages.visit(
          imageType,
          scene,
          own,
          warnings,
          workers,
          (name, image) ->
              add(name, image, form, intensity, own, imageType, type, values, warnings));
    }
    return new RadiomicsResult(diagnostics.entries(), values, warnings);
  }

  private static Scene resampled(Scene scene, double[] wanted, RadiomicsSettings settings) {
    double[] old = scene.image().spacing().toArray();
    double[] spacing = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      spacing[axis] = wanted[axis] == 0 ? old[axis] : wanted[axis];
    }
    IbsiResampler.Resampled result =
        IbsiResampler.resample(
            scene.image(),
            scene.inside(),
            new Spacing(spacing[0], spacing[1], spacing[2]),
            settings.interpolator(),
            scene.type().isWhole());
    return new Scene(result.image(), result.inside(), scene.affine(), scene.type());
  }

  private static void add(
      String name,
      Raster image,
      boolean[] form,
      boolean[] intensity,
      RadiomicsSettings settings,
      ImageType imageType,
      PixelType type,
      List<RadiomicsResult.Value> values,
      List<String> warnings) {
    boolean whole = imageType == ImageType.ORIGINAL && type.isWhole();
    IbsiFeatures.of(
            image,
            form,
            intensity,
            binning(settings),
            histogram(settings, image, intensity, whole),
            reason -> warnings.add(name + ": " + reason))
        .forEach(
            (tag, value) ->
                values.add(new RadiomicsResult.Value(name, FeatureClass.IBSI, tag, value)));
  }

  /** The lower bound that bins begin at; NaN for the region's minimum. */
  private static double start(RadiomicsSettings settings) {
    double[] range = settings.numbers(Setting.RESEGMENT_RANGE);
    boolean absolute = settings.rangeMode() == Intensities.RangeMode.ABSOLUTE;
    return range.length == 0 || !absolute
        ? Double.NaN
        : range.length == 1 ? range[0] : Math.min(range[0], range[1]);
  }

  private static Binning binning(RadiomicsSettings settings) {
    return settings.binning() instanceof Binning.FixedCount fixed
        ? new Binning.FixedNumber(fixed.count())
        : new Binning.FixedSize(((Binning.FixedWidth) settings.binning()).width(), start(settings));
  }

  private static IbsiFeatures.VolumeHistogram histogram(
      RadiomicsSettings settings, Raster image, boolean[] intensity, boolean whole) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double[] x = image.values();
    for (int i = 0; i < x.length; i++) {
      min = intensity[i] ? Math.min(min, x[i]) : min;
      max = intensity[i] ? Math.max(max, x[i]) : max;
    }
    double width = settings.number(Setting.IVH_BIN_WIDTH);
    if (Double.isNaN(width) && !whole) {
      double step = max > min ? (max - min) / FINE_BINS : 1;
      return new IbsiFeatures.VolumeHistogram(
          new Binning.FixedNumber(FINE_BINS), FINE_BINS, min + step / 2, step);
    }
    double[] range = settings.numbers(Setting.RESEGMENT_RANGE);
    double low = Double.isNaN(start(settings)) ? min : start(settings);
    boolean closed = !Double.isNaN(start(settings)) && range.length == 2;
    double high = closed ? Math.max(range[0], range[1]) : max;
    if (Double.isNaN(width)) {
      int count = Math.max(2, (int) (high - low) + 1);
      return new IbsiFeatures.VolumeHistogram(new Binning.FixedSize(1, low), count, low, 1);
    }
    int count = Math.max(2, (int) Math.ceil((high - low) / width));
    return new IbsiFeatures.VolumeHistogram(
        new Binning.FixedSize(width, low), count, low + width / 2, width);
  }
}
