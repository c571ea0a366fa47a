package org.cirr.metrics.radiomics.feature;

/** The eigenvalues of a small symmetric matrix. */
final class SymmetricEigen {
  private static final int MOST_SWEEPS = 60;

  private SymmetricEigen() {}

  /**
   * The eigenvalues in descending order.
   *
   * <p><b>Source</b>: cyclic Jacobi rotations, Golub and Van Loan, section 8.5.
   *
   * @param a overwritten
   */
  static double[] values(double[][] a) {
    int n = a.length;
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
      double off = 0;
      double all = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          all += a[i][j] * a[i][j];
          off += i == j ? 0 : a[i][j] * a[i][j];
        }
      }
      if (off <= 1e-36 * all) {
        break;
      }
      for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < n; j++) {
          if (a[i][j] != 0) {
            rotate(a, i, j);
          }
        }
      }
    }
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[n - 1 - i] = a[i][i];
    }
    java.util.Arrays.sort(values);
    for (int i = 0; i < n / 2; i++) {
      double swap = values[i];
      values[i] = values[n - 1 - i];
      values[n - 1 - i] = swap;
    }
    return values;
  }

  private static void rotate(double[][] a, int i, int j) {
    double theta = (a[j][j] - a[i][i]) / (2 * a[i][j]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (int k = 0; k < a.length; k++) {
      double aik = a[i][k];
      double ajk = a[j][k];
      a[i][k] = c * aik - s * ajk;
      a[j][k] = s * aik + c * ajk;
    }
    for (int k = 0; k < a.length; k++) {
      double aki = a[k][i];
      double akj = a[k][j];
      a[k][i] = c * aki - s * akj;
      a[k][j] = s * aki + c * akj;
    }
  }
}
