package org.cirr.metrics.radiomics.filter;

import java.util.function.DoubleUnaryOperator;
import org.cirr.metrics.radiomics.image.Raster;

/**
 * Filters that look at one voxel at a time; m is the largest magnitude of the image.
 *
 * <p><b>Edge cases</b>: an image of zeros stays one (exponential: ones).
 *
 * <p><b>Source</b>: pyradiomics {@code getSquareImage} and its neighbours.
 */
public final class PointFilters {
  private PointFilters() {}

  /** (x/√m)². */
  public static Raster square(Raster image) {
    double factor = 1 / Math.sqrt(magnitude(image));
    return map(image, x -> factor * x * (factor * x));
  }

  /** sign(x) √(|x| m). */
  public static Raster squareRoot(Raster image) {
    double m = magnitude(image);
    return map(image, x -> Math.copySign(Math.sqrt(Math.abs(x) * m), x));
  }

  /** sign(x) log(|x| + 1) m / log(m + 1). */
  public static Raster logarithm(Raster image) {
    double m = magnitude(image);
    double factor = m / Math.log(m + 1);
    return map(image, x -> Math.copySign(Math.log(Math.abs(x) + 1), x) * factor);
  }

  /** e^(c x) with c = ln(m)/m, so that e^(c m) = m. */
  public static Raster exponential(Raster image) {
    double m = magnitude(image);
    double c = Math.log(m) / m;
    return map(image, x -> Math.exp(c * x));
  }

  private static double magnitude(Raster image) {
    double m = 0;
    for (double x : image.values()) {
      m = Math.max(m, Math.abs(x));
    }
    return m == 0 ? 1 : m;
  }

  private static Raster map(Raster image, DoubleUnaryOperator f) {
    double[] from = image.values();
    double[] to = new double[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = f.applyAsDouble(from[i]);
    }
    return image.withValues(to);
  }
}
