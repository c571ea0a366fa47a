package org.cirr.metrics.learn;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.cirr.metrics.numeric.Samples;

/**
 * Chooses features.
 *
 * <p>Choose on the training cases only, such as within each fold ({@link Pipeline} does that):
 * features chosen on all cases leak the test cases' classes into training.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when the table is not as {@link Learner} asks,
 * or when no feature would be left.
 */
public sealed interface Selector
    permits Selector.Variance, Selector.Best, Selector.Uncorrelated, Selector.LassoNonzero {

  /** The places of the chosen features, ascending. */
  int[] select(double[][] features, int[] labels);

  /**
   * Features whose variance (divided by n) is above a threshold; 0 leaves out constant ones.
   *
   * <p><b>Source</b>: scikit-learn's {@code VarianceThreshold}.
   */
  record Variance(double threshold) implements Selector {
    /** Checks the threshold. */
    public Variance {
      if (!(threshold >= 0)) {
        throw new IllegalArgumentException("a variance is 0 or more, got " + threshold);
      }
    }

    @Override
    public int[] select(double[][] features, int[] labels) {
      Rows.requireLabelled(features, labels);
      return chosen(
          IntStream.range(0, features[0].length)
              .filter(
                  j -> {
                    double[] column = Rows.column(features, j);
                    double variance = Samples.squares(column) / column.length;
                    return variance > threshold && !Samples.constant(column);
                  })
              .toArray(),
          "a variance above " + threshold);
    }
  }

  /** What {@link Best} goes by. */
  enum Score {
    /** F of an analysis of variance between the classes. */
    ANOVA_F,
    /** Mutual information with the class. */
    MUTUAL_INFORMATION
  }

  /**
   * The features with the largest scores; the first among equals, NaN (constant features) last.
   *
   * <p><b>Source</b>: scikit-learn's {@code SelectKBest}.
   */
  record Best(Score score, int count) implements Selector {
    /** Checks the count. */
    public Best {
      if (count < 1) {
        throw new IllegalArgumentException("1 feature or more is chosen, got " + count);
      }
    }

    @Override
    public int[] select(double[][] features, int[] labels) {
      double[] scores =
          score == Score.ANOVA_F
              ? FeatureScores.anovaF(features, labels)
              : FeatureScores.mutualInformation(features, labels, 3);
      double[] ranked = Arrays.stream(scores).map(s -> Double.isNaN(s) ? -1 : s).toArray();
      return IntStream.range(0, scores.length)
          .boxed()
          .sorted(Comparator.comparingDouble((Integer j) -> -ranked[j]))
          .limit(count)
          .mapToInt(Integer::intValue)
          .sorted()
          .toArray();
    }
  }

  /**
   * Features none of which correlates with another one, by Pearson's |r|, above a threshold; from
   * the first to the last, a feature is left out when it correlates with one that was kept.
   * Constant features correlate with nothing.
   */
  record Uncorrelated(double threshold) implements Selector {
    /** Checks the threshold. */
    public Uncorrelated {
      if (!(threshold >= 0 && threshold <= 1)) {
        throw new IllegalArgumentException(
            "a correlation is from 0 to 1, got " + threshold + "; 0.9 is usual");
      }
    }

    @Override
    public int[] select(double[][] features, int[] labels) {
      Rows.requireLabelled(features, labels);
      if (features.length < 2) {
        throw new IllegalArgumentException(
            "a correlation needs 2 cases or more, got " + features.length);
      }
      double[][] columns = new double[features[0].length][];
      Arrays.setAll(columns, j -> Rows.column(features, j));
      int[] kept = new int[columns.length];
      int count = 0;
      for (int j = 0; j < columns.length; j++) {
        boolean alone = true;
        for (int k = 0; k < count && alone; k++) {
          alone = !(Math.abs(FeatureScores.correlation(columns[kept[k]], columns[j])) > threshold);
        }
        if (alone) {
          kept[count++] = j;
        }
      }
      return Arrays.copyOf(kept, count);
    }
  }

  /**
   * Features with a weight in a {@link Lasso} of the label on the standardised features.
   *
   * @param alpha the penalty, or 0 to choose it by cross-validation ({@link Lasso#chooseAlpha})
   */
  record LassoNonzero(double alpha) implements Selector {
    private static final int FOLDS = 5;

    /** Checks the penalty. */
    public LassoNonzero {
      if (!(alpha >= 0 && alpha < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("alpha is 0 (chosen) or above, got " + alpha);
      }
    }

    @Override
    public int[] select(double[][] features, int[] labels) {
      Rows.requireLabelled(features, labels);
      double[][] rows = Standardizer.fit(features).apply(features);
      double[] targets = Arrays.stream(labels).asDoubleStream().toArray();
      double used = alpha > 0 ? alpha : Lasso.defaults().chooseAlpha(rows, targets, FOLDS);
      double[] weights = Lasso.defaults().withAlpha(used).fit(rows, targets).weights();
      return chosen(
          IntStream.range(0, weights.length).filter(j -> weights[j] != 0).toArray(),
          "a weight at alpha " + used);
    }
  }

  private static int[] chosen(int[] places, String what) {
    if (places.length == 0) {
      throw new IllegalArgumentException(
          "no feature has " + what + "; lower the threshold or leave the selection out");
    }
    return places;
  }
}
