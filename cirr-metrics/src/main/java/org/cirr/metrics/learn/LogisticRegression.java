package org.cirr.metrics.learn;

import java.util.Arrays;

/**
 * Logistic regression with an L2 penalty.
 *
 * <p><b>Formula</b>: minimises mean(−log p of the true class) + ‖W‖²/(2·penalty·n), the intercepts
 * free; p by softmax of Wx + b, with two classes by one weight vector for the second class.
 *
 * <p><b>Edge cases</b>: at least two classes are needed. Without standardised features the default
 * number of iterations may not suffice: {@link LogisticRegressionModel#converged()} tells.
 *
 * <p><b>Source</b>: scikit-learn's {@code LogisticRegression}; the optimum is the same, the way
 * there (and so the last digits at the default tolerance) is not: its line search differs.
 *
 * @param penalty C, the inverse strength of the penalty, 1 by default
 * @param tolerance on the largest component of the gradient, 1e-4 by default
 * @param iterations at most, 100 by default
 */
public record LogisticRegression(double penalty, double tolerance, int iterations)
    implements Learner {

  /** Checks the settings. */
  public LogisticRegression {
    if (!(penalty > 0 && penalty < Double.POSITIVE_INFINITY)
        || !(tolerance >= 0)
        || iterations < 1) {
      throw new IllegalArgumentException(
          "logistic regression has a penalty above 0, a tolerance of 0 or more and 1 iteration or"
              + " more, got "
              + penalty
              + ", "
              + tolerance
              + " and "
              + iterations);
    }
  }

  /** scikit-learn's defaults. */
  public static LogisticRegression defaults() {
    return new LogisticRegression(1, 1e-4, 100);
  }

  /** These settings with another tolerance and number of iterations. */
  public LogisticRegression withTolerance(double other, int mostIterations) {
    return new LogisticRegression(penalty, other, mostIterations);
  }

  /** These settings with another penalty. */
  public LogisticRegression withPenalty(double other) {
    return new LogisticRegression(other, tolerance, iterations);
  }

  @Override
  public LogisticRegressionModel fit(double[][] features, int[] labels) {
    TrainingSet set = TrainingSet.of(features, labels, "logistic regression", 2);
    int p = set.features();
    int outputs = set.classes().length == 2 ? 1 : set.classes().length;
    Lbfgs.Result result =
        Lbfgs.minimize(
            (point, gradient) -> loss(set, outputs, point, gradient),
            new double[outputs * (p + 1)],
            tolerance,
            iterations);
    double[][] weights = new double[outputs][];
    double[] intercepts = new double[outputs];
    for (int k = 0; k < outputs; k++) {
      weights[k] = Arrays.copyOfRange(result.point(), k * (p + 1), k * (p + 1) + p);
      intercepts[k] = result.point()[k * (p + 1) + p];
    }
    return new LogisticRegressionModel(set.classes(), weights, intercepts, result.converged());
  }

  /** The objective; the point holds for each output its p weights and its intercept. */
  private double loss(TrainingSet set, int outputs, double[] point, double[] gradient) {
    int n = set.cases();
    int p = set.features();
    Arrays.fill(gradient, 0);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double[] row = set.rows()[i];
      double[] z = new double[outputs];
      for (int k = 0; k < outputs; k++) {
        z[k] = point[k * (p + 1) + p];
        for (int j = 0; j < p; j++) {
          z[k] += point[k * (p + 1) + j] * row[j];
        }
      }
      sum += residuals(z, set.targets()[i]);
      for (int k = 0; k < outputs; k++) {
        for (int j = 0; j < p; j++) {
          gradient[k * (p + 1) + j] += z[k] * row[j] / n;
        }
        gradient[k * (p + 1) + p] += z[k] / n;
      }
    }
    double squares = 0;
    for (int k = 0; k < outputs; k++) {
      for (int j = k * (p + 1); j < k * (p + 1) + p; j++) {
        squares += point[j] * point[j];
        gradient[j] += point[j] / (penalty * n);
      }
    }
    return sum / n + squares / (2 * penalty * n);
  }

  /** Replaces raw scores by p − 1[true]; returns the loss. */
  private static double residuals(double[] z, int target) {
    if (z.length == 1) {
      double raw = target == 1 ? z[0] : -z[0];
      z[0] = Rows.logistic(z[0]) - target;
      return raw > 0 ? Math.log1p(Math.exp(-raw)) : Math.log1p(Math.exp(raw)) - raw;
    }
    double most = Arrays.stream(z).max().getAsDouble();
    double own = z[target] - most;
    double sum = 0;
    for (double raw : z) {
      sum += Math.exp(raw - most);
    }
    Rows.softmax(z);
    z[target] -= 1;
    return Math.log(sum) - own;
  }
}
