package org.cirr.cuda;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.DeviceException;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.io.nnunet.Architecture;
import org.cirr.nn.gradient.Gradients;
import org.cirr.nn.loss.NnUnetLoss;
import org.cirr.nn.loss.Targets;
import org.cirr.nn.network.NnUnet;
import org.cirr.nn.network.PlainConvUNet;
import org.cirr.nn.optimize.GradientNorm;
import org.cirr.nn.optimize.OptimizerState;
import org.cirr.nn.optimize.Sgd;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** Times of nnU-Net's plain network on a patch of 64 × 192 × 192, and of its training step. */
final class CheckNetworks {
  private static final int CLASSES = 2;
  private static final int BATCH = 2;

  private final CheckReport report;
  private final boolean quick;
  private final List<Integer> patch;
  private final Architecture plan;

  CheckNetworks(CheckReport report, boolean quick) {
    this.report = report;
    this.quick = quick;
    List<Integer> one = List.of(1, 1, 1);
    List<Integer> two = List.of(2, 2, 2);
    patch = quick ? List.of(4, 8, 8) : List.of(64, 192, 192);
    List<Integer> features = quick ? List.of(8, 16) : List.of(32, 64, 128, 256, 320, 320);
    List<List<Integer>> strides =
        quick ? List.of(one, two) : List.of(one, List.of(1, 2, 2), two, two, two, two);
    plan =
        new Architecture(
            Architecture.Kind.PLAIN,
            3,
            features,
            Collections.nCopies(features.size(), List.of(3, 3, 3)),
            strides,
            Collections.nCopies(features.size(), 2),
            Collections.nCopies(features.size() - 1, 2),
            true,
            1e-5,
            true,
            0.01,
            features.get(0));
  }

  /** One patch. */
  void network(Arithmetic arithmetic) {
    String name = "U-Net, 1 patch, " + arithmetic;
    try {
      Graph graph = NnUnet.of(plan, patch, 1, CLASSES).prediction();
      Backend backend = Backends.of(CudaProvider.NAME, arithmetic);
      CheckTimes.Timed timed = new CheckTimes.Timed(backend, graph, CheckTimes.parameters(graph));
      double seconds = timed.seconds(quick ? 0 : 3);
      report.time(name, seconds, graph.flops(), 0, "on the GPU");
      report.time(name, timed.run(), graph.flops(), 0, "with copies");
      if (!quick) {
        CheckReport.say(timed.program.report());
      }
    } catch (DeviceException | UnsupportedOperationException e) {
      report.skipped(name, e.getMessage());
    }
  }

  /** A step as nnU-Net takes it: loss of all levels, gradients, clipping, SGD, new weights. */
  void training(Arithmetic arithmetic) {
    String name = "training step, batch " + BATCH + ", " + arithmetic;
    try {
      Node loss = loss();
      List<Node> by = Graph.of(loss).parameters();
      Graph graph = Gradients.of(loss, by).graph();
      Map<String, Tensor> weights = new LinkedHashMap<>();
      List<Tensor> trained = new ArrayList<>();
      for (Node parameter : by) {
        String label = Graph.label(parameter);
        trained.add(weights.computeIfAbsent(label, CheckTimes.parameters(graph)));
      }
      Backend backend = Backends.of(CudaProvider.NAME, arithmetic);
      CheckTimes.Timed timed = new CheckTimes.Timed(backend, graph, weights::get);
      for (int i = 1; i < timed.inputs.size(); i++) {
        labels(timed.inputs.get(i));
      }
      report.time(name, timed.seconds(quick ? 0 : 5), graph.flops(), 0, "gradients, on the GPU");
      step(name, timed, graph, trained, weights);
    } catch (DeviceException | UnsupportedOperationException e) {
      report.skipped(name, e.getMessage());
    }
  }

  private void step(
      String name,
      CheckTimes.Timed timed,
      Graph graph,
      List<Tensor> trained,
      Map<String, Tensor> weights) {
    Workers workers = Workers.of(Runtime.getRuntime().availableProcessors());
    OptimizerState state = new OptimizerState(Sgd.nnUnet(), trained);
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      timed.run();
      List<Tensor> gradients = timed.outputs.subList(1, timed.outputs.size());
      GradientNorm.clip(gradients, 12, workers);
      state.step(gradients, 0.01, workers);
      timed.program.rebind(weights::get, workers);
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    report.time(name, best, graph.flops(), 0, "the whole step");
    float loss = timed.outputs.get(0).array()[0];
    report.check("loss of " + name, Float.isFinite(loss), "after three steps " + loss);
  }

  private Node loss() {
    Node image = Node.input("image", Shape.of(BATCH, patch.get(0), patch.get(1), patch.get(2), 1));
    List<Node> losses = new ArrayList<>();
    for (Node output : PlainConvUNet.outputs(image, CLASSES, plan)) {
      int[] shape = output.shape().toArray();
      Node labels =
          Node.input("labels " + losses.size(), Shape.of(shape[0], shape[1], shape[2], shape[3]));
      Node target = Targets.oneHot(labels, CLASSES);
      losses.add(NnUnetLoss.diceAndCrossEntropy(output, target, true));
    }
    return NnUnetLoss.deepSupervision(losses);
  }

  private static void labels(Tensor tensor) {
    Random random = new Random(7);
    for (int i = 0; i < tensor.array().length; i++) {
      tensor.array()[i] = random.nextInt(CLASSES);
    }
  }
}
