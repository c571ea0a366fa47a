package org.cirr.metrics.learn;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.cirr.metrics.numeric.NumpyRandom;

/**
 * Grows a tree, depth first, left before right.
 *
 * <p>At every node features are drawn without replacement until enough were looked at and one of
 * them varies; every midpoint between neighbouring values of it is tried.
 *
 * <p><b>Edge cases</b>: values closer than 1e-7 are one; of equally good splits the one that was
 * found first is taken, which depends on the order of the draw and so on the seed.
 *
 * <p><b>Source</b>: CART (Breiman et al. 1984) as scikit-learn's {@code tree} module does it.
 */
final class TreeGrower {
  /*
   * The draw of features, the numbers behind it and the order in which cases lie in a node are
   * scikit-learn's: with the same seed equally good splits are decided alike and the trees are the
   * same. Constant features are remembered below the node where they were found, in the front of
   * `features`, and are drawn without being looked at.
   */
  private static final float SAME = 1e-7f;
  private static final double EPSILON = Math.ulp(1.0);

  /**
   * When to stop.
   *
   * @param features how many are looked at per node
   */
  record Limits(int depth, int minimumSplit, int minimumLeaf, int features) {}

  private record Task(
      int start, int end, int depth, double impurity, int constants, int parent, boolean left) {}

  private final float[][] columns;
  private final SplitCriterion criterion;
  private final Limits limits;
  private final int[] order;
  private final int[] features;
  private final int[] constantFeatures;
  private final long[] keys;
  private final float[] values;
  private final TreeNodes nodes = new TreeNodes();
  private int randomState;
  private int bestFeature;
  private int bestPosition;
  private double bestThreshold;
  private int constants; // constant features of the node at hand

  private TreeGrower(
      float[][] columns, int[] order, SplitCriterion criterion, Limits limits, int state) {
    this.columns = columns;
    this.order = order;
    this.criterion = criterion;
    this.limits = limits;
    randomState = state;
    features = new int[columns.length];
    Arrays.setAll(features, j -> j);
    constantFeatures = new int[columns.length];
    keys = new long[order.length];
    values = new float[order.length];
  }

  /**
   * Grows a tree.
   *
   * @param columns the values, feature by feature
   * @param cases the places of the cases that take part, ascending
   */
  static TreeNodes grow(
      float[][] columns, int[] cases, SplitCriterion criterion, Limits limits, NumpyRandom random) {
    int state = random.below(Integer.MAX_VALUE);
    TreeGrower grower = new TreeGrower(columns, cases.clone(), criterion, limits, state);
    grower.grow();
    return grower.nodes;
  }

  private void grow() {
    ArrayDeque<Task> stack = new ArrayDeque<>();
    stack.push(new Task(0, order.length, 0, Double.NaN, 0, -1, false));
    double whole = Double.NaN;
    while (!stack.isEmpty()) {
      Task task = stack.pop();
      criterion.begin(order, task.start, task.end);
      double weight = criterion.weight();
      whole = task.parent < 0 ? weight : whole;
      double impurity = task.parent < 0 ? criterion.impurity() : task.impurity;
      int node = nodes.add(impurity, weight, criterion.value());
      if (task.parent >= 0) {
        nodes.setChild(task.parent, task.left, node);
      }
      int cases = task.end - task.start;
      boolean leaf =
          task.depth >= limits.depth
              || cases < limits.minimumSplit
              || cases < 2L * limits.minimumLeaf
              || impurity <= EPSILON;
      if (leaf || !findSplit(task.start, task.end, task.constants)) {
        continue;
      }
      partition(task.start, task.end);
      criterion.reset();
      criterion.moveTo(bestPosition);
      double leftImpurity = criterion.leftImpurity();
      double rightImpurity = criterion.rightImpurity();
      double left = criterion.leftWeight();
      double improvement =
          weight
              / whole
              * (impurity
                  - (weight - left) / weight * rightImpurity
                  - left / weight * leftImpurity);
      if (improvement + EPSILON < 0) {
        continue; // rounding only: the node is as good as pure
      }
      nodes.split(node, bestFeature, bestThreshold);
      int depth = task.depth + 1;
      stack.push(new Task(bestPosition, task.end, depth, rightImpurity, constants, node, false));
      stack.push(new Task(task.start, bestPosition, depth, leftImpurity, constants, node, true));
    }
  }

  /** Looks at features until enough were seen; whether there is a split. */
  private boolean findSplit(int start, int end, int known) {
    double bestGain = Double.NEGATIVE_INFINITY;
    bestPosition = end;
    int open = features.length; // features from here on were looked at
    int visited = 0;
    int found = 0; // constant features found here
    int drawn = 0; // known constant features drawn
    while (open > known + found && (visited < limits.features || visited <= found + drawn)) {
      visited++;
      int j = drawn + (nextRandom() % (open - found - drawn));
      if (j < known) {
        swapFeatures(drawn++, j);
        continue;
      }
      j += found;
      int feature = features[j];
      sort(feature, start, end);
      if (values[end - 1] <= values[start] + SAME) {
        swapFeatures(j, known + found++);
        continue;
      }
      swapFeatures(--open, j);
      bestGain = tryPositions(feature, start, end, bestGain);
    }
    // Nodes below and beside this one rely on the order of the constant features known before.
    System.arraycopy(constantFeatures, 0, features, 0, known);
    System.arraycopy(features, known, constantFeatures, known, found);
    constants = known + found;
    return bestPosition < end;
  }

  private double tryPositions(int feature, int start, int end, double gainSoFar) {
    double bestGain = gainSoFar;
    criterion.reset();
    int position = start;
    while (true) {
      position++;
      while (position < end && values[position] <= values[position - 1] + SAME) {
        position++;
      }
      if (position >= end) {
        return bestGain;
      }
      if (position - start < limits.minimumLeaf || end - position < limits.minimumLeaf) {
        continue;
      }
      criterion.moveTo(position);
      double gain = criterion.gain();
      if (gain > bestGain) {
        bestGain = gain;
        bestFeature = feature;
        bestPosition = position;
        double middle = values[position - 1] / 2.0 + values[position] / 2.0;
        bestThreshold = middle == values[position] ? values[position - 1] : middle;
      }
    }
  }

  /** Sorts the node's cases by a feature: the value's bits in order, and the case, in one key. */
  private void sort(int feature, int start, int end) {
    float[] column = columns[feature];
    for (int i = start; i < end; i++) {
      int bits = Float.floatToIntBits(column[order[i]] + 0f); // −0 is 0
      int ordered = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
      keys[i] = ((long) ordered << 32) | order[i];
    }
    Arrays.sort(keys, start, end);
    for (int i = start; i < end; i++) {
      order[i] = (int) keys[i];
      values[i] = column[order[i]];
    }
  }

  private void partition(int start, int end) {
    float[] column = columns[bestFeature];
    int from = start;
    int to = end;
    while (from < to) {
      if (column[order[from]] <= bestThreshold) {
        from++;
      } else {
        to--;
        int kept = order[from];
        order[from] = order[to];
        order[to] = kept;
      }
    }
  }

  private void swapFeatures(int a, int b) {
    int kept = features[a];
    features[a] = features[b];
    features[b] = kept;
  }

  /** Marsaglia's xorshift of 32 bits, without the sign. */
  private int nextRandom() {
    if (randomState == 0) {
      randomState = 1;
    }
    randomState ^= randomState << 13;
    randomState ^= randomState >>> 17;
    randomState ^= randomState << 5;
    return randomState & Integer.MAX_VALUE;
  }
}
