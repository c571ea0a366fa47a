package org.cirr.nn.train;

import static org.cirr.nn.gradient.Terms.kept;
import static org.cirr.nn.gradient.Terms.over;
import static org.cirr.nn.gradient.Terms.reshape;
import static org.cirr.nn.gradient.Terms.sum;
import static org.cirr.nn.gradient.Terms.times;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.nn.data.Batch;
import org.cirr.nn.gradient.Checkpoints;
import org.cirr.nn.gradient.Gradients;
import org.cirr.nn.gradient.Terms;
import org.cirr.nn.loss.CrossEntropy;
import org.cirr.nn.loss.NnUnetLoss;
import org.cirr.nn.loss.OverlapLoss;
import org.cirr.nn.network.NnUnet;
import org.cirr.op.Clamp;
import org.cirr.op.Softmax;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * The network of a plan with nnU-Net's loss behind it.
 *
 * @param network the network for a batch
 * @param targets an input per resolution, finest first: what its output should be
 * @param loss the weighted sum of all resolutions' losses
 * @param trained the parameters that the loss depends on and that are not frozen
 */
record LossGraph(
    NnUnet network, List<Node> targets, Node loss, List<Node> trained, LabelScheme labels) {
  private static final String TARGET = "target ";

  static LossGraph of(TrainingData data, TrainSettings settings) {
    LabelScheme labels = data.labels();
    NnUnet network =
        NnUnet.of(
            data.configuration().architecture(),
            data.configuration().patchSize(),
            data.channels(),
            labels.heads(),
            data.batchSize(settings));
    List<Node> targets = new ArrayList<>();
    List<Node> losses = new ArrayList<>();
    for (Node logits : network.complete().outputs()) {
      Node target = Node.input(TARGET + targets.size(), logits.shape());
      targets.add(target);
      losses.add(loss(logits, target, data.plan().batchDice(), labels));
    }
    Node loss = NnUnetLoss.deepSupervision(losses);
    List<String> frozen = settings.descent().frozen();
    List<Node> trained =
        Graph.of(loss).parameters().stream()
            .filter(node -> frozen.stream().noneMatch(Graph.label(node)::startsWith))
            .toList();
    if (trained.isEmpty()) {
      throw new IllegalArgumentException(
          "nothing is left to train: every weight's name begins with one of " + frozen);
    }
    return new LossGraph(network, List.copyOf(targets), loss, trained, labels);
  }

  /** The loss of one resolution. */
  static Node loss(Node logits, Node target, boolean batch, LabelScheme labels) {
    if (labels.hasRegions()) {
      return NnUnetLoss.diceAndBinaryCrossEntropy(logits, target, batch);
    }
    return labels.ignoreLabel().isEmpty()
        ? NnUnetLoss.diceAndCrossEntropy(logits, target, batch)
        : ignoring(logits, target, batch);
  }

  /**
   * The same where voxels whose target is 0 for all classes count in neither part.
   *
   * <p><b>Source</b>: nnU-Net {@code DC_and_CE_loss} with {@code ignore_label}.
   */
  private static Node ignoring(Node logits, Node target, boolean batch) {
    Shape shape = target.shape();
    List<Integer> last = List.of(shape.rank() - 1);
    Node known = reshape(sum(target, last), kept(shape, last));
    Node probability = times(Node.of(new Softmax(), logits), known);
    Node dice = OverlapLoss.nnUnet(batch, false).negativeMean(probability, target);
    // Of no known voxel at all the mean is 0.
    Node count = Node.of(new Clamp(1, Double.POSITIVE_INFINITY), sum(target));
    return Terms.plus(dice, over(CrossEntropy.sum(logits, target), count));
  }

  /** The graph of a training step: the loss, then the gradients of {@link #trained()}. */
  Graph step(int recompute) {
    Predicate<Node> keep = recompute == 0 ? Checkpoints.all() : Checkpoints.every(recompute, loss);
    return Gradients.of(loss, trained, keep).graph();
  }

  /** The graph of a validation batch: the loss, then the finest logits. */
  Graph validation() {
    return Graph.of(loss, network.complete().outputs().get(0));
  }

  /** The inputs of one of the graphs, made from a batch. */
  List<Tensor> inputs(Graph graph, Batch batch) {
    List<Tensor> inputs = new ArrayList<>();
    for (Node node : graph.inputs()) {
      int level = targets.indexOf(node);
      inputs.add(level < 0 ? batch.images() : batch.oneHot(level, labels));
    }
    return inputs;
  }
}
