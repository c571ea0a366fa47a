package org.cirr.metrics.learn;

/**
 * What a {@link Learner} has learned. Immutable and safe for use by many threads at once.
 *
 * <p><b>Errors</b> of all methods that take a row: {@link IllegalArgumentException} when it has not
 * {@link #features()} values or one of them is not finite.
 */
public sealed interface Classifier
    permits DecisionTreeModel,
        RandomForestModel,
        NearestNeighboursModel,
        SupportVectorsModel,
        GaussianNaiveBayesModel,
        LogisticRegressionModel,
        GradientBoostingModel,
        CalibratedModel,
        PipelineModel {

  /** The classes, ascending; scores are in this order. */
  int[] classes();

  /** The number of features of a row. */
  int features();

  /**
   * One number per class, larger for a likelier class: the probabilities where {@link
   * #probabilistic()}.
   */
  double[] scores(double[] row);

  /** Whether the scores are probabilities that add to 1. */
  default boolean probabilistic() {
    return true;
  }

  /** The class with the largest score, the smallest class among equals. */
  default int predict(double[] row) {
    return classes()[Rows.largest(scores(row))];
  }

  /** The scores of several rows. */
  default double[][] scores(double[][] rows) {
    double[][] scores = new double[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      scores[i] = scores(rows[i]);
    }
    return scores;
  }

  /** The classes of several rows. */
  default int[] predict(double[][] rows) {
    int[] predicted = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      predicted[i] = predict(rows[i]);
    }
    return predicted;
  }
}
