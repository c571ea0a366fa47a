package org.cirr.nn.loss;

import static org.cirr.nn.network.OperatorGoldens.attrs;
import static org.cirr.nn.network.OperatorGoldens.data;
import static org.cirr.nn.network.OperatorGoldens.has;
import static org.cirr.nn.network.OperatorGoldens.op;
import static org.cirr.nn.network.OperatorGoldens.shape;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cirr.backend.Backends;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.nn.gradient.Gradients;
import org.cirr.nn.gradient.Terms;
import org.cirr.nn.network.OperatorGoldens;
import org.cirr.op.Constant;
import org.cirr.op.Gather;
import org.cirr.op.Permute;
import org.cirr.op.Sigmoid;
import org.cirr.op.Softmax;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.api.Test;

/** Losses and their gradients against PyTorch's, on every backend that runs here. */
class LossGoldenTest {
  @Test
  void lossesAreTorchs() {
    OperatorGoldens goldens = new OperatorGoldens("losses").withRoundings(10);
    for (JsonObject test : goldens.cases()) {
      Node loss = loss(test);
      if (loss != null) {
        goldens.compare(test, op(test).equals("sord") ? "loss" : "y", loss, tensor -> tensor);
      }
    }
    goldens.assertRan(
        "{bce=1, bce_with_logits=2, cross_entropy=7, cross_entropy_soft=1, dice_bce_cirrmri=1,"
            + " mse=1, nnunet_dc_and_ce=1, nnunet_deep_supervision=1, nnunet_soft_dice=4, sord=4,"
            + " transbts_softmax_dice=1, transunet_ce_dice=1}",
        27); // the last output of deep supervision has none
  }

  /** Channels last. */
  private static Node last(Node x) {
    int rank = x.shape().rank();
    List<Integer> axes = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    axes.add(axes.remove(1));
    return rank == 2 ? x : Node.of(new Permute(axes), x);
  }

  private static Node x(JsonObject test) {
    return last(data(test, "x"));
  }

  private static Node oneHot(JsonObject test, String name, int classes) {
    Node labels = data(test, name);
    Shape s = labels.shape();
    boolean channel = s.rank() > 1 && s.dim(1) == 1;
    int[] extents = IntStream.range(0, s.rank()).filter(i -> i != 1).map(s::dim).toArray();
    Node plain = channel ? Terms.reshape(labels, Shape.of(extents)) : labels;
    return Targets.oneHot(plain, classes);
  }

  private static Node loss(JsonObject test) {
    JsonObject attrs = attrs(test);
    return switch (op(test)) {
      case "bce" -> CrossEntropy.ofProbabilities(Node.of(new Sigmoid(), x(test)), data(test, "t"));
      case "bce_with_logits" ->
          has(test, "pw")
              ? CrossEntropy.binary(x(test), data(test, "t"), data(test, "pw"))
              : CrossEntropy.binary(x(test), data(test, "t"));
      case "cross_entropy" -> crossEntropy(test, attrs);
      case "cross_entropy_soft" ->
          CrossEntropy.mean(x(test), Node.of(new Softmax(), data(test, "t")));
      case "mse" -> CrossEntropy.squaredError(data(test, "x"), data(test, "t"));
      case "dice_bce_cirrmri" -> {
        Node p = Node.of(new Sigmoid(), x(test));
        Node t = last(data(test, "t"));
        yield Terms.plus(OverlapLoss.flat(p, t, 1e-3), CrossEntropy.ofProbabilities(p, t));
      }
      case "nnunet_soft_dice" -> {
        OverlapLoss dice =
            OverlapLoss.nnUnet(
                attrs.get("batch_dice").getAsBoolean(), attrs.get("do_bg").getAsBoolean());
        yield dice.negativeMean(Node.of(new Softmax(), x(test)), oneHot(test, "t", 3));
      }
      case "nnunet_dc_and_ce" ->
          NnUnetLoss.diceAndCrossEntropy(x(test), oneHot(test, "t", 4), true);
      case "nnunet_deep_supervision" -> {
        List<Node> losses = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          Node logits = last(data(test, "x" + i));
          losses.add(NnUnetLoss.diceAndCrossEntropy(logits, oneHot(test, "t" + i, 3), true));
        }
        yield NnUnetLoss.deepSupervision(losses);
      }
      case "transunet_ce_dice" -> {
        Node x = x(test);
        Node target = oneHot(test, "t", 3);
        Node dice = OverlapLoss.transUnet().oneMinusMean(Node.of(new Softmax(), x), target);
        yield Terms.plus(Terms.times(CrossEntropy.mean(x, target), 0.5), Terms.times(dice, 0.5));
      }
      case "transbts_softmax_dice" -> {
        Tensor table = Tensor.zeros(Shape.of(5, 4)); // labels 0, 1, 2 and 4 are channels 0 to 3
        int[] channels = {0, 1, 2, -1, 3};
        for (int label = 0; label < 5; label++) {
          if (channels[label] >= 0) {
            table.array()[label * 4 + channels[label]] = 1;
          }
        }
        Node target = Node.of(new Gather(), Node.of(new Constant(table)), data(test, "t"));
        yield OverlapLoss.transBts().sumOfMissing(Node.of(new Softmax(), x(test)), target);
      }
      case "sord" -> {
        Targets.RankDistance distance =
            attrs.get("phi").getAsString().equals("squared")
                ? Targets.RankDistance.SQUARED
                : Targets.RankDistance.ABSOLUTE;
        Tensor ranks = Targets.ranks(4, attrs.get("alpha").getAsDouble(), distance);
        yield CrossEntropy.mean(x(test), Targets.ordinal(data(test, "t"), ranks));
      }
      default -> null; // a loss that no network of cirr has
    };
  }

  private static Node crossEntropy(JsonObject test, JsonObject attrs) {
    int classes = shape(test, "x").dim(1);
    Node target = oneHot(test, "t", classes);
    double smoothing =
        attrs.has("label_smoothing") ? attrs.get("label_smoothing").getAsDouble() : 0;
    if (attrs.has("ignore_index")) {
      int ignored = attrs.get("ignore_index").getAsInt();
      Tensor table = Tensor.zeros(Shape.of(classes, classes));
      for (int c = 0; c < classes; c++) {
        table.array()[c * classes + c] = c == ignored ? 0 : 1;
      }
      target = Node.of(new Gather(), Node.of(new Constant(table)), data(test, "t"));
    }
    String reduction = attrs.has("reduction") ? attrs.get("reduction").getAsString() : "";
    if (reduction.equals("none")) {
      return null;
    } else if (reduction.equals("sum")) {
      return CrossEntropy.sum(x(test), target);
    } else if (has(test, "w") || attrs.has("ignore_index")) {
      Node weights = has(test, "w") ? data(test, "w") : Terms.filled(Shape.of(classes), 1);
      return CrossEntropy.weighted(x(test), target, weights, smoothing);
    }
    return CrossEntropy.mean(x(test), Targets.smoothed(target, smoothing));
  }

  private static double value(Node loss, Tensor x, Tensor labels) {
    Graph graph = Graph.of(loss);
    List<Tensor> inputs =
        graph.inputs().stream().map(node -> Graph.label(node).equals("x") ? x : labels).toList();
    return Backends.of("scalar")
        .compile(graph, label -> null)
        .run(inputs, Workers.single())
        .get(0)
        .array()[0];
  }

  @Test
  void focalLossWeighsDownWhatIsRight() {
    Tensor x = RandomTensors.normal(Shape.of(7, 3), 3);
    Tensor labels = Tensor.of(Shape.of(7), 0, 1, 2, 2, 1, 0, 1);
    float[] weights = {0.5f, 1, 2};
    Node logits = Node.input("x", x.shape());
    Node target = Targets.oneHot(Node.input("t", labels.shape()), 3);
    Node given = Node.of(new Constant(Tensor.of(Shape.of(3), weights)));
    for (double gamma : new double[] {0, 1.5, 2}) {
      double expected = 0;
      for (int i = 0; i < 7; i++) {
        double sum = 0;
        for (int c = 0; c < 3; c++) {
          sum += Math.exp(x.get(i, c));
        }
        int label = (int) labels.get(i);
        double p = Math.exp(x.get(i, label)) / sum;
        expected -= weights[label] * Math.pow(1 - p, gamma) * Math.log(p) / 7;
      }
      double actual = value(CrossEntropy.focal(logits, target, given, gamma), x, labels);
      assertEquals(expected, actual, 1e-6, "gamma " + gamma);
    }
    Node loss = CrossEntropy.focal(logits, target, given, 2);
    Graph graph = Gradients.of(loss, List.of(logits)).graph();
    Tensor sure = Tensor.of(x.shape(), new float[21]);
    Arrays.fill(sure.array(), -100);
    for (int i = 0; i < 7; i++) {
      sure.array()[i * 3 + (int) labels.get(i)] = 100; // p is 1: no NaN from the power of 0
    }
    List<Tensor> inputs =
        graph.inputs().stream().map(n -> Graph.label(n).equals("x") ? sure : labels).toList();
    List<Tensor> results =
        Backends.of("scalar").compile(graph, label -> null).run(inputs, Workers.single());
    assertEquals(0, results.get(0).array()[0], 1e-12);
    assertArrayEquals(new float[21], results.get(1).array(), 1e-12f);
  }

  @Test
  void tverskyOfEqualWeightsIsDice() {
    Tensor x = RandomTensors.normal(Shape.of(2, 5, 3), 5);
    Tensor labels = Tensor.of(Shape.of(2, 5), 0, 1, 2, 2, 1, 0, 1, 1, 0, 2);
    Node p = Node.of(new Softmax(), Node.input("x", x.shape()));
    Node t = Targets.oneHot(Node.input("t", labels.shape()), 3);
    OverlapLoss plain = new OverlapLoss(true, true, 0, 0, 0, false);
    double dice = value(plain.oneMinusMean(p, t), x, labels);
    assertEquals(dice, value(plain.tversky(p, t, 0.5, 0.5), x, labels), 1e-6);
    double missing = value(plain.tversky(p, t, 0.3, 0.7), x, labels);
    double tooMuch = value(plain.tversky(p, t, 0.7, 0.3), x, labels);
    assertEquals(true, Math.abs(missing - tooMuch) > 1e-4, missing + " and " + tooMuch);
  }

  @Test
  void deepSupervisionLeavesTheLastOutputOut() {
    assertArrayEquals(new double[] {4 / 7.0, 2 / 7.0, 1 / 7.0, 0}, NnUnetLoss.weights(4), 1e-15);
    assertArrayEquals(new double[] {1}, NnUnetLoss.weights(1));
  }

  @Test
  void ignoredPositionsHaveNoClass() {
    Node labels = Node.input("t", Shape.of(4));
    Tensor t = Tensor.of(Shape.of(4), -1, 1, 2, 9);
    float[] expected = {1, 0, 0, 1, 0, 0, 0, 0};
    Graph graph = Graph.of(Targets.oneHot(labels, 2));
    assertArrayEquals(
        expected,
        Backends.of("scalar")
            .compile(graph, label -> null)
            .run(List.of(t), Workers.single())
            .get(0)
            .array());
  }
}
