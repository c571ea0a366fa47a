package org.cirr.metrics.learn;

import org.cirr.metrics.numeric.Samples;

/**
 * Naive Bayes with a normal distribution of every feature in every class.
 *
 * <p><b>Formula</b>: log π_c − ½Σ(log 2πσ² + (x − θ)²/σ²), π the share of the class, θ its mean, σ²
 * its variance (divided by n) plus {@code smoothing} times the largest variance of a feature over
 * all cases; probabilities by softmax.
 *
 * <p><b>Edge cases</b>: one class only is predicted with probability 1; when all features are
 * constant all variances are 0, the smallest normal number stands in, and the shares of the classes
 * decide.
 *
 * <p><b>Source</b>: scikit-learn's {@code GaussianNB}.
 *
 * @param smoothing 1e-9 by default
 */
public record GaussianNaiveBayes(double smoothing) implements Learner {
  /** Checks the setting. */
  public GaussianNaiveBayes {
    if (!(smoothing >= 0 && smoothing < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "smoothing is a share of a variance, 0 or more, got " + smoothing + "; 1e-9 is usual");
    }
  }

  /** scikit-learn's defaults. */
  public static GaussianNaiveBayes defaults() {
    return new GaussianNaiveBayes(1e-9);
  }

  @Override
  public GaussianNaiveBayesModel fit(double[][] features, int[] labels) {
    TrainingSet set = TrainingSet.of(features, labels, "naive Bayes", 1);
    int p = set.features();
    int classes = set.classes().length;
    double largest = 0;
    for (int j = 0; j < p; j++) {
      largest = Math.max(largest, variance(Rows.column(features, j)));
    }
    double added = smoothing * largest;
    double[] priors = new double[classes];
    double[][] means = new double[classes][p];
    double[][] variances = new double[classes][p];
    for (int c = 0; c < classes; c++) {
      double[][] rows = Rows.at(features, set.casesOf(c));
      priors[c] = (double) rows.length / set.cases();
      for (int j = 0; j < p; j++) {
        double[] column = Rows.column(rows, j);
        means[c][j] = Samples.mean(column);
        variances[c][j] = Math.max(Double.MIN_NORMAL, variance(column) + added);
      }
    }
    return new GaussianNaiveBayesModel(set.classes(), priors, means, variances);
  }

  private static double variance(double[] column) {
    return Samples.squares(column) / column.length;
  }
}
