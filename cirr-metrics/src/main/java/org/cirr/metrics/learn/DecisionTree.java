package org.cirr.metrics.learn;

import java.util.Arrays;
import org.cirr.metrics.numeric.NumpyRandom;

/**
 * A classification tree by Gini's impurity.
 *
 * <p>With the same seed the tree is scikit-learn's, split for split.
 *
 * <p><b>Edge cases</b>: features are cast to float32; features that do not vary are never split;
 * one class only gives a single leaf.
 *
 * <p><b>Source</b>: scikit-learn's {@code DecisionTreeClassifier}; see {@code TreeGrower}.
 *
 * @param maximumDepth {@link Integer#MAX_VALUE} by default
 * @param minimumSplit nodes with fewer cases are leaves; 2 by default
 * @param minimumLeaf splits that leave fewer cases on a side are not made; 1 by default
 * @param maximumFeatures how many features are looked at per node; 0, the default, for all
 * @param seed 0 or more; decides between equally good splits
 */
public record DecisionTree(
    int maximumDepth, int minimumSplit, int minimumLeaf, int maximumFeatures, int seed)
    implements Learner {

  /** Checks the settings. */
  public DecisionTree {
    if (maximumDepth < 1 || minimumSplit < 2 || minimumLeaf < 1 || maximumFeatures < 0) {
      throw new IllegalArgumentException(
          "a tree has a depth of 1 or more, splits 2 cases or more, leaves 1 or more and looks at"
              + " 0 (all) features or more, got "
              + maximumDepth
              + ", "
              + minimumSplit
              + ", "
              + minimumLeaf
              + " and "
              + maximumFeatures);
    }
    NumpyRandom.requireSeed(seed);
  }

  /** scikit-learn's defaults, with seed 0. */
  public static DecisionTree defaults() {
    return new DecisionTree(Integer.MAX_VALUE, 2, 1, 0, 0);
  }

  /** These settings with another largest depth. */
  public DecisionTree withMaximumDepth(int depth) {
    return new DecisionTree(depth, minimumSplit, minimumLeaf, maximumFeatures, seed);
  }

  /** These settings with another seed. */
  public DecisionTree withSeed(int other) {
    return new DecisionTree(maximumDepth, minimumSplit, minimumLeaf, maximumFeatures, other);
  }

  @Override
  public DecisionTreeModel fit(double[][] features, int[] labels) {
    TrainingSet set = TrainingSet.of(features, labels, "a decision tree", 1);
    int[] cases = new int[set.cases()];
    Arrays.setAll(cases, i -> i);
    GiniCriterion gini = new GiniCriterion(set.targets(), null, set.classes().length);
    TreeGrower.Limits limits = limits(set.features());
    TreeNodes nodes =
        TreeGrower.grow(Rows.floatColumns(features), cases, gini, limits, new NumpyRandom(seed));
    return new DecisionTreeModel(set.classes(), set.features(), nodes);
  }

  private TreeGrower.Limits limits(int features) {
    int looked = maximumFeatures == 0 ? features : Math.min(features, maximumFeatures);
    return new TreeGrower.Limits(maximumDepth, minimumSplit, minimumLeaf, looked);
  }
}
