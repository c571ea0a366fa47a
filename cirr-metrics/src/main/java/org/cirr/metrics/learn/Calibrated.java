package org.cirr.metrics.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A learner whose scores are turned into probabilities by {@link PlattScaling}.
 *
 * <p><b>Formula</b>: every case is scored by the learner trained on the other folds; per class the
 * sigmoid of its scores is fitted (two classes: one sigmoid, of the second). The learner is then
 * trained on all cases. The probabilities of several classes are divided by their sum.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for fewer than two folds or more than the most
 * frequent class has cases, and fewer than two classes.
 *
 * <p><b>Source</b>: scikit-learn's {@code CalibratedClassifierCV(method='sigmoid', cv=5,
 * ensemble=False)}, the way to probabilities of {@code SVC} since its own were given up.
 *
 * @param folds 5 by default; stratified, in the order of the cases
 */
public record Calibrated(Learner learner, int folds) implements Learner {

  /** A learner must be there. */
  public Calibrated {
    Objects.requireNonNull(learner, "learner");
    if (folds < 2) {
      throw new IllegalArgumentException("calibration needs 2 folds or more, got " + folds);
    }
  }

  /** With five folds. */
  public static Calibrated of(Learner learner) {
    return new Calibrated(learner, 5);
  }

  @Override
  public CalibratedModel fit(double[][] features, int[] labels) {
    TrainingSet set = TrainingSet.of(features, labels, "a calibrated classifier", 2);
    CrossValidation held =
        CrossValidation.of(learner, features, labels, Folds.stratified(labels, folds));
    int[] classes = set.classes();
    List<PlattScaling> sigmoids = new ArrayList<>();
    for (int c = classes.length == 2 ? 1 : 0; c < classes.length; c++) {
      int column = c;
      double[] scores = Arrays.stream(held.scores()).mapToDouble(row -> row[column]).toArray();
      boolean[] isClass = new boolean[labels.length];
      for (int i = 0; i < labels.length; i++) {
        isClass[i] = labels[i] == classes[c];
        // a class that a fold never saw: as unlikely as its lowest score
        scores[i] = scores[i] == Double.NEGATIVE_INFINITY ? least(scores) : scores[i];
      }
      sigmoids.add(PlattScaling.fit(scores, isClass));
    }
    return new CalibratedModel(learner.fit(features, labels), sigmoids);
  }

  private static double least(double[] scores) {
    return Arrays.stream(scores).filter(Double::isFinite).min().orElse(0);
  }
}
