package org.cirr.nn.gradient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.cirr.backend.Backend;
import org.cirr.backend.BackendReport;
import org.cirr.backend.Backends;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.io.nnunet.Architecture;
import org.cirr.nn.GoldenNetworks;
import org.cirr.nn.loss.NnUnetLoss;
import org.cirr.nn.loss.Targets;
import org.cirr.nn.network.PlainConvUNet;
import org.cirr.nn.optimize.GradientNorm;
import org.cirr.nn.optimize.OptimizerState;
import org.cirr.nn.optimize.Sgd;
import org.cirr.op.Conv;
import org.cirr.op.ConvWeightGradient;
import org.cirr.op.Detach;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LayerNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.PointwiseGradient;
import org.cirr.op.Relu;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** Whole training steps of a small U-Net: PyTorch's weights, checkpoints, and what graphs hold. */
class TrainingStepsTest {
  private static final Shape IMAGE = Shape.of(2, 8, 16, 12, 1);

  private final Node image = Node.input("image", IMAGE);
  private final Node fine = Node.input("fine", Shape.of(2, 8, 16, 12));
  private final Node coarse = Node.input("coarse", Shape.of(2, 8, 8, 6));
  private final Node loss = loss();

  private Node loss() {
    List<Integer> three = List.of(3, 3, 3);
    Architecture plan =
        new Architecture(
            Architecture.Kind.PLAIN,
            3,
            List.of(4, 8, 12),
            List.of(three, three, three),
            List.of(List.of(1, 1, 1), List.of(1, 2, 2), List.of(2, 2, 2)),
            List.of(2, 2, 2),
            List.of(2, 2),
            true,
            1e-5,
            true,
            0.01,
            4);
    List<Node> outputs = PlainConvUNet.outputs(image, 3, plan);
    Node first = NnUnetLoss.diceAndCrossEntropy(outputs.get(0), Targets.oneHot(fine, 3), true);
    Node second = NnUnetLoss.diceAndCrossEntropy(outputs.get(1), Targets.oneHot(coarse, 3), true);
    return Terms.plus(Terms.times(first, 2 / 3.0), Terms.times(second, 1 / 3.0));
  }

  private static Map<String, Tensor> weights(List<Node> parameters) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    for (Node node : parameters) {
      String name = Graph.label(node);
      weights.put(name, GoldenNetworks.parameter(name, node.shape(), 1, 1));
    }
    return weights;
  }

  /** The image and its labels, which are every second voxel's on the coarse grid. */
  private List<Tensor> inputs(Graph graph) {
    Tensor unit = GoldenNetworks.fill("labels", fine.shape(), 1, 1, 0);
    Tensor labels = Tensor.zeros(fine.shape());
    for (int i = 0; i < labels.array().length; i++) {
      labels.array()[i] = Math.round((unit.array()[i] + 1.0) * (1 << 23)) * 3 >>> 24;
    }
    Tensor small = Tensor.zeros(coarse.shape());
    for (int i = 0; i < small.array().length; i++) {
      int x = i % 6;
      int y = i / 6 % 8;
      small.array()[i] = labels.get(i / 6 / 8 / 8, i / 6 / 8 % 8, 2 * y + 1, 2 * x + 1);
    }
    Tensor pixels = GoldenNetworks.fill("image", IMAGE, 1, 1, 0);
    return graph.inputs().stream()
        .map(node -> node == image ? pixels : node == fine ? labels : small)
        .toList();
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = TrainingStepsTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    }
  }

  @Test
  void threeStepsGiveTorchsWeights() throws IOException {
    String json = new String(resource("training_steps.json"), StandardCharsets.UTF_8);
    JsonObject golden = JsonParser.parseString(json).getAsJsonObject();
    ByteBuffer expected = ByteBuffer.wrap(resource("training_steps.f32"));
    float[] values = new float[expected.capacity() / 4];
    expected.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    for (BackendReport report : Backends.report()) {
      if (!report.available()) {
        continue;
      }
      Backend backend = Backends.of(report.name());
      List<Node> by = Graph.of(loss).parameters();
      Map<String, Tensor> weights = weights(by);
      Graph graph = Gradients.of(loss, by).graph();
      OptimizerState state = new OptimizerState(Sgd.nnUnet(), new ArrayList<>(weights.values()));
      for (int step = 0; step < 3; step++) {
        List<Tensor> results =
            backend.compile(graph, weights::get).run(inputs(graph), Workers.of(2));
        List<Tensor> gradients = results.subList(1, results.size());
        double norm = GradientNorm.clip(gradients, 1);
        String what = report.name() + " step " + step;
        double lossThen = golden.getAsJsonArray("losses").get(step).getAsDouble();
        double normThen = golden.getAsJsonArray("norms").get(step).getAsDouble();
        assertEquals(lossThen, results.get(0).array()[0], 2e-6, what);
        assertEquals(normThen, norm, 1e-5 * normThen, what);
        state.step(gradients, 0.01, Workers.of(2));
      }
      assertWeights(golden.getAsJsonArray("names"), values, weights, report.name());
    }
  }

  /** Within 1e-5 of the largest weight of each tensor, 3 steps of it at most 0.03. */
  private static void assertWeights(
      JsonArray names, float[] values, Map<String, Tensor> weights, String what) {
    int at = 0;
    assertEquals(weights.size(), names.size());
    for (int i = 0; i < names.size(); i++) {
      float[] actual = weights.get(names.get(i).getAsString()).array();
      double largest = 0;
      double worst = 0;
      for (int k = 0; k < actual.length; k++, at++) {
        largest = Math.max(largest, Math.abs(values[at]));
        worst = Math.max(worst, Math.abs(values[at] - (double) actual[k]));
      }
      String which = what + " " + names.get(i) + ": " + worst;
      assertTrue(worst <= 1e-5 * largest, which + " of " + largest);
    }
    assertEquals(values.length, at);
  }

  @Test
  void checkpointsSaveMemoryAndChangeNothing() {
    Backend backend = Backends.auto();
    List<Node> by = Graph.of(loss).parameters();
    Map<String, Tensor> weights = weights(by);
    Graph all = Gradients.of(loss, by).graph();
    List<Tensor> expected = backend.compile(all, weights::get).run(inputs(all), Workers.of(2));
    List<Predicate<Node>> choices =
        List.of(Checkpoints.every(1, loss), Checkpoints.every(3, loss), Checkpoints.at(List.of()));
    for (int i = 0; i < choices.size(); i++) {
      Graph graph = Gradients.of(loss, by, choices.get(i)).graph();
      List<Tensor> actual = backend.compile(graph, weights::get).run(inputs(graph), Workers.of(2));
      for (int k = 0; k < expected.size(); k++) {
        float[] own = actual.get(k).array();
        float largest = 0;
        for (float value : own) {
          largest = Math.max(largest, Math.abs(value));
        }
        float bound = largest * 1e-4f + 1e-7f; // other fusions round otherwise
        assertArrayEquals(expected.get(k).array(), own, bound, "choice " + i + " output " + k);
      }
      assertTrue(i == 0 || graph.flops() > all.flops(), "choice " + i + " computes twice");
    }
    long scalarAll = Backends.of("scalar").arenaBytes(all);
    long scalarFew =
        Backends.of("scalar").arenaBytes(Gradients.of(loss, by, choices.get(0)).graph());
    assertTrue(scalarFew < 0.8 * scalarAll, scalarFew + " of " + scalarAll + " bytes");
  }

  @Test
  void graphsHoldNoMoreThanTheGradientsNeed() {
    List<Node> by = Graph.of(loss).parameters();
    Graph graph = Gradients.of(loss, by).graph();
    long rectifiers =
        graph.nodes().stream()
            .filter(
                node ->
                    node.op() instanceof PointwiseGradient through
                        && through.function() instanceof LeakyRelu)
            .count();
    assertEquals(0, rectifiers, "rectifiers behind norms are the norms' work");
    Node last = by.get(by.size() - 1);
    Graph one = Gradients.of(loss, List.of(last)).graph();
    long convolutions =
        one.nodes().stream().filter(node -> node.op() instanceof ConvWeightGradient).count();
    assertEquals(0, convolutions, "the last bias needs no weight's gradient");
    assertEquals(2, one.outputs().size());
  }

  @Test
  void gradientsComeInTheOrderAskedFor() {
    List<Node> by = new ArrayList<>(Graph.of(loss).parameters());
    Collections.reverse(by);
    List<Node> nodes = Gradients.of(loss, by).nodes();
    for (int i = 0; i < by.size(); i++) {
      assertEquals(by.get(i).shape(), nodes.get(i).shape());
    }
  }

  @Test
  void noGradientFlowsThroughDetach() {
    Node x = Node.input("x", Shape.of(3));
    Node both = Terms.sum(Terms.times(x, Node.of(new Detach(), x)));
    Graph graph = Gradients.of(both, List.of(x)).graph();
    Tensor values = Tensor.of(Shape.of(3), 1, 2, 3);
    for (BackendReport report : Backends.report()) {
      if (report.available()) {
        List<Tensor> results =
            Backends.of(report.name())
                .compile(graph, label -> null)
                .run(List.of(values), Workers.single());
        assertEquals(14, results.get(0).array()[0]);
        assertArrayEquals(new float[] {1, 2, 3}, results.get(1).array(), report.name());
      }
    }
  }

  @Test
  void aLongChainIsComputedAgainWithoutRecursion() {
    int length = 20_000;
    Node x = Node.input("x", Shape.of(2));
    Node last = x;
    for (int i = 0; i < length; i++) {
      last = Terms.times(last, last);
    }
    Graph graph = Gradients.of(Terms.sum(last), List.of(x), Checkpoints.at(List.of())).graph();
    assertTrue(graph.nodes().size() > 2 * length, graph.nodes().size() + " nodes");
  }

  /** A loss of one element may come from any op. */
  @Test
  void aLayerOfOneElementIsALoss() {
    Node image = Node.input("image", Shape.of(1, 1, 1, 1, 2));
    Node weight = Node.parameter("weight", Shape.of(1, 2, 1, 1, 1));
    Node bias = Node.parameter("bias", Shape.of(1));
    Node conv = Node.of(Conv.same(new int[] {1, 1, 1}, new int[] {1, 1, 1}), image, weight, bias);
    Node norm = Node.of(new LayerNorm(1e-5), Node.of(new Relu(), conv));
    Map<String, Tensor> weights =
        Map.of("weight", Tensor.of(weight.shape(), 3, 5), "bias", Tensor.of(bias.shape(), 0.5f));
    List<Node> by = List.of(image, weight, bias);
    for (BackendReport report : Backends.report()) {
      if (report.available()) {
        Backend backend = Backends.of(report.name());
        List<Tensor> values = List.of(Tensor.of(image.shape(), 7, 11));
        List<Tensor> own =
            backend
                .compile(Gradients.of(conv, by).graph(), weights::get)
                .run(values, Workers.single());
        assertEquals(76.5f, own.get(0).array()[0], report.name());
        assertArrayEquals(new float[] {3, 5}, own.get(1).array(), report.name());
        assertArrayEquals(new float[] {7, 11}, own.get(2).array(), report.name());
        assertArrayEquals(new float[] {1}, own.get(3).array(), report.name());
        List<Tensor> none =
            backend
                .compile(Gradients.of(norm, by).graph(), weights::get)
                .run(values, Workers.single());
        assertArrayEquals(new float[] {0, 0}, none.get(1).array(), report.name());
      }
    }
  }

  @Test
  void whatHasNoGradientIsRefused() {
    Node x = Node.input("x", Shape.of(3));
    assertEquals(
        "the loss must be a single number, got shape [3]; take its sum or mean first",
        assertThrows(IllegalArgumentException.class, () -> Gradients.of(x, List.of(x)))
            .getMessage());
    Node sum = Terms.sum(x);
    Node other = Node.parameter("other", Shape.of(2));
    assertEquals(
        "the loss does not depend on " + other,
        assertThrows(IllegalArgumentException.class, () -> Gradients.of(sum, List.of(other)))
            .getMessage());
    assertEquals(
        "a checkpoint is kept every 1 or more ops, got 0",
        assertThrows(IllegalArgumentException.class, () -> Checkpoints.every(0, sum)).getMessage());
    assertTrue(Checkpoints.all().test(Node.of(new InstanceNorm(1), Node.input("y", IMAGE))));
  }
}
