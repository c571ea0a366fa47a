package org.cirr.nn.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cirr.graph.Graph;
import org.cirr.io.nnunet.Architecture;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.nn.optimize.Initializer;
import org.cirr.nn.optimize.OptimizerState;
import org.cirr.tensor.Tensor;

/** All that changes while a network is trained; a checkpoint holds no less. */
final class TrainState {
  private final Map<String, Tensor> weights;
  private final List<String> trained;
  private final List<String> slotNames;
  private final OptimizerState optimizer;
  private final LabelScheme labels;

  RunOrigin origin;
  TrainingLog log;

  /** The batches of the current epoch that are done: first those of training, then the others. */
  int batches;

  double trainLoss;
  double validationLoss;
  double seconds;
  PseudoDice dice;

  /**
   * Before the first step.
   *
   * @param weights all of the network's, which are changed in place
   */
  TrainState(LossGraph graph, TrainSettings settings, Map<String, Tensor> weights) {
    this.weights = weights;
    this.trained = graph.trained().stream().map(Graph::label).toList();
    this.slotNames = settings.descent().optimizer().slotNames();
    this.optimizer =
        new OptimizerState(
            settings.descent().optimizer(), trained.stream().map(weights::get).toList());
    int first = graph.labels().hasRegions() ? 0 : 1;
    List<String> names = graph.labels().names();
    this.log = new TrainingLog(names.subList(first, names.size()), List.of());
    this.labels = graph.labels();
    this.dice = new PseudoDice(labels);
  }

  /** nnU-Net's first weights. */
  static Map<String, Tensor> firstWeights(LossGraph graph, TrainingData data, long seed) {
    Architecture architecture = data.configuration().architecture();
    Graph network = graph.network().complete();
    Map<String, Tensor> weights = Initializer.nnUnet(network, architecture.leakySlope(), seed);
    if (architecture.kind() == Architecture.Kind.RESIDUAL_ENCODER) {
      // A residual block begins as the identity: nnU-Net's init_last_bn_before_add_to_0.
      weights.forEach(
          (name, tensor) -> {
            if (name.endsWith(".conv2.norm.weight")) {
              java.util.Arrays.fill(tensor.array(), 0);
            }
          });
    }
    return weights;
  }

  /** All weights by name, as they are now. */
  Map<String, Tensor> weights() {
    return weights;
  }

  OptimizerState optimizer() {
    return optimizer;
  }

  /** What the optimizer remembers: the slot's name, then the trained weight's. */
  Map<String, Map<String, Tensor>> slots() {
    Map<String, Map<String, Tensor>> all = new LinkedHashMap<>();
    for (int k = 0; k < slotNames.size(); k++) {
      Map<String, Tensor> slot = new LinkedHashMap<>();
      for (int i = 0; i < trained.size(); i++) {
        slot.put(trained.get(i), optimizer.slots(i).get(k));
      }
      all.put(slotNames.get(k), slot);
    }
    return all;
  }

  /** The epoch at hand, counted from 0. */
  int epoch() {
    return log.epochs().size();
  }

  /** Ends an epoch. */
  void next(EpochResult result) {
    log = log.with(result);
    batches = 0;
    trainLoss = 0;
    validationLoss = 0;
    seconds = 0;
    dice = new PseudoDice(labels);
  }

  /** The bytes of weights, gradients' outputs not counted, and of what the optimizer remembers. */
  long bytes() {
    List<Tensor> all = new ArrayList<>(weights.values());
    slots().values().forEach(slot -> all.addAll(slot.values()));
    return all.stream().mapToLong(tensor -> (long) Float.BYTES * tensor.array().length).sum();
  }
}
