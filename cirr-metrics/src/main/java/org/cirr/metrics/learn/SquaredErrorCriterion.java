package org.cirr.metrics.learn;

/**
 * The variance of a target.
 *
 * <p><b>Source</b>: Breiman et al., Classification and Regression Trees (1984). For one target the
 * best split is also Friedman's. The terms are added in scikit-learn's order (from the shorter side
 * of a split), so that equally good splits are told apart by the same rounding.
 */
final class SquaredErrorCriterion implements SplitCriterion {
  private final double[] targets;
  private int[] order;
  private int start;
  private int end;
  private int position;
  private double sum;
  private double squares;
  private double leftSum;

  SquaredErrorCriterion(double[] targets) {
    this.targets = targets;
  }

  @Override
  public void begin(int[] newOrder, int newStart, int newEnd) {
    order = newOrder;
    start = newStart;
    end = newEnd;
    sum = 0;
    squares = 0;
    for (int i = start; i < end; i++) {
      double target = targets[order[i]];
      sum += target;
      squares += target * target;
    }
    reset();
  }

  @Override
  public void reset() {
    position = start;
    leftSum = 0;
  }

  @Override
  public void moveTo(int newPosition) {
    if (newPosition - position <= end - newPosition) {
      for (int i = position; i < newPosition; i++) {
        leftSum += targets[order[i]];
      }
    } else {
      leftSum = sum;
      for (int i = end - 1; i >= newPosition; i--) {
        leftSum -= targets[order[i]];
      }
    }
    position = newPosition;
  }

  @Override
  public double weight() {
    return end - start;
  }

  @Override
  public double leftWeight() {
    return position - start;
  }

  @Override
  public double impurity() {
    double mean = sum / weight();
    return squares / weight() - mean * mean;
  }

  private double leftSquares() {
    double left = 0;
    for (int i = start; i < position; i++) {
      double target = targets[order[i]];
      left += target * target;
    }
    return left;
  }

  @Override
  public double leftImpurity() {
    double mean = leftSum / leftWeight();
    return leftSquares() / leftWeight() - mean * mean;
  }

  @Override
  public double rightImpurity() {
    double mean = (sum - leftSum) / (end - position);
    return (squares - leftSquares()) / (end - position) - mean * mean;
  }

  @Override
  public double gain() {
    double rightSum = sum - leftSum;
    return leftSum * leftSum / leftWeight() + rightSum * rightSum / (end - position);
  }

  @Override
  public double[] value() {
    return new double[] {sum / weight()};
  }
}
