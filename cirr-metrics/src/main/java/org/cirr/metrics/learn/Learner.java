package org.cirr.metrics.learn;

/**
 * The settings of a learner; {@link #fit} makes a {@link Classifier} of cases whose class is known.
 *
 * <p>Settings are immutable; the same settings and cases give the same classifier.
 *
 * <p><b>Errors</b> of all learners: {@link IllegalArgumentException} when there are no cases or no
 * features, rows differ in length, their number is not that of the labels, a value is not finite,
 * or the learner needs more classes than there are.
 */
public sealed interface Learner
    permits DecisionTree,
        RandomForest,
        NearestNeighbours,
        SupportVectors,
        GaussianNaiveBayes,
        LogisticRegression,
        GradientBoosting,
        Calibrated,
        Pipeline {

  /**
   * Learns.
   *
   * <p><b>Shapes</b>: one row per case, one column per feature.
   *
   * @param labels the class of each case, any whole numbers
   */
  Classifier fit(double[][] features, int[] labels);
}
