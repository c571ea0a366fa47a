package org.cirr.metrics.radiomics.filter;

import org.cirr.metrics.radiomics.image.Raster;

/** Convolution with kernels that are products of one kernel per axis. */
final class Convolution {
  private Convolution() {}

  /**
   * The convolved values.
   *
   * @param kernels of odd length, for z, y and x; null leaves an axis alone
   */
  static double[] of(double[] values, int[] shape, double[][] kernels, Boundary boundary) {
    double[] result = values;
    for (int axis = 0; axis < 3; axis++) {
      if (kernels[axis] != null) {
        result = along(result, shape, axis, kernels[axis], boundary);
      }
    }
    return result;
  }

  /** The same with kernels for x, y and z. */
  static double[] ofXyz(Raster image, double[][] xyz, Boundary boundary) {
    double[][] zyx = {xyz[2], xyz[1], xyz[0]};
    return of(image.values(), image.shape(), zyx, boundary);
  }

  private static double[] along(
      double[] values, int[] shape, int axis, double[] kernel, Boundary boundary) {
    int half = kernel.length / 2;
    return Lines.filter(
        values,
        shape,
        axis,
        (in, out) -> {
          for (int i = 0; i < in.length; i++) {
            double sum = 0;
            for (int k = 0; k < kernel.length; k++) {
              sum += kernel[k] * boundary.at(in, i + half - k);
            }
            out[i] = sum;
          }
        });
  }

  /** The mean over a cube or, when flat, over a square in the slice. */
  static Raster mean(Raster image, int support, boolean inPlane, Boundary boundary) {
    double[] box = new double[support];
    java.util.Arrays.fill(box, 1.0 / support);
    double[][] kernels = {inPlane ? null : box, box, box};
    return image.withValues(of(image.values(), image.shape(), kernels, boundary));
  }
}
