package org.cirr.nn.loss;

import static org.cirr.nn.gradient.Terms.minus;
import static org.cirr.nn.gradient.Terms.number;
import static org.cirr.nn.gradient.Terms.over;
import static org.cirr.nn.gradient.Terms.plus;
import static org.cirr.nn.gradient.Terms.times;

import org.cirr.graph.Node;
import org.cirr.nn.gradient.Terms;
import org.cirr.op.Clamp;
import org.cirr.op.Exp;
import org.cirr.op.Log;
import org.cirr.op.LogSoftmax;
import org.cirr.op.Softplus;

/**
 * Cross entropies, each a single number.
 *
 * <p><b>Shapes</b>: logits (what stands before the softmax or sigmoid) and targets of one shape
 * {@code [..., C]}; targets may be soft.
 */
public final class CrossEntropy {
  private CrossEntropy() {}

  /**
   * The mean over all positions of {@code −Σ_c t_c · log softmax(x)_c}.
   *
   * <p><b>Source</b>: {@code torch.nn.CrossEntropyLoss}.
   */
  public static Node mean(Node logits, Node target) {
    long positions = logits.shape().elements() / Math.max(1, logits.shape().dim(-1));
    return times(sum(logits, target), 1.0 / Math.max(1, positions));
  }

  /** The sum over all positions of {@code −Σ_c t_c · log softmax(x)_c}. */
  public static Node sum(Node logits, Node target) {
    Node log = Node.of(new LogSoftmax(), logits);
    return times(Terms.sum(times(target, log)), -1);
  }

  /**
   * The weighted mean: each position counts as much as its class, and not at all where the target
   * is 0 for all classes.
   *
   * <p><b>Formula</b>: {@code −Σ w_c · t'_c · log softmax(x)_c / Σ w_c · t_c}, with t' the smoothed
   * targets.
   *
   * <p><b>Source</b>: {@code torch.nn.CrossEntropyLoss} with {@code weight}, {@code ignore_index}
   * and {@code label_smoothing}.
   *
   * @param weights a value per class; a tensor of ones for none
   * @param smoothing the part given to all classes alike, 0 for none
   */
  public static Node weighted(Node logits, Node target, Node weights, double smoothing) {
    Node log = Node.of(new LogSoftmax(), logits);
    Node given = times(Targets.smoothed(target, smoothing), weights);
    Node loss = Terms.sum(times(given, log));
    Node count = Terms.sum(times(target, weights));
    return times(over(loss, count), -1);
  }

  /**
   * The mean of {@code softplus(x) − t·x} over all values: sigmoid and binary cross entropy in one.
   *
   * <p><b>Source</b>: {@code torch.nn.BCEWithLogitsLoss}.
   */
  public static Node binary(Node logits, Node target) {
    Node loss = minus(Node.of(new Softplus(), logits), times(target, logits));
    return Terms.mean(loss);
  }

  /**
   * The same with a weight for the positive side.
   *
   * <p><b>Formula</b>: {@code (1 − t)·x + (1 + (w − 1)·t)·softplus(−x)}.
   *
   * @param weight {@code [C]}, PyTorch's {@code pos_weight}
   */
  public static Node binary(Node logits, Node target, Node weight) {
    Node side = plus(number(1), times(minus(weight, number(1)), target));
    Node below = Node.of(new Softplus(), times(logits, -1));
    Node loss = plus(times(minus(number(1), target), logits), times(side, below));
    return Terms.mean(loss);
  }

  /**
   * The binary cross entropy of probabilities; logarithms are at least −100.
   *
   * <p><b>Source</b>: {@code torch.nn.BCELoss}.
   */
  public static Node ofProbabilities(Node probability, Node target) {
    Clamp limit = new Clamp(-100, 0);
    Node yes = Node.of(limit, Node.of(new Log(), probability));
    Node no = Node.of(limit, Node.of(new Log(), minus(number(1), probability)));
    Node loss = plus(times(target, yes), times(minus(number(1), target), no));
    return times(Terms.mean(loss), -1);
  }

  /**
   * The focal loss, which weighs down what is already right.
   *
   * <p><b>Formula</b>: the mean over all positions of {@code −Σ_c w_c · t_c · (1 − p_c)^γ · log
   * p_c} with {@code p = softmax(x)}.
   *
   * <p><b>Source</b>: Lin et al. 2017, "Focal loss for dense object detection", arXiv 1708.02002.
   *
   * @param weights a value per class; a tensor of ones for none
   */
  public static Node focal(Node logits, Node target, Node weights, double gamma) {
    Node log = Node.of(new LogSoftmax(), logits);
    Node wrong = minus(number(1), Node.of(new Exp(), log));
    Node limited = Node.of(new Clamp(1e-12, 1), wrong); // the logarithm of 0 has no gradient
    Node power = Node.of(new Exp(), times(Node.of(new Log(), limited), gamma));
    Node loss = times(times(times(target, weights), power), log);
    long positions = logits.shape().elements() / Math.max(1, logits.shape().dim(-1));
    return times(Terms.sum(loss), -1.0 / Math.max(1, positions));
  }

  /**
   * The mean of the squared differences.
   *
   * <p><b>Source</b>: {@code torch.nn.MSELoss}.
   */
  public static Node squaredError(Node a, Node b) {
    Node difference = minus(a, b);
    return Terms.mean(times(difference, difference));
  }
}
