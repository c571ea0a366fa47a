package org.cirr.metrics.radiomics.image;

/** What is done to intensities before features: normalisation and re-segmentation. */
public final class Intensities {
  private Intensities() {}

  /** What a re-segmentation range is measured in. */
  public enum RangeMode {
    /** Intensities. */
    ABSOLUTE,
    /** Parts of the region's maximum. */
    RELATIVE,
    /** Standard deviations from the region's mean. */
    SIGMA
  }

  /**
   * The image minus its mean, by its standard deviation.
   *
   * <p><b>Formula</b>: scale · clip((x − mean)/SD, ±outliers); mean and SD (with N − 1) are those
   * of the whole image.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when all voxels have one value or one is not
   * finite.
   *
   * <p><b>Source</b>: pyradiomics {@code normalizeImage}.
   *
   * @param outliers where values are clipped, in standard deviations; NaN for nowhere
   */
  public static Raster normalize(Raster image, double scale, double outliers) {
    double[] values = image.values();
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double sd = Math.sqrt(squares / (values.length - 1));
    if (!(sd > 0) || Double.isInfinite(sd)) {
      throw new IllegalArgumentException(
          "the image cannot be normalised: the standard deviation of its voxels is "
              + sd
              + "; set 'normalize' to false or mend the image");
    }
    double[] normal = new double[values.length];
    for (int i = 0; i < normal.length; i++) {
      double z = (values[i] - mean) / sd;
      z = Double.isNaN(outliers) ? z : Math.max(-outliers, Math.min(outliers, z));
      normal[i] = z * scale;
    }
    return image.withValues(normal);
  }

  /**
   * The voxels of a region whose intensities lie in a range.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when one voxel or none is left.
   *
   * <p><b>Source</b>: pyradiomics {@code resegmentMask}.
   *
   * @param range one lower bound, or a lower and an upper one; both are inclusive
   */
  public static boolean[] resegment(Scene scene, double[] range, RangeMode mode) {
    double[] bounds = range.clone();
    java.util.Arrays.sort(bounds);
    double[] values = scene.image().values();
    boolean[] inside = scene.inside();
    if (mode != RangeMode.ABSOLUTE) {
      double[] roi = scene.roi().values();
      double max = java.util.Arrays.stream(roi).max().orElse(0);
      double mean = java.util.Arrays.stream(roi).sum() / roi.length;
      double sd =
          Math.sqrt(
              java.util.Arrays.stream(roi).map(v -> (v - mean) * (v - mean)).sum() / roi.length);
      for (int i = 0; i < bounds.length; i++) {
        bounds[i] = mode == RangeMode.RELATIVE ? bounds[i] * max : mean + bounds[i] * sd;
      }
    }
    boolean[] kept = new boolean[inside.length];
    int count = 0;
    for (int i = 0; i < kept.length; i++) {
      kept[i] =
          inside[i] && values[i] >= bounds[0] && (bounds.length == 1 || values[i] <= bounds[1]);
      count += kept[i] ? 1 : 0;
    }
    if (count <= 1) {
      throw new IllegalArgumentException(
          "re-segmentation to "
              + (bounds.length == 1 ? bounds[0] + " and above" : bounds[0] + " to " + bounds[1])
              + " leaves "
              + count
              + " voxel(s) of the region; widen 'resegmentRange'");
    }
    return kept;
  }
}
