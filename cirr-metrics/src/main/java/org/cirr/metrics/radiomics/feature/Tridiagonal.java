package org.cirr.metrics.radiomics.feature;

/** The largest eigenvalue of a symmetric tridiagonal matrix whose eigenvalues lie in [0, 1]. */
final class Tridiagonal {
  private Tridiagonal() {}

  /**
   * The largest eigenvalue, by bisection with Sturm counts.
   *
   * <p><b>Source</b>: Golub and Van Loan, section 8.4.
   *
   * @param off {@code off[i]} couples i and i + 1; only {@code size − 1} of them are read
   */
  static double largest(double[] diagonal, double[] off, int size) {
    double low = 0;
    double high = 2;
    for (int i = 0; i < 60; i++) {
      double middle = 0.5 * (low + high);
      if (allBelow(diagonal, off, size, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return 0.5 * (low + high);
  }

  /** Whether x − T is positive definite: all its pivots are positive. */
  private static boolean allBelow(double[] diagonal, double[] off, int size, double x) {
    double pivot = x - diagonal[0];
    for (int i = 1; pivot > 0 && i < size; i++) {
      pivot = x - diagonal[i] - off[i - 1] * off[i - 1] / pivot;
    }
    return pivot > 0;
  }

  /** The last component of the unit eigenvector of the largest eigenvalue. */
  static double lastComponent(double[] diagonal, double[] off, int size, double value) {
    // Back from the last row: v[i] follows from v[i + 1]; the pivots from the top give the ratios.
    double[] pivot = new double[size];
    pivot[0] = value - diagonal[0];
    for (int i = 1; i < size; i++) {
      pivot[i] = value - diagonal[i] - off[i - 1] * off[i - 1] / pivot[i - 1];
    }
    double squares = 1;
    double component = 1;
    for (int i = size - 2; i >= 0 && squares < 1e300; i--) {
      component *= off[i] / pivot[i];
      squares += component * component;
    }
    return 1 / Math.sqrt(squares);
  }
}
