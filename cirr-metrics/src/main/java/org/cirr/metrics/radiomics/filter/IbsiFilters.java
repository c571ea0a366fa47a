package org.cirr.metrics.radiomics.filter;

import java.util.Arrays;
import org.cirr.metrics.radiomics.image.Raster;

/**
 * The filters of IBSI's second part that are products of kernels along the axes: mean, Laplacian of
 * Gaussian, Laws.
 *
 * <p><b>Source</b>: Whybra 2024 and the IBSI reference manual, part 2.
 */
public final class IbsiFilters {
  private IbsiFilters() {}

  /**
   * The mean filter (S60F).
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a support that is not odd.
   *
   * @param support the extent of the cube or square in voxels
   * @param inPlane whether slices are filtered by themselves
   */
  public static Raster mean(Raster image, int support, boolean inPlane, Boundary boundary) {
    if (support < 1 || support % 2 == 0) {
      throw new IllegalArgumentException(
          "the support of a mean filter must be odd and 1 or more, got " + support);
    }
    return Convolution.mean(image, support, inPlane, boundary);
  }

  /**
   * The Laplacian of Gaussian (L6PA), sampled and cut off; not {@link LaplacianOfGaussian}, which
   * is ITK's recursive one.
   *
   * <p><b>Formula</b>: −1/σ² (2π)^{−D/2} σ^{−D} (D − |k|²/σ²) e^{−|k|²/(2σ²)} for |k_axis| ≤
   * ⌊cutoff σ + ½⌋, σ in voxels.
   *
   * @param sigma in mm
   * @param cutoff where the kernel ends, in σ; 4 in IBSI's benchmark
   */
  public static Raster laplacianOfGaussian(
      Raster image, double sigma, double cutoff, boolean inPlane, Boundary boundary) {
    double[] spacing = image.spacing().toArray();
    double[][] smooth = new double[3][];
    double[][] curved = new double[3][];
    int first = inPlane ? 1 : 0;
    for (int axis = first; axis < 3; axis++) {
      double s = sigma / spacing[axis];
      int half = (int) Math.floor(cutoff * s + 0.5);
      smooth[axis] = new double[2 * half + 1];
      curved[axis] = new double[2 * half + 1];
      for (int k = -half; k <= half; k++) {
        double g = Math.exp(-k * k / (2 * s * s)) / (Math.sqrt(2 * Math.PI) * s);
        smooth[axis][k + half] = g;
        curved[axis][k + half] = g * (k * k / (s * s) - 1) / (s * s);
      }
    }
    // The sampled kernel is a sum of products: curved along one axis, smooth along the others.
    double[] sum = new double[image.values().length];
    for (int axis = first; axis < 3; axis++) {
      double[][] kernels = smooth.clone();
      kernels[axis] = curved[axis];
      double[] part = Convolution.of(image.values(), image.shape(), kernels, boundary);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += part[i];
      }
    }
    return image.withValues(sum);
  }

  /** A Laws kernel (JTXT), normalised: level, edge, spot, wave or ripple of 3 or 5 samples. */
  public static double[] laws(String name) {
    double[] kernel =
        switch (name) {
          case "L3" -> new double[] {1, 2, 1};
          case "E3" -> new double[] {-1, 0, 1};
          case "S3" -> new double[] {-1, 2, -1};
          case "L5" -> new double[] {1, 4, 6, 4, 1};
          case "E5" -> new double[] {-1, -2, 0, 2, 1};
          case "S5" -> new double[] {-1, 0, 2, 0, -1};
          case "W5" -> new double[] {-1, 2, 0, -2, 1};
          case "R5" -> new double[] {1, -4, 6, -4, 1};
          default ->
              throw new IllegalArgumentException(
                  "there is no Laws kernel '" + name + "'; there are L3 E3 S3 L5 E5 S5 W5 R5");
        };
    double norm = Math.sqrt(Arrays.stream(kernel).map(x -> x * x).sum());
    return Arrays.stream(kernel).map(x -> x / norm).toArray();
  }

  /**
   * The response to Laws kernels along x, y and z.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a name that is not one or several
   * kernels.
   *
   * @param name such as {@code E5L5S5}; of two kernels ({@code L5S5}) in the slice
   * @param pooling what becomes of the responses to the kernels turned by right angles: 24 in
   *     space, 4 in the slice
   */
  public static Raster laws(Raster image, String name, Pooling pooling, Boundary boundary) {
    requireLaws(name);
    double[][] xyz = new double[3][];
    for (int axis = 0; axis < name.length() / 2; axis++) {
      xyz[axis] = laws(name.substring(2 * axis, 2 * axis + 2));
    }
    return pooling.over(
        image,
        rotation -> Convolution.ofXyz(image, rotation.turn(xyz), boundary),
        name.length() == 4);
  }

  /**
   * Checks a name for {@link #laws(Raster, String, Pooling, Boundary)}.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with the name and what there is.
   */
  public static void requireLaws(String name) {
    if (!name.matches("([LESWR][35]){2,3}")) {
      throw new IllegalArgumentException(
          "Laws kernels are named in twos or threes, such as L5S5 or E5L5S5, got '" + name + "'");
    }
    for (int at = 0; at < name.length(); at += 2) {
      laws(name.substring(at, at + 2));
    }
  }

  /**
   * The mean magnitude of a response around each voxel (PQSD).
   *
   * @param distance the Chebyshev distance of the farthest voxel that counts
   */
  public static Raster energy(Raster response, int distance, boolean inPlane, Boundary boundary) {
    double[] magnitude = Arrays.stream(response.values()).map(Math::abs).toArray();
    return mean(response.withValues(magnitude), 2 * distance + 1, inPlane, boundary);
  }
}
