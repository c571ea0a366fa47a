package org.cirr.nn.loss;

import static org.cirr.nn.gradient.Terms.minus;
import static org.cirr.nn.gradient.Terms.number;
import static org.cirr.nn.gradient.Terms.over;
import static org.cirr.nn.gradient.Terms.plus;
import static org.cirr.nn.gradient.Terms.sum;
import static org.cirr.nn.gradient.Terms.times;

import java.util.ArrayList;
import java.util.List;
import org.cirr.graph.Node;
import org.cirr.nn.gradient.Terms;
import org.cirr.op.Clamp;
import org.cirr.op.Slice;

/**
 * Losses by overlap: soft Dice and its relatives, on probabilities.
 *
 * <p><b>Shapes</b>: probabilities p and targets t {@code [N, spatial…, C]}.
 *
 * <p><b>Formula</b>: per class, over the voxels of one sample or of the whole batch, with {@code I
 * = Σ p·t}: {@code (2·I + above) / max(Σ p + Σ t + below, least)}; with {@link #squares} {@code Σ
 * p² + Σ t²} below.
 *
 * @param batch whether all samples count together
 * @param background whether class 0 counts
 * @param above added above the fraction bar
 * @param below added below it
 * @param least the least that is divided by
 * @param squares whether squares are summed below the bar
 */
public record OverlapLoss(
    boolean batch, boolean background, double above, double below, double least, boolean squares) {

  /**
   * nnU-Net's soft Dice; the loss is {@code −mean}.
   *
   * <p><b>Source</b>: {@code MemoryEfficientSoftDiceLoss} with {@code smooth = 1e-5}.
   */
  public static OverlapLoss nnUnet(boolean batch, boolean background) {
    return new OverlapLoss(batch, background, 1e-5, 1e-5, 1e-8, false);
  }

  /**
   * TransUNet's: squares below the bar, all classes, over the batch; the loss is {@code 1 − mean}.
   */
  public static OverlapLoss transUnet() {
    return new OverlapLoss(true, true, 1e-5, 1e-5, 0, true);
  }

  /** TransBTS': over the batch, without background; the loss is the sum of {@code 1 − Dice}. */
  public static OverlapLoss transBts() {
    return new OverlapLoss(true, false, 0, 1e-5, 0, false);
  }

  /** Per class {@code [classes]}, or per sample and class {@code [N, classes]}. */
  public Node scores(Node probability, Node target) {
    Node p = classes(probability);
    Node t = classes(target);
    Node intersection = total(times(p, t));
    Node sizes = squares ? plus(total(times(p, p)), total(times(t, t))) : plus(total(p), total(t));
    Node divisor = plus(sizes, number(below));
    Node limited =
        least > 0 ? Node.of(new Clamp(least, Double.POSITIVE_INFINITY), divisor) : divisor;
    return over(plus(times(intersection, 2), number(above)), limited);
  }

  /** {@code −mean} of all scores, as nnU-Net has it. */
  public Node negativeMean(Node probability, Node target) {
    return times(Terms.mean(scores(probability, target)), -1);
  }

  /** {@code 1 − mean} of all scores. */
  public Node oneMinusMean(Node probability, Node target) {
    return minus(number(1), Terms.mean(scores(probability, target)));
  }

  /** The sum of {@code 1 − score}. */
  public Node sumOfMissing(Node probability, Node target) {
    return Terms.sum(minus(number(1), scores(probability, target)));
  }

  /**
   * One score of all values of the batch together: {@code 1 − (2·I + smooth) / (Σ p + Σ t +
   * smooth)}.
   *
   * <p><b>Source</b>: the {@code DiceBCELoss} of CirrMRI600+, with {@code smooth = 1e-3}, plus
   * {@link CrossEntropy#binary}.
   */
  public static Node flat(Node probability, Node target, double smooth) {
    Node twice = plus(times(Terms.sum(times(probability, target)), 2), number(smooth));
    Node sizes = plus(plus(Terms.sum(probability), Terms.sum(target)), number(smooth));
    return minus(number(1), over(twice, sizes));
  }

  /**
   * The Tversky loss, which weighs what is too much and what is missing differently.
   *
   * <p><b>Formula</b>: {@code 1 − mean_c (I + smooth) / (I + alpha·Σ p(1 − t) + beta·Σ (1 − p)t +
   * smooth)}.
   *
   * <p><b>Source</b>: Salehi et al. 2017, arXiv 1706.05721.
   */
  public Node tversky(Node probability, Node target, double alpha, double beta) {
    Node p = classes(probability);
    Node t = classes(target);
    Node intersection = total(times(p, t));
    Node tooMuch = minus(total(p), intersection);
    Node missing = minus(total(t), intersection);
    Node divisor =
        plus(plus(intersection, number(below)), plus(times(tooMuch, alpha), times(missing, beta)));
    Node score = over(plus(intersection, number(above)), divisor);
    return minus(number(1), Terms.mean(score));
  }

  private Node classes(Node node) {
    int rank = node.shape().rank();
    int channels = node.shape().dim(-1);
    return background ? node : Node.of(Slice.along(rank - 1, 1, channels, rank), node);
  }

  private Node total(Node node) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = batch ? 0 : 1; axis < node.shape().rank() - 1; axis++) {
      axes.add(axis);
    }
    return sum(node, axes);
  }
}
