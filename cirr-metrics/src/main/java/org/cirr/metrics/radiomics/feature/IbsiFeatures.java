package org.cirr.metrics.radiomics.feature;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.cirr.metrics.radiomics.image.Binning;
import org.cirr.metrics.radiomics.image.Box;
import org.cirr.metrics.radiomics.image.Levels;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.metrics.radiomics.image.Roi;

/**
 * All features of the Image Biomarker Standardisation Initiative (first part), by its conventions
 * and under the tags of its benchmark, such as {@code cm_joint_avg_3D_comb}.
 *
 * <p><b>Source</b>: Zwanenburg 2020 and the IBSI reference manual.
 */
public final class IbsiFeatures {
  private IbsiFeatures() {}

  /**
   * How the intensity-volume histogram is made.
   *
   * @param binning levels for the histogram
   * @param count the number of levels
   * @param start the intensity that level 1 stands for, the centre of its bin
   * @param width how far levels lie apart
   */
  public record VolumeHistogram(Binning binning, int count, double start, double width) {}

  /**
   * The features of a region.
   *
   * @param morphological the mask that form is measured on
   * @param intensity the same, less the voxels that re-segmentation removed
   * @param binning levels for histogram and texture
   * @param warnings takes what is left out, and why
   */
  public static Map<String, Double> of(
      Raster image,
      boolean[] morphological,
      boolean[] intensity,
      Binning binning,
      VolumeHistogram histogram,
      Consumer<String> warnings) {
    Box box = Box.around(morphological, image.shape());
    if (box == null) {
      throw new IllegalArgumentException(
          "the region of interest has no voxel; check the mask and its label");
    }
    Roi form = Roi.of(image, morphological, box);
    Roi roi = Roi.of(image, intensity, box);
    String tooLarge = SpatialAutocorrelation.tooLarge(roi);
    if (tooLarge != null) {
      warnings.accept(tooLarge);
    }
    Levels levels = Levels.of(roi, binning, 1);
    Map<String, Double> values = new LinkedHashMap<>(IbsiMorphology.of(form, roi));
    values.putAll(IbsiIntensity.peaks(image, intensity));
    values.putAll(IbsiIntensity.statistics(roi, levels));
    Levels volume = Levels.of(roi, histogram.binning(), 1);
    values.putAll(
        IbsiIntensity.volumeHistogram(
            volume, histogram.count(), histogram.start(), histogram.width()));
    values.putAll(IbsiTexture.of(levels, form.inside()));
    return values;
  }
}
