package org.cirr.metrics.radiomics.filter;

import org.cirr.metrics.radiomics.image.Raster;

/**
 * The Laplacian of the image smoothed with a Gaussian, by recursive filters.
 *
 * <p><b>Formula</b>: σ² Σ_axes ∂²(g_σ ∗ x)/∂axis².
 *
 * <p><b>Units</b>: σ in mm.
 *
 * <p><b>Source</b>: ITK LaplacianRecursiveGaussianImageFilter with NormalizeAcrossScale, which
 * gives float32; within 0.3 to 1.2 % of the exact filter.
 */
public final class LaplacianOfGaussian {
  private LaplacianOfGaussian() {}

  /**
   * Why an image is too small for the filter; null when it is not.
   *
   * <p><b>Source</b>: pyradiomics' own limits.
   */
  public static String tooSmall(Raster image, double sigma) {
    int[] shape = image.shape();
    double[] spacing = image.spacing().toArray();
    for (int axis = 0; axis < 3; axis++) {
      double needed = Math.max(4, Math.ceil(sigma / spacing[axis]) + 1);
      if (shape[axis] < needed) {
        return "the image has "
            + shape[axis]
            + " voxels along "
            + "zyx".charAt(axis)
            + " and sigma "
            + sigma
            + " mm needs "
            + (int) needed;
      }
    }
    return null;
  }

  /** Filters an image. */
  public static Raster of(Raster image, double sigma) {
    int[] shape = image.shape();
    double[] spacing = image.spacing().toArray();
    double[] sum = new double[image.values().length];
    for (int axis = 0; axis < 3; axis++) {
      double[] part = image.values();
      for (int along = 0; along < 3; along++) {
        RecursiveGaussian filter = new RecursiveGaussian(sigma / spacing[along], along == axis);
        part = Lines.filter(part, shape, along, filter);
      }
      double factor = sigma * sigma / (spacing[axis] * spacing[axis]);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += part[i] * factor;
      }
    }
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (float) sum[i];
    }
    return image.withValues(sum);
  }
}
