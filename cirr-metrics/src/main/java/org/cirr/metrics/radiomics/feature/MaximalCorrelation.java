package org.cirr.metrics.radiomics.feature;

import java.util.Arrays;

/**
 * The maximal correlation coefficient of a co-occurrence matrix.
 *
 * <p><b>Formula</b>: √λ₂, where λ₂ is the second largest eigenvalue of Q(i, j) = Σ_k p(i, k) p(j,
 * k)/(p_x(i) p_y(k)). Q is similar to A Aᵀ with A(i, j) = p(i, j)/√(p_x(i) p_y(j)), whose largest
 * eigenvalue is 1 with eigenvector √p_x.
 *
 * <p><b>Source</b>: Haralick 1973, feature 14; pyradiomics {@code MCC}. The method is Lanczos with
 * full reorthogonalisation (Golub and Van Loan, chapter 10).
 */
final class MaximalCorrelation {
  /*
   * pyradiomics takes all eigenvalues of the dense and unsymmetric Q, which needs rows² memory and
   * rows³ time (issue 436 there is about its memory). Here the known eigenvector is projected out
   * and the largest remaining eigenvalue of the symmetric A Aᵀ is found by Lanczos steps over the
   * entries that are there: rows · steps memory. It stops when the residual bound of the Ritz pair
   * is at rounding level; with fewer than MOST_STEPS rows it is exact after rows − 1 steps anyway.
   */
  private static final double TOLERANCE = 1e-15;
  private static final int MOST_STEPS = 500;

  private MaximalCorrelation() {}

  static double of(CountMatrix matrix, double[] p, double[] px, double[] py) {
    int n = px.length;
    double[] a = new double[p.length];
    double[] known = new double[n];
    for (int k = 0; k < a.length; k++) {
      a[k] = p[k] / Math.sqrt(px[matrix.row[k]] * py[matrix.column[k]]);
    }
    for (int row = 0; row < n; row++) {
      known[row] = Math.sqrt(px[row]);
    }
    int steps = Math.min(n, MOST_STEPS);
    double[][] basis = new double[steps + 1][];
    basis[0] = start(px, known);
    if (basis[0] == null) {
      return 0;
    }
    double[] diagonal = new double[steps];
    double[] off = new double[steps];
    double value = 0;
    double[] between = new double[n];
    for (int step = 0; step < steps; step++) {
      double[] w = apply(matrix, a, basis[step], between);
      diagonal[step] = dot(w, basis[step]);
      for (int twice = 0; twice < 2; twice++) { // once is not enough at rounding level
        project(w, known);
        for (int b = 0; b <= step; b++) {
          project(w, basis[b]);
        }
      }
      off[step] = Math.sqrt(dot(w, w));
      value = Tridiagonal.largest(diagonal, off, step + 1);
      if (off[step] < 1e-14 || step % 4 == 3 && residual(diagonal, off, step, value) < TOLERANCE) {
        break;
      }
      scale(w, 1 / off[step]);
      basis[step + 1] = w;
    }
    return Math.sqrt(Math.max(0, value));
  }

  /** The bound on the error of a Ritz value: off · |last component of its vector|, squared. */
  private static double residual(double[] diagonal, double[] off, int step, double value) {
    double last = Tridiagonal.lastComponent(diagonal, off, step + 1, value);
    return off[step] * last * (off[step] * last);
  }

  /** A fixed vector of unit length that is at right angles to the known one. */
  private static double[] start(double[] px, double[] known) {
    double[] v = new double[px.length];
    for (int row = 0; row < v.length; row++) {
      // No symmetry and no pattern that a matrix could be at right angles to.
      v[row] = px[row] > 0 ? Math.sqrt(px[row]) * (1 + Math.sin(row * row + 1.0)) + 1e-3 : 0;
    }
    project(v, known);
    project(v, known);
    double length = Math.sqrt(dot(v, v));
    if (length < 1e-14) {
      return null; // a single level
    }
    scale(v, 1 / length);
    return v;
  }

  /** A Aᵀ v. */
  private static double[] apply(CountMatrix matrix, double[] a, double[] v, double[] between) {
    Arrays.fill(between, 0);
    for (int k = 0; k < a.length; k++) {
      between[matrix.column[k]] += a[k] * v[matrix.row[k]];
    }
    double[] w = new double[v.length];
    for (int k = 0; k < a.length; k++) {
      w[matrix.row[k]] += a[k] * between[matrix.column[k]];
    }
    return w;
  }

  private static void project(double[] w, double[] unit) {
    double along = dot(w, unit);
    for (int i = 0; i < w.length; i++) {
      w[i] -= along * unit[i];
    }
  }

  private static void scale(double[] v, double factor) {
    for (int i = 0; i < v.length; i++) {
      v[i] *= factor;
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
