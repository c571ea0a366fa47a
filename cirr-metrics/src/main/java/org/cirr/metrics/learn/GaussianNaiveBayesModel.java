package org.cirr.metrics.learn;

import java.util.Arrays;

/** What {@link GaussianNaiveBayes} has learned. */
public final class GaussianNaiveBayesModel implements Classifier {
  private final int[] classes;
  private final double[] priors;
  private final double[][] means;
  private final double[][] variances;

  GaussianNaiveBayesModel(int[] classes, double[] priors, double[][] means, double[][] variances) {
    this.classes = classes;
    this.priors = priors;
    this.means = means;
    this.variances = variances;
  }

  static GaussianNaiveBayesModel read(JsonField json, int[] classes, int features)
      throws MalformedClassifierException {
    JsonField priors = json.get("priors");
    double[] shares = priors.numbers(classes.length);
    JsonField variances = json.get("variances");
    double[][] spread = variances.table(classes.length, features);
    if (Arrays.stream(shares).anyMatch(share -> !(share > 0 && share <= 1))) {
      throw priors.refused("has a share that is not above 0 and up to 1");
    }
    if (Arrays.stream(spread).flatMapToDouble(Arrays::stream).anyMatch(v -> !(v > 0))) {
      throw variances.refused("has a variance that is not above 0");
    }
    double[][] means = json.get("means").table(classes.length, features);
    return new GaussianNaiveBayesModel(classes, shares, means, spread);
  }

  void write(JsonText json) {
    json.put("priors", priors).put("means", means).put("variances", variances);
  }

  @Override
  public int[] classes() {
    return classes.clone();
  }

  @Override
  public int features() {
    return means[0].length;
  }

  /** The mean of every feature in every class. */
  public double[][] means() {
    return Arrays.stream(means).map(double[]::clone).toArray(double[][]::new);
  }

  /** The variance of every feature in every class, smoothing included. */
  public double[][] variances() {
    return Arrays.stream(variances).map(double[]::clone).toArray(double[][]::new);
  }

  @Override
  public double[] scores(double[] row) {
    Rows.require(row, features());
    double[] scores = new double[classes.length];
    for (int c = 0; c < classes.length; c++) {
      double sum = 0;
      for (int j = 0; j < row.length; j++) {
        double distance = row[j] - means[c][j];
        // A distance that is squared first may overflow where the ratio would not.
        sum += Math.log(2 * Math.PI * variances[c][j]) + distance / variances[c][j] * distance;
      }
      scores[c] = Math.log(priors[c]) - Math.min(sum, Double.MAX_VALUE) / 2;
    }
    return Rows.softmax(scores);
  }
}
