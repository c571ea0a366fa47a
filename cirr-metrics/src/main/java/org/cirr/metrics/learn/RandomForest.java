package org.cirr.metrics.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.metrics.numeric.NumpyRandom;

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

  /** Checks the settings. */
  public RandomForest {
    if (trees < 1) {
      throw new IllegalArgumentException("trees must be 1 or more, got " + trees);
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
    TrainingSet set = TrainingSet.of(features, labels, "a random forest", 1);
    int n = set.cases();
    int p = set.features();
    int looked =
        maximumFeatures == 0 ? Math.max(1, (int) Math.sqrt(p)) : Math.min(p, maximumFeatures);
    TreeGrower.Limits limits =
        new TreeGrower.Limits(maximumDepth, minimumSplit, minimumLeaf, looked);
    float[][] columns = Rows.floatColumns(features);
    NumpyRandom seeds = new NumpyRandom(seed);
    List<TreeNodes> grown = new ArrayList<>();
    for (int t = 0; t < trees; t++) {
      int treeSeed = seeds.below(Integer.MAX_VALUE);
      double[] weights = new double[n];
      NumpyRandom draw = new NumpyRandom(treeSeed);
      for (int i = 0; i < n; i++) {
        weights[draw.below(n)]++;
      }
      int[] drawn = new int[n];
      int count = 0;
      for (int i = 0; i < n; i++) {
        if (weights[i] > 0) {
          drawn[count++] = i;
        }
      }
      GiniCriterion gini = new GiniCriterion(set.targets(), weights, set.classes().length);
      int[] cases = Arrays.copyOf(drawn, count);
      grown.add(TreeGrower.grow(columns, cases, gini, limits, new NumpyRandom(treeSeed)));
    }
    return new RandomForestModel(set.classes(), p, List.copyOf(grown));
  }
}
