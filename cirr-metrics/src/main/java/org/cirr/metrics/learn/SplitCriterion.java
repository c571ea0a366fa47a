package org.cirr.metrics.learn;

/**
 * What a split of a tree's node is judged by.
 *
 * <p>A node is the cases {@code order[start … end − 1]}; its left child those before the position,
 * which only {@link #moveTo} changes.
 */
sealed interface SplitCriterion permits GiniCriterion, SquaredErrorCriterion {
  /** Takes a node. */
  void begin(int[] order, int start, int end);

  /** The summed weight of the node's cases. */
  double weight();

  /** The impurity of the node. */
  double impurity();

  /** What a leaf of these cases predicts. */
  double[] value();

  /** Moves all cases to the right child. */
  void reset();

  /** Moves the cases before a position, which must not be before the last one, to the left. */
  void moveTo(int position);

  /** Larger for a better split of this node; not comparable between nodes. */
  double gain();

  /** The impurity of the left child. */
  double leftImpurity();

  /** The impurity of the right child. */
  double rightImpurity();

  /** The summed weight of the left child. */
  double leftWeight();
}
