package org.cirr.nn.loss;

import static org.cirr.nn.gradient.Terms.plus;
import static org.cirr.nn.gradient.Terms.times;

import java.util.List;
import org.cirr.graph.Node;
import org.cirr.op.Sigmoid;
import org.cirr.op.Softmax;

/** nnU-Net's losses and its weights of deep supervision. */
public final class NnUnetLoss {
  private NnUnetLoss() {}

  /**
   * Soft Dice without background plus cross entropy.
   *
   * <p><b>Source</b>: {@code DC_and_CE_loss}.
   *
   * @param batch whether the batch's samples count together for Dice
   */
  public static Node diceAndCrossEntropy(Node logits, Node target, boolean batch) {
    Node probability = Node.of(new Softmax(), logits);
    Node dice = OverlapLoss.nnUnet(batch, false).negativeMean(probability, target);
    return plus(dice, CrossEntropy.mean(logits, target));
  }

  /**
   * Soft Dice plus binary cross entropy, for overlapping regions.
   *
   * <p><b>Source</b>: {@code DC_and_BCE_loss}.
   */
  public static Node diceAndBinaryCrossEntropy(Node logits, Node target, boolean batch) {
    Node probability = Node.of(new Sigmoid(), logits);
    Node dice = OverlapLoss.nnUnet(batch, true).negativeMean(probability, target);
    return plus(dice, CrossEntropy.binary(logits, target));
  }

  /**
   * Each resolution half as much as the one before, the last one not at all, together 1.
   *
   * <p><b>Edge cases</b>: a single output has weight 1.
   */
  public static double[] weights(int outputs) {
    double[] weights = new double[outputs];
    double sum = 0;
    for (int i = 0; i < outputs; i++) {
      weights[i] = i == outputs - 1 && outputs > 1 ? 0 : Math.pow(0.5, i);
      sum += weights[i];
    }
    for (int i = 0; i < outputs; i++) {
      weights[i] /= sum;
    }
    return weights;
  }

  /** The weighted sum of the losses of all resolutions; what has no weight is not computed. */
  public static Node deepSupervision(List<Node> losses) {
    double[] weights = weights(losses.size());
    Node sum = null;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        Node term = times(losses.get(i), weights[i]);
        sum = sum == null ? term : plus(sum, term);
      }
    }
    return sum;
  }
}
