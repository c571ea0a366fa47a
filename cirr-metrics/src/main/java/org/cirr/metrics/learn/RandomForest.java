package org.cirr.metrics.learn;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cirr.metrics.numeric.NumpyRandom;
import org.cirr.parallel.Workers;

/**
 * A random forest: many trees, each grown on a bootstrap sample and looking at a few features per
 * node, whose probabilities are averaged.
 *
 * <p>With the same seed the trees are scikit-learn's, split for split.
 *
 * <p><b>Formula</b>: n cases drawn with replacement per tree; ⌊√p⌋ features per node; full depth.
 *
 * <p><b>Source</b>: Breiman (2001); scikit-learn's {@code RandomForestClassifier}.
 *
 * @param trees 100 by default
 * @param maximumDepth {@link Integer#MAX_VALUE} by default
 * @param minimumSplit 2 by default
 * @param minimumLeaf 1 by default
 * @param maximumFeatures looked at per node; 0, the default, for ⌊√p⌋
 * @param seed 0 or more
 */
public record RandomForest(
    int trees, int maximumDepth, int minimumSplit, int minimumLeaf, int maximumFeatures, int seed)
    implements Learner {
  private static final int MOST_TREES = 1_000_000;

  /** Checks the settings. */
  public RandomForest {
    if (trees < 1 || trees > MOST_TREES) {
      throw new IllegalArgumentException(
          "trees must be from 1 to " + MOST_TREES + ", got " + trees);
    }
    new DecisionTree(maximumDepth, minimumSplit, minimumLeaf, maximumFeatures, seed);
  }

  /** scikit-learn's defaults, with seed 0. */
  public static RandomForest defaults() {
    return new RandomForest(100, Integer.MAX_VALUE, 2, 1, 0, 0);
  }

  /** These settings with another number of trees. */
  public RandomForest withTrees(int other) {
    return new RandomForest(other, maximumDepth, minimumSplit, minimumLeaf, maximumFeatures, seed);
  }

  /** These settings with another seed. */
  public RandomForest withSeed(int other) {
    return new RandomForest(trees, maximumDepth, minimumSplit, minimumLeaf, maximumFeatures, other);
  }

  @Override
  public RandomForestModel fit(double[][] features, int[] labels) {
    return fit(features, labels, Workers.single());
  }

  /** Learns with several threads; the forest does not depend on their number. */
  public RandomForestModel fit(double[][] features, int[] labels, Workers workers) {
    TrainingSet set = TrainingSet.of(features, labels, "a random forest", 1);
    int n = set.cases();
    int p = set.features();
    int looked =
        maximumFeatures == 0 ? Math.max(1, (int) Math.sqrt(p)) : Math.min(p, maximumFeatures);
    TreeGrower.Limits limits =
        new TreeGrower.Limits(maximumDepth, minimumSplit, minimumLeaf, looked);
    float[][] columns = Rows.floatColumns(features);
    NumpyRandom seeds = new NumpyRandom(seed);
    int[] treeSeeds = seeds(seeds);
    TreeNodes[] grown = new TreeNodes[trees];
    workers.forEach(
        trees,
        t -> {
          double[] weights = draws(treeSeeds[t], n);
          int[] cases = IntStream.range(0, n).filter(i -> weights[i] > 0).toArray();
          GiniCriterion gini = new GiniCriterion(set.targets(), weights, set.classes().length);
          grown[t] = TreeGrower.grow(columns, cases, gini, limits, new NumpyRandom(treeSeeds[t]));
        });
    return new RandomForestModel(set.classes(), p, List.of(grown));
  }

  private int[] seeds(NumpyRandom random) {
    int[] seeds = new int[trees];
    Arrays.setAll(seeds, t -> random.below(Integer.MAX_VALUE));
    return seeds;
  }

  /** How often a tree draws each case. */
  private static double[] draws(int treeSeed, int cases) {
    double[] weights = new double[cases];
    NumpyRandom draw = new NumpyRandom(treeSeed);
    for (int i = 0; i < cases; i++) {
      weights[draw.below(cases)]++;
    }
    return weights;
  }

  /**
   * What the trees say about the cases that they have not drawn: an estimate of the accuracy on new
   * cases without setting any aside.
   *
   * <p><b>Formula</b>: the scores of a case are the mean over the trees that have not drawn it.
   *
   * <p><b>Edge cases</b>: a case that every tree has drawn has scores NaN and counts for nothing;
   * the accuracy is NaN when there is no other.
   *
   * <p><b>Source</b>: scikit-learn's {@code oob_decision_function_} and {@code oob_score_}.
   *
   * @param scores one row per case, one column per class
   * @param accuracy the share of the judged cases whose class has the largest score
   * @param judged how many cases at least one tree has not drawn
   */
  public record OutOfBag(double[][] scores, double accuracy, int judged) {}

  /**
   * Judges a forest by the cases that its trees have not drawn.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the forest has another number of trees,
   * features or classes than these settings and cases give.
   *
   * @param forest what {@link #fit} has made of the same cases
   */
  public OutOfBag outOfBag(RandomForestModel forest, double[][] features, int[] labels) {
    TrainingSet set = TrainingSet.of(features, labels, "a random forest", 1);
    if (forest.trees() != trees
        || forest.features() != set.features()
        || !Arrays.equals(forest.classes(), set.classes())) {
      throw new IllegalArgumentException(
          "the forest has "
              + forest.trees()
              + " trees, "
              + forest.features()
              + " features and classes "
              + Arrays.toString(forest.classes())
              + ", these settings and cases give "
              + trees
              + ", "
              + set.features()
              + " and "
              + Arrays.toString(set.classes())
              + "; judge a forest by what it was made of");
    }
    int[] treeSeeds = seeds(new NumpyRandom(seed));
    double[][] scores = new double[set.cases()][set.classes().length];
    int[] votes = new int[set.cases()];
    for (int t = 0; t < trees; t++) {
      double[] drawn = draws(treeSeeds[t], set.cases());
      for (int i = 0; i < drawn.length; i++) {
        if (drawn[i] == 0) {
          forest.add(t, features[i], scores[i]);
          votes[i]++;
        }
      }
    }
    int right = 0;
    int judged = 0;
    for (int i = 0; i < votes.length; i++) {
      for (int c = 0; c < scores[i].length; c++) {
        scores[i][c] /= votes[i]; // 0/0 is NaN
      }
      judged += votes[i] > 0 ? 1 : 0;
      right += votes[i] > 0 && Rows.largest(scores[i]) == set.targets()[i] ? 1 : 0;
    }
    return new OutOfBag(scores, (double) right / judged, judged);
  }
}
