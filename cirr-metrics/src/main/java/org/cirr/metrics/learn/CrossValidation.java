package org.cirr.metrics.learn;

import java.util.Arrays;
import java.util.List;

/**
 * Predictions for every case by a classifier that was trained without it.
 *
 * @param classes ascending; the columns of the scores
 * @param predicted the class of every case
 * @param scores one row per case; a class that a fold's training cases lack has score 0, or −∞
 *     where scores are no probabilities
 * @param folds the number of the fold that each case was tested in
 */
public record CrossValidation(int[] classes, int[] predicted, double[][] scores, int[] folds) {

  /**
   * Trains once per fold.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when a case is tested in no fold, a fold
   * names a case that there is not, and those of the learner.
   */
  public static CrossValidation of(
      Learner learner, double[][] features, int[] labels, List<Folds.Fold> folds) {
    Rows.requireLabelled(features, labels);
    int[] classes = Arrays.stream(labels).distinct().sorted().toArray();
    int n = labels.length;
    int[] predicted = new int[n];
    double[][] scores = new double[n][classes.length];
    int[] fold = new int[n];
    Arrays.fill(fold, -1);
    for (int f = 0; f < folds.size(); f++) {
      requireCases(folds.get(f).train(), n, f);
      requireCases(folds.get(f).test(), n, f);
      int[] train = folds.get(f).train();
      Classifier classifier = learner.fit(Rows.at(features, train), Rows.at(labels, train));
      for (int i : folds.get(f).test()) {
        predicted[i] = classifier.predict(features[i]);
        fold[i] = f;
        Arrays.fill(scores[i], classifier.probabilistic() ? 0 : Double.NEGATIVE_INFINITY);
        double[] found = classifier.scores(features[i]);
        for (int k = 0; k < found.length; k++) {
          scores[i][Arrays.binarySearch(classes, classifier.classes()[k])] = found[k];
        }
      }
    }
    for (int i = 0; i < n; i++) {
      if (fold[i] < 0) {
        throw new IllegalArgumentException(
            "case " + i + " is tested in no fold; make the folds of the same cases");
      }
    }
    return new CrossValidation(classes, predicted, scores, fold);
  }

  private static void requireCases(int[] places, int cases, int fold) {
    for (int place : places) {
      if (place < 0 || place >= cases) {
        throw new IllegalArgumentException(
            "fold "
                + fold
                + " names case "
                + place
                + ", but there are "
                + cases
                + " cases, counted from 0; make the folds of the same cases");
      }
    }
  }
}
