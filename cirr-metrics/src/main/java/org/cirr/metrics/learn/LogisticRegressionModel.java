package org.cirr.metrics.learn;

import java.util.Arrays;

/** The weights that {@link LogisticRegression} has found. */
public final class LogisticRegressionModel implements Classifier {
  private final int[] classes;
  private final double[][] weights;
  private final double[] intercepts;
  private final boolean converged;

  LogisticRegressionModel(
      int[] classes, double[][] weights, double[] intercepts, boolean converged) {
    this.classes = classes;
    this.weights = weights;
    this.intercepts = intercepts;
    this.converged = converged;
  }

  static LogisticRegressionModel read(JsonField json, int[] classes, int features)
      throws MalformedClassifierException {
    if (classes.length < 2) {
      throw json.get("classes").refused("has one class, expected 2 or more");
    }
    int outputs = classes.length == 2 ? 1 : classes.length;
    double[][] weights = json.get("weights").table(outputs, features);
    double[] intercepts = json.get("intercepts").numbers(outputs);
    boolean converged = json.get("converged").whole(0, 1) == 1;
    return new LogisticRegressionModel(classes, weights, intercepts, converged);
  }

  void write(JsonText json) {
    json.put("weights", weights).put("intercepts", intercepts).put("converged", converged ? 1 : 0);
  }

  @Override
  public int[] classes() {
    return classes.clone();
  }

  @Override
  public int features() {
    return weights[0].length;
  }

  /** The weights, one row per class; with two classes one row, for the second class. */
  public double[][] weights() {
    return Arrays.stream(weights).map(double[]::clone).toArray(double[][]::new);
  }

  /** The intercepts, as many as there are rows of weights. */
  public double[] intercepts() {
    return intercepts.clone();
  }

  /**
   * Whether the gradient is within the tolerance; if not, standardise the features or allow more
   * iterations.
   */
  public boolean converged() {
    return converged;
  }

  @Override
  public double[] scores(double[] row) {
    Rows.require(row, features());
    double[] raw = new double[weights.length];
    for (int k = 0; k < raw.length; k++) {
      raw[k] = intercepts[k] + Rows.dot(weights[k], row);
    }
    if (raw.length > 1) {
      return Rows.softmax(raw);
    }
    double second = Rows.logistic(raw[0]);
    return new double[] {1 - second, second};
  }
}
