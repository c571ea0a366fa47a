package org.cirr.metrics.radiomics.filter;

import org.cirr.metrics.radiomics.image.Raster;

/**
 * The magnitude of the gradient.
 *
 * <p><b>Formula</b>: √Σ_axes (½ (x₊ − x₋)/s)²; beyond the border the edge value is repeated.
 *
 * <p><b>Source</b>: ITK GradientMagnitudeImageFilter, which gives float32.
 */
public final class Gradient {
  private Gradient() {}

  /**
   * Filters an image.
   *
   * @param perMm whether differences are taken per mm; else per voxel
   */
  public static Raster of(Raster image, boolean perMm) {
    int[] shape = image.shape();
    double[] values = image.values();
    double[] spacing = image.spacing().toArray();
    double[] squares = new double[values.length];
    for (int axis = 0; axis < 3; axis++) {
      double step = perMm ? spacing[axis] : 1;
      double[] slope =
          Lines.filter(
              values,
              shape,
              axis,
              (in, out) -> {
                for (int i = 0; i < in.length; i++) {
                  double after = in[Math.min(i + 1, in.length - 1)];
                  double before = in[Math.max(i - 1, 0)];
                  out[i] = 0.5 * (after - before) / step;
                }
              });
      for (int i = 0; i < slope.length; i++) {
        squares[i] += slope[i] * slope[i];
      }
    }
    for (int i = 0; i < squares.length; i++) {
      squares[i] = (float) Math.sqrt(squares[i]);
    }
    return image.withValues(squares);
  }
}
