package org.cirr.benchmarks.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.cirr.backend.Backend;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.benchmarks.workload.Networks;
import org.cirr.benchmarks.workload.RandomValues;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.io.nnunet.Architecture;
import org.cirr.nn.gradient.Gradients;
import org.cirr.nn.loss.NnUnetLoss;
import org.cirr.nn.loss.Targets;
import org.cirr.nn.network.PlainConvUNet;
import org.cirr.nn.optimize.GradientNorm;
import org.cirr.nn.optimize.OptimizerState;
import org.cirr.nn.optimize.Sgd;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * A network in training with random images and labels: its forward pass, and whole steps as nnU-Net
 * takes them (deep supervision, soft Dice plus cross entropy, gradients clipped at 12, SGD with
 * Nesterov momentum).
 */
public final class TrainingWork {
  private static final double MOST_NORM = 12;
  private static final double RATE = 0.01;

  private final Workers workers;
  private final Map<String, Tensor> weights = new LinkedHashMap<>();
  private final OptimizerState state;
  private final Compiled forward;
  private final Compiled step;

  /** A program with everything that it reads and writes. */
  private record Compiled(
      Program program, Workspace workspace, List<Tensor> inputs, List<Tensor> outputs) {
    void run(Workers workers) {
      program.run(workspace, inputs, outputs, workers);
    }
  }

  /** The given network with the given batch. */
  public TrainingWork(
      Backend backend,
      Architecture plan,
      List<Integer> patch,
      int batch,
      int classes,
      Workers workers) {
    this.workers = workers;
    int[] extents = {batch, patch.get(0), patch.get(1), patch.get(2), 1};
    Node image = Node.input("image", Shape.of(extents));
    List<Node> outputs = PlainConvUNet.outputs(image, classes, plan);
    List<Node> losses = new ArrayList<>();
    for (Node output : outputs) {
      int[] shape = output.shape().toArray();
      Node labels =
          Node.input("labels " + losses.size(), Shape.of(shape[0], shape[1], shape[2], shape[3]));
      Node target = Targets.oneHot(labels, classes);
      losses.add(NnUnetLoss.diceAndCrossEntropy(output, target, true));
    }
    Node loss = NnUnetLoss.deepSupervision(losses);
    List<Node> by = Graph.of(loss).parameters();
    Graph gradients = Gradients.of(loss, by).graph();
    Function<String, Tensor> random = RandomValues.weights(gradients);
    List<Tensor> trained = new ArrayList<>();
    for (Node parameter : by) {
      String name = Graph.label(parameter);
      trained.add(weights.computeIfAbsent(name, random));
    }
    state = new OptimizerState(Sgd.nnUnet(), trained);
    forward = compiled(backend, Graph.of(outputs.get(0)), classes);
    step = compiled(backend, gradients, classes);
  }

  private Compiled compiled(Backend backend, Graph graph, int classes) {
    Program program = backend.compile(graph, weights::get, workers);
    List<Tensor> inputs = new ArrayList<>();
    for (Node input : graph.inputs()) {
      boolean image = Graph.label(input).equals("image");
      inputs.add(image ? RandomValues.input(input.shape()) : labels(input.shape(), classes));
    }
    List<Tensor> outputs = new ArrayList<>();
    graph.outputs().forEach(node -> outputs.add(Tensor.zeros(node.shape())));
    return new Compiled(program, program.newWorkspace(), inputs, outputs);
  }

  private static Tensor labels(Shape shape, int classes) {
    SplittableRandom random = new SplittableRandom(7);
    Tensor labels = Tensor.zeros(shape);
    for (int i = 0; i < labels.array().length; i++) {
      labels.array()[i] = random.nextInt(classes);
    }
    return labels;
  }

  /** One pass to the finest logits, with the weights as they were compiled. */
  public void forward() {
    forward.run(workers);
  }

  /** One step: forward, back, clipped, weights updated and bound. Returns the loss. */
  public float step() {
    gradients();
    update();
    rebind();
    return step.outputs.get(0).array()[0];
  }

  /** The first part of a step: loss and gradients. */
  public void gradients() {
    step.run(workers);
  }

  /** The second part of a step: the optimizer. */
  public void update() {
    List<Tensor> gradients = step.outputs.subList(1, step.outputs.size());
    GradientNorm.clip(gradients, MOST_NORM, workers);
    state.step(gradients, RATE, workers);
  }

  /** The last part of a step: the new weights are packed. */
  public void rebind() {
    step.program.rebind(weights::get, workers);
  }

  /** The step's program. */
  public Program program() {
    return step.program;
  }

  /** The bytes of arena and packed weights of the step. */
  public long bytes() {
    return step.program.arenaBytes() + step.program.weightBytes();
  }

  /** The reference net of {@link Networks}, batch 2, two classes. */
  public static TrainingWork reference(Backend backend, Workers workers) {
    return new TrainingWork(backend, Networks.referencePlan(), Networks.PATCH, 2, 2, workers);
  }
}
