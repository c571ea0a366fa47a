package org.cirr.metrics.radiomics.feature;

import org.cirr.metrics.radiomics.fourier.FourierGrid;
import org.cirr.metrics.radiomics.image.Roi;

/**
 * How alike near voxels of a region are: Moran's I (N365) and Geary's C (NPT7) with weights
 * 1/distance.
 *
 * <p><b>Formula</b>: I = N/Σw · Σ w_ij (x_i − μ)(x_j − μ)/Σ (x − μ)²; C = (N − 1)/(2 Σw) · Σ w_ij
 * (x_i − x_j)²/Σ (x − μ)², over i ≠ j.
 *
 * <p><b>Edge cases</b>: NaN for a flat region, and for one whose box is too large, see {@link
 * #tooLarge}.
 *
 * <p><b>Source</b>: Moran 1950, Geary 1954, Dale 2002; IBSI reference manual, section 3.1.
 */
final class SpatialAutocorrelation {
  /*
   * Plain form: direct(), which compares all pairs, N² steps: half a minute for a liver of 150,000
   * voxels, hours for a million. The weights depend on the offset between two voxels only, so the
   * sums are convolutions of the region with the kernel 1/distance, and Fourier transforms do them
   * exactly (to rounding, about 1e-13) on a box of twice the extents, where nothing wraps around.
   * Membership m and deviation d = m (x − μ) travel as one complex image m + i d, because the
   * kernel's spectrum is real. Then Σw = Σ m (k ∗ m), Σ w d d = Σ d (k ∗ d), and Σ w (x_i − x_j)²
   * = 2 Σ d² (k ∗ m) − 2 Σ w d d. Memory: three doubles per voxel of the doubled box.
   */
  private static final int DIRECT_VOXELS = 3_000;

  /** Voxels of the doubled box: three arrays of 1 GiB. */
  private static final long MOST_CELLS = 1L << 27;

  private SpatialAutocorrelation() {}

  /** Why a region is left out; null when it is not. */
  static String tooLarge(Roi roi) {
    int[] doubled = doubled(roi.shape());
    double cells = (double) doubled[0] * doubled[1] * doubled[2];
    if (roi.voxels() <= DIRECT_VOXELS || cells <= MOST_CELLS) {
      return null;
    }
    int[] shape = roi.shape();
    return String.format(
        java.util.Locale.ROOT,
        "Moran's I and Geary's C are left out (NaN): the region's box of %d x %d x %d voxels needs %.1f"
            + " GiB, more than the 3 GiB they may take; resample to a larger spacing",
        shape[0],
        shape[1],
        shape[2],
        24 * cells / (1 << 30));
  }

  private static int[] doubled(int[] shape) {
    int[] doubled = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      doubled[axis] = FourierGrid.fastExtent(2 * shape[axis] - 1);
    }
    return doubled;
  }

  /** Moran's I and Geary's C. */
  static double[] of(Roi roi) {
    if (roi.voxels() <= DIRECT_VOXELS) {
      return direct(roi);
    }
    return tooLarge(roi) == null ? transformed(roi) : new double[] {Double.NaN, Double.NaN};
  }

  private static double[] result(
      int n, double weights, double products, double squares, double variance) {
    return new double[] {
      n / weights * products / variance, (n - 1) / (2 * weights) * squares / variance
    };
  }

  /** All pairs one by one. */
  static double[] direct(Roi roi) {
    double[][] p = IbsiMorphology.places(roi);
    double[] x = roi.values();
    double mean = IbsiMorphology.mean(x);
    double weights = 0;
    double products = 0;
    double squares = 0;
    double variance = 0;
    for (int i = 0; i < x.length; i++) {
      double xi = x[i] - mean;
      variance += xi * xi;
      for (int j = i + 1; j < x.length; j++) {
        double dz = p[0][i] - p[0][j];
        double dy = p[1][i] - p[1][j];
        double dx = p[2][i] - p[2][j];
        double w = 2 / Math.sqrt(dz * dz + dy * dy + dx * dx);
        double xj = x[j] - mean;
        weights += w;
        products += w * xi * xj;
        squares += w * (xi - xj) * (xi - xj);
      }
    }
    return result(x.length, weights, products, squares, variance);
  }

  /** The same sums by convolution. */
  static double[] transformed(Roi roi) {
    int[] doubled = doubled(roi.shape());
    FourierGrid grid = new FourierGrid(doubled);
    double[] kernel = kernel(doubled, roi.spacing().toArray());
    double[] im = new double[grid.size()];
    grid.transform(kernel, im, -1); // even and real, and so is its spectrum
    java.util.Arrays.fill(im, 0);
    double[] re = new double[grid.size()];
    double mean = IbsiMorphology.mean(roi.values());
    forEachVoxel(
        roi,
        doubled,
        (at, x) -> {
          re[at] = 1;
          im[at] = x - mean;
        });
    grid.transform(re, im, -1);
    for (int i = 0; i < re.length; i++) {
      re[i] *= kernel[i] / re.length;
      im[i] *= kernel[i] / re.length;
    }
    grid.transform(re, im, 1);
    double[] sums = new double[4]; // Σw, Σ w d d, Σ d² (k ∗ m), Σ d²
    forEachVoxel(
        roi,
        doubled,
        (at, x) -> {
          double d = x - mean;
          sums[0] += re[at];
          sums[1] += d * im[at];
          sums[2] += d * d * re[at];
          sums[3] += d * d;
        });
    return result(roi.voxels(), sums[0], sums[1], 2 * sums[2] - 2 * sums[1], sums[3]);
  }

  /** 1/distance on a box whose indices wrap around; 0 at the origin. */
  private static double[] kernel(int[] shape, double[] spacing) {
    double[] kernel = new double[shape[0] * shape[1] * shape[2]];
    for (int z = 0, i = 0; z < shape[0]; z++) {
      double dz = Math.min(z, shape[0] - z) * spacing[0];
      for (int y = 0; y < shape[1]; y++) {
        double dy = Math.min(y, shape[1] - y) * spacing[1];
        for (int x = 0; x < shape[2]; x++, i++) {
          double dx = Math.min(x, shape[2] - x) * spacing[2];
          kernel[i] = i == 0 ? 0 : 1 / Math.sqrt(dz * dz + dy * dy + dx * dx);
        }
      }
    }
    return kernel;
  }

  /** Takes a voxel's place on the doubled box and its value. */
  @FunctionalInterface
  private interface VoxelVisitor {
    void voxel(int at, double value);
  }

  private static void forEachVoxel(Roi roi, int[] doubled, VoxelVisitor visitor) {
    int[] shape = roi.shape();
    boolean[] inside = roi.inside();
    double[] values = roi.values();
    for (int z = 0, i = 0, n = 0; z < shape[0]; z++) {
      for (int y = 0; y < shape[1]; y++) {
        int row = (z * doubled[1] + y) * doubled[2];
        for (int x = 0; x < shape[2]; x++, i++) {
          if (inside[i]) {
            visitor.voxel(row + x, values[n++]);
          }
        }
      }
    }
  }
}
