package org.cirr.metrics.radiomics.feature;

import org.cirr.volume.Spacing;

/** The variances of a mask's voxel centres along their principal axes, in mm², descending. */
final class PrincipalAxes {
  private PrincipalAxes() {}

  /**
   * The eigenvalues of the covariance of the voxel centres.
   *
   * <p><b>Edge cases</b>: rounding may make an eigenvalue negative; between −10⁻¹⁰ and 0 it is set
   * to 0, as pyradiomics does.
   *
   * @param bessel whether the covariance is divided by N − 1, as IBSI's reference values are, and
   *     not by N, as pyradiomics does
   */
  static double[] of(boolean[] inside, int[] shape, Spacing spacing, boolean bessel) {
    double[] scale = spacing.toArray();
    long n = 0;
    double[] sum = new double[3];
    double[][] squares = new double[3][3];
    // Centred at the box's middle, so that the squares lose no digits to the mean.
    double[] middle = {(shape[0] - 1) / 2.0, (shape[1] - 1) / 2.0, (shape[2] - 1) / 2.0};
    double[] at = new double[3];
    for (int z = 0, i = 0; z < shape[0]; z++) {
      for (int y = 0; y < shape[1]; y++) {
        for (int x = 0; x < shape[2]; x++, i++) {
          if (!inside[i]) {
            continue;
          }
          n++;
          at[0] = (z - middle[0]) * scale[0];
          at[1] = (y - middle[1]) * scale[1];
          at[2] = (x - middle[2]) * scale[2];
          for (int a = 0; a < 3; a++) {
            sum[a] += at[a];
            for (int b = 0; b <= a; b++) {
              squares[a][b] += at[a] * at[b];
            }
          }
        }
      }
    }
    double divisor = bessel ? n - 1 : n;
    double[][] covariance = new double[3][3];
    for (int a = 0; a < 3; a++) {
      for (int b = 0; b <= a; b++) {
        covariance[a][b] = (squares[a][b] - sum[a] * sum[b] / n) / divisor;
        covariance[b][a] = covariance[a][b];
      }
    }
    double[] values = SymmetricEigen.values(covariance);
    for (int k = 0; k < 3; k++) {
      values[k] = values[k] < 0 && values[k] > -1e-10 ? 0 : values[k];
    }
    return values;
  }
}
