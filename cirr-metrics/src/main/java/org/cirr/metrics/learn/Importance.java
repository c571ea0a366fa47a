package org.cirr.metrics.learn;

import java.util.stream.IntStream;
import org.cirr.metrics.numeric.NumpyRandom;
import org.cirr.metrics.numeric.Samples;

/**
 * How much worse a classifier becomes when a feature is shuffled among the cases.
 *
 * <p>Unlike the impurity importances of trees it works for every classifier and on test cases, and
 * does not favour features with many values.
 *
 * <p><b>Formula</b>: accuracy minus accuracy with the feature shuffled, over the repeats.
 *
 * <p><b>Edge cases</b>: one case cannot be shuffled and gives 0; features that tell the same share
 * their importance.
 *
 * <p><b>Source</b>: Breiman (2001); scikit-learn's {@code permutation_importance}, whose numbers a
 * seed gives.
 *
 * @param means the mean drop for each feature
 * @param deviations its standard deviation over the repeats (divided by their number)
 */
public record Importance(double[] means, double[] deviations) {

  /**
   * Measures the importance of every feature.
   *
   * @param repeats how often each feature is shuffled, 5 is usual
   * @param seed 0 or more
   */
  public static Importance permutation(
      Classifier classifier, double[][] features, int[] labels, int repeats, int seed) {
    Rows.requireLabelled(features, labels);
    if (repeats < 1) {
      throw new IllegalArgumentException("repeats must be 1 or more, got " + repeats);
    }
    int p = features[0].length;
    int columnSeed = new NumpyRandom(seed).word() & Integer.MAX_VALUE;
    double whole = accuracy(classifier, features, labels);
    double[] means = new double[p];
    double[] deviations = new double[p];
    for (int j = 0; j < p; j++) {
      int[] order = IntStream.range(0, labels.length).toArray();
      NumpyRandom random = new NumpyRandom(columnSeed);
      double[] drops = new double[repeats];
      double[] column = Rows.column(features, j);
      for (int r = 0; r < repeats; r++) {
        random.shuffle(order);
        column = shuffled(column, order);
        drops[r] = whole - accuracy(classifier, with(features, j, column), labels);
      }
      means[j] = Samples.mean(drops);
      deviations[j] = Math.sqrt(Samples.squares(drops) / repeats);
    }
    return new Importance(means, deviations);
  }

  private static double[] shuffled(double[] column, int[] order) {
    return IntStream.of(order).mapToDouble(i -> column[i]).toArray();
  }

  private static double[][] with(double[][] features, int feature, double[] column) {
    double[][] rows = new double[features.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = features[i].clone();
      rows[i][feature] = column[i];
    }
    return rows;
  }

  private static double accuracy(Classifier classifier, double[][] rows, int[] labels) {
    int[] predicted = classifier.predict(rows);
    return (double) IntStream.range(0, labels.length).filter(i -> predicted[i] == labels[i]).count()
        / labels.length;
  }
}
