package org.cirr.metrics.learn;

import java.util.Arrays;
import org.cirr.metrics.numeric.Samples;

/**
 * Linear regression whose L1 penalty makes most weights exactly 0.
 *
 * <p><b>Formula</b>: minimises ‖y − Xw − b‖²/(2n) + alpha·Σ|w| by coordinate descent; stops when
 * the duality gap is at most {@code tolerance}·‖y − ȳ‖²/n.
 *
 * <p><b>Edge cases</b>: a constant feature has weight 0; a constant target gives weights of 0.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when the table is not as {@link Learner} asks,
 * or a target is not finite.
 *
 * <p><b>Source</b>: Friedman, Hastie and Tibshirani (2010); scikit-learn's {@code Lasso} and {@code
 * LassoCV}. Commons Math has least squares without a penalty only.
 *
 * @param alpha the penalty, 1 by default
 * @param tolerance 1e-4 by default
 * @param iterations at most, over all features, 1000 by default
 */
public record Lasso(double alpha, double tolerance, int iterations) {
  private static final int PATH = 100;
  private static final double PATH_END = 1e-3;

  /** The line that was found. */
  public record Fit(double[] weights, double intercept) {
    /** The value predicted for a row. */
    public double predict(double[] row) {
      return intercept + Rows.dot(weights, Rows.require(row, weights.length));
    }
  }

  /** Checks the settings. */
  public Lasso {
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY) || !(tolerance > 0) || iterations < 1) {
      throw new IllegalArgumentException(
          "a lasso has an alpha and a tolerance above 0 and 1 iteration or more, got "
              + alpha
              + ", "
              + tolerance
              + " and "
              + iterations);
    }
  }

  /** scikit-learn's defaults. */
  public static Lasso defaults() {
    return new Lasso(1, 1e-4, 1000);
  }

  /** These settings with another penalty. */
  public Lasso withAlpha(double other) {
    return new Lasso(other, tolerance, iterations);
  }

  /** These settings with another tolerance and number of iterations. */
  public Lasso withTolerance(double other, int mostIterations) {
    return new Lasso(alpha, other, mostIterations);
  }

  /** Fits targets. */
  public Fit fit(double[][] features, double[] targets) {
    return new Centred(features, targets).fit(this, new double[features[0].length]);
  }

  /**
   * The penalty with the smallest mean squared error over folds without shuffling, among 100 from
   * the smallest that makes all weights 0 down to a thousandth of it, evenly on a log scale.
   *
   * <p><b>Edge cases</b>: of equally good penalties the largest.
   */
  public double chooseAlpha(double[][] features, double[] targets, int folds) {
    Centred whole = new Centred(features, targets);
    double largest = Math.max(whole.largestAlpha(), Double.MIN_NORMAL / PATH_END);
    double[] alphas = new double[PATH];
    Arrays.setAll(alphas, i -> largest * Math.pow(PATH_END, i / (PATH - 1.0)));
    double[] errors = new double[PATH];
    for (Folds.Fold fold : Folds.plain(targets.length, folds)) {
      double[][] rows = Rows.at(features, fold.train());
      Centred part = new Centred(rows, at(targets, fold.train()));
      double[] weights = new double[features[0].length];
      for (int i = 0; i < PATH; i++) {
        Fit fit = part.fit(withAlpha(alphas[i]), weights); // from the last weights on
        double squares = 0;
        for (int test : fold.test()) {
          double miss = targets[test] - fit.predict(features[test]);
          squares += miss * miss;
        }
        errors[i] += squares / fold.test().length / folds;
      }
    }
    int best = 0;
    for (int i = 1; i < PATH; i++) {
      best = errors[i] < errors[best] ? i : best;
    }
    return alphas[best];
  }

  private static double[] at(double[] values, int[] places) {
    return Arrays.stream(places).mapToDouble(i -> values[i]).toArray();
  }

  /** A table and targets with their means taken away, column by column. */
  private static final class Centred {
    private final int n;
    private final double[][] columns;
    private final double[] means;
    private final double[] squares;
    private final double[] targets;
    private final double targetMean;

    Centred(double[][] features, double[] values) {
      Rows.requireTable(features);
      Samples.require("targets", values, 1);
      if (features.length != values.length) {
        throw new IllegalArgumentException(
            "every case has one target, got "
                + features.length
                + " cases and "
                + values.length
                + " targets");
      }
      n = features.length;
      columns = new double[features[0].length][];
      means = new double[columns.length];
      squares = new double[columns.length];
      for (int j = 0; j < columns.length; j++) {
        double[] column = Rows.column(features, j);
        double mean = Samples.mean(column);
        boolean constant = Samples.constant(column);
        means[j] = mean;
        columns[j] = Arrays.stream(column).map(v -> constant ? 0 : v - mean).toArray();
        squares[j] = Rows.dot(columns[j], columns[j]);
      }
      targetMean = Samples.mean(values);
      targets = Arrays.stream(values).map(v -> v - targetMean).toArray();
    }

    double largestAlpha() {
      double largest = 0;
      for (double[] column : columns) {
        largest = Math.max(largest, Math.abs(Rows.dot(column, targets)) / n);
      }
      return largest;
    }

    /** Descends from the given weights, which are changed. */
    Fit fit(Lasso settings, double[] weights) {
      double[] residual = targets.clone();
      for (int j = 0; j < weights.length; j++) {
        addTo(residual, -weights[j], columns[j]);
      }
      double penalty = settings.alpha * n;
      double enough = settings.tolerance * Rows.dot(targets, targets);
      for (int i = 0; i < settings.iterations; i++) {
        double largestStep = 0;
        double largestWeight = 0;
        for (int j = 0; j < weights.length; j++) {
          double step = descend(j, penalty, weights, residual);
          largestStep = Math.max(largestStep, Math.abs(step));
          largestWeight = Math.max(largestWeight, Math.abs(weights[j]));
        }
        boolean still = largestStep <= settings.tolerance * largestWeight;
        if (largestWeight == 0 || still && gap(penalty, weights, residual) <= enough) {
          break;
        }
      }
      return new Fit(weights.clone(), targetMean - Rows.dot(weights, means));
    }

    /** Sets one weight to the best value given the others; returns the change. */
    private double descend(int j, double penalty, double[] weights, double[] residual) {
      if (squares[j] == 0) {
        return 0;
      }
      double old = weights[j];
      double pull = Rows.dot(columns[j], residual) + old * squares[j];
      double shrunk = Math.max(0, Math.abs(pull) - penalty) / squares[j];
      weights[j] = Math.copySign(shrunk, pull);
      addTo(residual, old - weights[j], columns[j]);
      return weights[j] - old;
    }

    /** How far the objective, times n, can be above its minimum. */
    private double gap(double penalty, double[] weights, double[] residual) {
      double steepest = 0;
      double size = 0;
      for (int j = 0; j < weights.length; j++) {
        steepest = Math.max(steepest, Math.abs(Rows.dot(columns[j], residual)));
        size += Math.abs(weights[j]);
      }
      double shrink = steepest > penalty ? penalty / steepest : 1;
      double squaresLeft = Rows.dot(residual, residual);
      double primal = squaresLeft / 2 + penalty * size;
      double dual = shrink * Rows.dot(residual, targets) - shrink * shrink * squaresLeft / 2;
      return primal - dual;
    }

    private static void addTo(double[] to, double factor, double[] column) {
      if (factor != 0) {
        for (int i = 0; i < to.length; i++) {
          to[i] += factor * column[i];
        }
      }
    }
  }
}
