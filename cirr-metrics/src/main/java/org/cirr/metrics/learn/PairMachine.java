package org.cirr.metrics.learn;

import java.util.Arrays;

/**
 * The support-vector machine of two classes.
 *
 * <p>The decision of x is Σ coefficient_i K(x_i, x) + intercept, positive for the first class.
 *
 * <p><b>Source</b>: Fan, Chen and Lin, Working Set Selection Using Second Order Information (2005),
 * algorithm 2 and its WSS 3; Chang and Lin, LIBSVM (2011), section 4 for the intercept.
 *
 * @param coefficients y_i α_i of every case, 0 for cases that are no support vectors
 */
record PairMachine(double[] coefficients, double intercept) {
  private static final double SMALLEST_CURVATURE = 1e-12;
  private static final long LEAST_ITERATIONS = 10_000_000;

  /** The inner product of two cases. */
  @FunctionalInterface
  interface Product {
    double of(int i, int j);
  }

  /**
   * Solves the dual problem.
   *
   * @param signs +1 for the first class, −1 for the second
   */
  static PairMachine train(
      int cases, double[] signs, Product product, double penalty, double tolerance) {
    return new Solver(cases, signs, product, penalty, tolerance).solve();
  }

  private static final class Solver {
    private final int n;
    private final double[] y;
    private final Product product;
    private final double penalty;
    private final double tolerance;
    private final double[] alpha;
    private final double[] gradient;
    private final double[] diagonal;
    private final float[][] rows; // of Q, made when first needed
    private int first;
    private int second;

    Solver(int n, double[] y, Product product, double penalty, double tolerance) {
      this.n = n;
      this.y = y;
      this.product = product;
      this.penalty = penalty;
      this.tolerance = tolerance;
      alpha = new double[n];
      gradient = new double[n];
      Arrays.fill(gradient, -1);
      diagonal = new double[n];
      Arrays.setAll(diagonal, i -> product.of(i, i));
      rows = new float[n][];
    }

    PairMachine solve() {
      long most = Math.max(LEAST_ITERATIONS, 100L * n);
      for (long iteration = 0; iteration < most && select(); iteration++) {
        step(first, second);
      }
      double[] coefficients = new double[n];
      Arrays.setAll(coefficients, i -> y[i] * alpha[i]);
      return new PairMachine(coefficients, -offset());
    }

    /** A row of Q, rounded to float32 as LIBSVM does, so that both take the same steps. */
    private float[] row(int i) {
      if (rows[i] == null) {
        float[] row = new float[n];
        for (int j = 0; j < n; j++) {
          row[j] = (float) (y[i] * y[j] * product.of(i, j));
        }
        rows[i] = row;
      }
      return rows[i];
    }

    private boolean mayRise(int t) {
      return y[t] > 0 ? alpha[t] < penalty : alpha[t] > 0;
    }

    private boolean mayFall(int t) {
      return y[t] > 0 ? alpha[t] > 0 : alpha[t] < penalty;
    }

    /** Picks the pair that promises the largest decrease; false when nothing violates. */
    private boolean select() {
      double highest = Double.NEGATIVE_INFINITY;
      first = -1;
      for (int t = 0; t < n; t++) {
        if (mayRise(t) && -y[t] * gradient[t] >= highest) {
          highest = -y[t] * gradient[t];
          first = t;
        }
      }
      if (first < 0) {
        return false;
      }
      float[] q = row(first);
      double lowest = Double.POSITIVE_INFINITY;
      double best = Double.POSITIVE_INFINITY;
      second = -1;
      for (int t = 0; t < n; t++) {
        if (!mayFall(t)) {
          continue;
        }
        double value = -y[t] * gradient[t];
        lowest = Math.min(lowest, value);
        double violation = highest - value;
        if (violation > 0) {
          double curvature = diagonal[first] + diagonal[t] - 2 * y[first] * y[t] * q[t];
          double decrease = -violation * violation / Math.max(curvature, SMALLEST_CURVATURE);
          if (decrease <= best) {
            best = decrease;
            second = t;
          }
        }
      }
      return second >= 0 && highest - lowest >= tolerance;
    }

    /** Moves two multipliers along the line that keeps Σyα, within the box. */
    private void step(int i, int j) {
      float[] qi = row(i);
      float[] qj = row(j);
      double oldI = alpha[i];
      double oldJ = alpha[j];
      boolean opposite = y[i] != y[j];
      double curvature = diagonal[i] + diagonal[j] + (opposite ? 2 : -2) * qi[j];
      curvature = Math.max(curvature, SMALLEST_CURVATURE);
      if (opposite) {
        double delta = (-gradient[i] - gradient[j]) / curvature;
        moveTogether(i, j, oldI + delta, oldJ + delta, oldI - oldJ);
      } else {
        double delta = (gradient[i] - gradient[j]) / curvature;
        moveApart(i, j, oldI - delta, oldJ + delta, oldI + oldJ);
      }
      double changeI = alpha[i] - oldI;
      double changeJ = alpha[j] - oldJ;
      for (int t = 0; t < n; t++) {
        gradient[t] += qi[t] * changeI + qj[t] * changeJ;
      }
    }

    /** Sets both, keeping their difference; what leaves the box is put exactly onto its edge. */
    private void moveTogether(int i, int j, double a, double b, double difference) {
      double low = Math.min(a, b); // the one that reaches 0 first
      double high = Math.max(a, b);
      boolean firstIsHigh = difference > 0;
      double apart = Math.abs(difference);
      if (low < 0) {
        low = 0;
        high = apart;
      }
      if (high > penalty) {
        high = penalty;
        low = penalty - apart;
      }
      alpha[i] = firstIsHigh ? high : low;
      alpha[j] = firstIsHigh ? low : high;
    }

    /** Sets both, keeping their sum; what leaves the box is put exactly onto its edge. */
    private void moveApart(int i, int j, double a, double b, double sum) {
      double edge = sum > penalty ? penalty : 0; // where they are stopped
      if (sum > penalty ? a > edge : a < edge) {
        alpha[i] = edge;
        alpha[j] = sum - edge;
      } else if (sum > penalty ? b > edge : b < edge) {
        alpha[i] = sum - edge;
        alpha[j] = edge;
      } else {
        alpha[i] = a;
        alpha[j] = b;
      }
    }

    /** ρ: the mean of yG over free multipliers, or the middle of what the bounds allow. */
    private double offset() {
      double upper = Double.POSITIVE_INFINITY;
      double lower = Double.NEGATIVE_INFINITY;
      double sum = 0;
      int free = 0;
      for (int t = 0; t < n; t++) {
        double value = y[t] * gradient[t];
        if (alpha[t] > 0 && alpha[t] < penalty) {
          free++;
          sum += value;
        } else if (alpha[t] == 0 == y[t] > 0) {
          upper = Math.min(upper, value);
        } else {
          lower = Math.max(lower, value);
        }
      }
      return free > 0 ? sum / free : (upper + lower) / 2;
    }
  }
}
