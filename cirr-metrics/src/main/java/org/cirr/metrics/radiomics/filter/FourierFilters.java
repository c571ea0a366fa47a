package org.cirr.metrics.radiomics.filter;

import java.util.Arrays;
import org.cirr.metrics.radiomics.fourier.FourierGrid;
import org.cirr.metrics.radiomics.image.Raster;

/**
 * IBSI's filters that are not products of kernels along the axes, applied to the image's spectrum:
 * Simoncelli's wavelet, and the Riesz transform of that or of the Laplacian of Gaussian.
 *
 * <p><b>Edge cases</b>: {@link Boundary#PERIODIC} and {@link Boundary#MIRROR} are exact; for the
 * others the image is continued by half its extent on either side, where the response has died away
 * for all but the lowest frequencies.
 *
 * <p>Memory: two doubles a voxel for a periodic image, sixteen for the others (of a slice when
 * slices are filtered by themselves).
 */
public final class FourierFilters {
  private FourierFilters() {}

  /** A filter's gain at a frequency in radians per voxel. */
  @FunctionalInterface
  private interface Gain {
    double at(double z, double y, double x);
  }

  /**
   * Simoncelli's isotropic band-pass wavelet (PRT7).
   *
   * <p><b>Formula</b>: cos(½π log₂(2 ν)) for ¼ &lt; ν ≤ 1, else 0, ν = 2^(j−1) ‖ω‖/π at level j.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the voxels are not cubes (or squares in
   * the slice), because ‖ω‖ would then depend on the direction.
   *
   * <p><b>Source</b>: IBSI reference manual, part 2, section 3.6; Portilla and Simoncelli 2000.
   *
   * @param level j, from 1; each halves the frequencies
   * @param inPlane whether slices are filtered by themselves
   */
  public static Raster simoncelli(
      Raster image, int level, Riesz riesz, boolean inPlane, Boundary boundary) {
    if (level < 1 || level > 20) {
      throw new IllegalArgumentException("a wavelet level is 1 to 20, got " + level);
    }
    requireEqualSides(image, inPlane);
    double scale = Math.scalb(1, level - 1) / Math.PI;
    return apply(
        image,
        (z, y, x) -> {
          double nu = scale * Math.sqrt(z * z + y * y + x * x);
          return nu > 0.25 && nu <= 1
              ? Math.cos(0.5 * Math.PI * Math.log(2 * nu) / Math.log(2))
              : 0;
        },
        riesz,
        inPlane,
        boundary);
  }

  /**
   * The Riesz transform of the Laplacian of Gaussian.
   *
   * <p><b>Formula</b>: −‖ω‖² exp(−½ Σ_axes ω² σ²), σ in voxels, and the Riesz factor; the kernel is
   * not cut off.
   *
   * @param sigma in mm
   * @param inPlane whether slices are filtered by themselves
   */
  public static Raster laplacianOfGaussian(
      Raster image, double sigma, Riesz riesz, boolean inPlane, Boundary boundary) {
    double[] s = Arrays.stream(image.spacing().toArray()).map(mm -> sigma / mm).toArray();
    return apply(
        image,
        (z, y, x) -> {
          double width = z * z * s[0] * s[0] + y * y * s[1] * s[1] + x * x * s[2] * s[2];
          return -(z * z + y * y + x * x) * Math.exp(-0.5 * width);
        },
        riesz,
        inPlane,
        boundary);
  }

  private static void requireEqualSides(Raster image, boolean inPlane) {
    double[] spacing = image.spacing().toArray();
    for (int axis = inPlane ? 1 : 0; axis < 2; axis++) {
      if (Math.abs(spacing[axis] - spacing[2]) > 1e-4 * spacing[2]) {
        throw new IllegalArgumentException(
            "Simoncelli wavelets need voxels with equal sides, but the spacing is "
                + spacing[axis]
                + " mm along "
                + "zy".charAt(axis)
                + " and "
                + spacing[2]
                + " mm along x; resample the image first");
      }
    }
  }

  private static Raster apply(
      Raster image, Gain gain, Riesz riesz, boolean inPlane, Boundary boundary) {
    if (inPlane && riesz.z() > 0) {
      throw new IllegalArgumentException(
          "slices that are filtered by themselves have no Riesz order along z, got " + riesz.z());
    }
    int[] shape = image.shape();
    int slices = inPlane ? shape[0] : 1;
    int[] part = {inPlane ? 1 : shape[0], shape[1], shape[2]};
    int[] extent = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      boolean closed = boundary == Boundary.PERIODIC || inPlane && axis == 0;
      extent[axis] = closed ? part[axis] : 2 * part[axis];
    }
    requireRoom(extent);
    FourierGrid grid = new FourierGrid(extent);
    double[] out = new double[image.values().length];
    double[] spacing = image.spacing().toArray();
    int length = out.length / slices;
    for (int slice = 0; slice < slices; slice++) {
      double[] values = Arrays.copyOfRange(image.values(), slice * length, (slice + 1) * length);
      double[] re = continued(values, part, extent, boundary);
      double[] im = new double[re.length];
      grid.transform(re, im, -1);
      multiply(re, im, extent, gain, riesz, spacing);
      grid.transform(re, im, 1);
      for (int row = 0, i = slice * length; row < part[0] * part[1]; row++, i += part[2]) {
        int from = (row / part[1] * extent[1] + row % part[1]) * extent[2];
        System.arraycopy(re, from, out, i, part[2]);
      }
    }
    return image.withValues(out);
  }

  private static void requireRoom(int[] extent) {
    long cells = (long) extent[0] * extent[1] * extent[2];
    if (cells > 1L << 28) {
      throw new IllegalArgumentException(
          "filtering needs a spectrum of "
              + extent[0]
              + " x "
              + extent[1]
              + " x "
              + extent[2]
              + " values, more than 268435456; crop the image (preCrop) or make 'filterBoundary'"
              + " periodic");
    }
  }

  /** The image on a grid that wraps around, with what the boundary says beyond its end. */
  private static double[] continued(double[] values, int[] shape, int[] extent, Boundary boundary) {
    double[] held = values;
    int[] now = shape.clone();
    for (int axis = 2; axis >= 0; axis--) {
      if (extent[axis] != now[axis]) {
        held = continued(held, now, axis, boundary);
        now[axis] = extent[axis];
      }
    }
    return held == values ? values.clone() : held;
  }

  /** Twice the extent along an axis: the end of a line is what lies before its beginning. */
  private static double[] continued(double[] values, int[] shape, int axis, Boundary boundary) {
    int n = shape[axis];
    int stride = axis == 0 ? shape[1] * shape[2] : axis == 1 ? shape[2] : 1;
    double[] out = new double[2 * values.length];
    double[] line = new double[n];
    for (int k = 0; k < values.length / n; k++) {
      int block = k / stride;
      int offset = k % stride;
      for (int i = 0; i < n; i++) {
        line[i] = values[block * n * stride + i * stride + offset];
      }
      for (int i = 0; i < 2 * n; i++) {
        int index = i < n + n / 2 ? i : i - 2 * n;
        out[block * 2 * n * stride + i * stride + offset] = boundary.at(line, index);
      }
    }
    return out;
  }

  private static void multiply(
      double[] re, double[] im, int[] extent, Gain gain, Riesz riesz, double[] spacing) {
    int quarter = riesz.order() % 4; // (−i)^L
    for (int z = 0, i = 0; z < extent[0]; z++) {
      double fz = frequency(z, extent[0]);
      for (int y = 0; y < extent[1]; y++) {
        double fy = frequency(y, extent[1]);
        for (int x = 0; x < extent[2]; x++, i++) {
          double fx = frequency(x, extent[2]);
          double direction = riesz.magnitude(fz / spacing[0], fy / spacing[1], fx / spacing[2]);
          double g = gain.at(fz, fy, fx) * direction / re.length;
          double a = g * re[i];
          double b = g * im[i];
          re[i] = quarter == 0 ? a : quarter == 1 ? b : quarter == 2 ? -a : -b;
          im[i] = quarter == 0 ? b : quarter == 1 ? -a : quarter == 2 ? -b : a;
        }
      }
    }
  }

  /** In radians per voxel. */
  private static double frequency(int k, int n) {
    return 2 * Math.PI * (2 * k > n ? k - n : k) / n;
  }
}
