package org.cirr.metrics.learn;

import java.util.Arrays;

/**
 * Gini's impurity 1 − Σp_k² of the shares of the classes.
 *
 * <p><b>Source</b>: Breiman et al., Classification and Regression Trees (1984); the terms are added
 * in scikit-learn's order, so that equally good splits are told apart by the same rounding.
 */
final class GiniCriterion implements SplitCriterion {
  private final int[] targets;
  private final double[] weights; // null for 1 each
  private final double[] total;
  private final double[] left;
  private int[] order;
  private int start;
  private int position;
  private double weight;
  private double leftWeight;

  GiniCriterion(int[] targets, double[] weights, int classes) {
    this.targets = targets;
    this.weights = weights;
    total = new double[classes];
    left = new double[classes];
  }

  @Override
  public void begin(int[] newOrder, int newStart, int end) {
    order = newOrder;
    start = newStart;
    Arrays.fill(total, 0);
    weight = 0;
    for (int i = start; i < end; i++) {
      double w = weights == null ? 1 : weights[order[i]];
      total[targets[order[i]]] += w;
      weight += w;
    }
    reset();
  }

  @Override
  public void reset() {
    position = start;
    leftWeight = 0;
    Arrays.fill(left, 0);
  }

  @Override
  public void moveTo(int newPosition) {
    for (; position < newPosition; position++) {
      double w = weights == null ? 1 : weights[order[position]];
      left[targets[order[position]]] += w;
      leftWeight += w;
    }
  }

  @Override
  public double weight() {
    return weight;
  }

  @Override
  public double leftWeight() {
    return leftWeight;
  }

  @Override
  public double impurity() {
    double squares = 0;
    for (double count : total) {
      squares += count * count;
    }
    return 1 - squares / (weight * weight);
  }

  @Override
  public double leftImpurity() {
    double squares = 0;
    for (double count : left) {
      squares += count * count;
    }
    return 1 - squares / (leftWeight * leftWeight);
  }

  @Override
  public double rightImpurity() {
    double rightWeight = weight - leftWeight;
    double squares = 0;
    for (int k = 0; k < total.length; k++) {
      double count = total[k] - left[k];
      squares += count * count;
    }
    return 1 - squares / (rightWeight * rightWeight);
  }

  @Override
  public double gain() {
    return -(weight - leftWeight) * rightImpurity() - leftWeight * leftImpurity();
  }

  @Override
  public double[] value() {
    double[] shares = new double[total.length];
    for (int k = 0; k < shares.length; k++) {
      shares[k] = total[k] / weight;
    }
    return shares;
  }
}
