package org.cirr.metrics.radiomics.filter;

import org.cirr.metrics.radiomics.image.Raster;

/**
 * IBSI's separable wavelets (25BO): the undecimated transform by the à trous algorithm.
 *
 * <p>It differs from {@link Wavelet#transform}, which is pyradiomics' own: at level j the filters
 * have 2^(j−1) − 1 zeros between their samples, the border is one of {@link Boundary}, and
 * responses can be pooled over rotations.
 *
 * <p><b>Formula</b>: with f[k], k = 0 .. L − 1, the low-pass or high-pass decomposition filter,
 * y[i] = Σ_k f[k] x[i + 2^(j−1) (⌊L/2⌋ − k)] along each axis; level j filters the approximation (L,
 * L, L) of level j − 1. Filters are used as they are published, with Σ f[k]² = 1.
 *
 * <p><b>Source</b>: IBSI reference manual, part 2, section 3.5; Starck 2007.
 */
public final class SeparableWavelet {
  private SeparableWavelet() {}

  /**
   * The response of one band.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a level below 1, or a band that is not
   * two or three letters L and H.
   *
   * @param band low-pass or high-pass along x, y and z, such as {@code LLH}; of two letters ({@code
   *     LH}) in the slice
   * @param level from 1
   */
  public static Raster of(
      Raster image, Wavelet wavelet, String band, int level, Pooling pooling, Boundary boundary) {
    requireBand(band);
    if (level < 1 || level > 20) {
      throw new IllegalArgumentException("a wavelet level is 1 to 20, got " + level);
    }
    double[][] bands = new double[3][];
    double[][] lows = new double[3][];
    for (int axis = 0; axis < band.length(); axis++) {
      lows[axis] = centred(wavelet.lowPass());
      bands[axis] = band.charAt(axis) == 'H' ? centred(wavelet.highPass()) : lows[axis];
    }
    return pooling.over(
        image,
        rotation -> {
          Raster approximation = image;
          for (int lower = 1; lower < level; lower++) {
            double[][] kernels = spread(rotation.turn(lows), lower);
            approximation = image.withValues(Convolution.ofXyz(approximation, kernels, boundary));
          }
          return Convolution.ofXyz(approximation, spread(rotation.turn(bands), level), boundary);
        },
        band.length() == 2);
  }

  /**
   * Checks the name of a band.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with the name.
   */
  public static void requireBand(String band) {
    if (!band.matches("[LH]{2,3}")) {
      throw new IllegalArgumentException(
          "a wavelet band is two or three letters L and H, such as LH or LLH, got '" + band + "'");
    }
  }

  /** An even filter gets a zero at its end, so that it has a centre to be turned about. */
  private static double[] centred(double[] filter) {
    return java.util.Arrays.copyOf(filter, filter.length | 1);
  }

  private static double[][] spread(double[][] kernels, int level) {
    double[][] spread = new double[3][];
    int step = 1 << level - 1;
    for (int axis = 0; axis < 3; axis++) {
      if (kernels[axis] != null) {
        spread[axis] = new double[(kernels[axis].length - 1) * step + 1];
        for (int k = 0; k < kernels[axis].length; k++) {
          spread[axis][k * step] = kernels[axis][k];
        }
      }
    }
    return spread;
  }
}
