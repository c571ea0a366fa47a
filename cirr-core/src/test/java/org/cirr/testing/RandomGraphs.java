package org.cirr.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.op.AvgPool;
import org.cirr.op.BatchNorm;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Interpolate;
import org.cirr.op.LeakyRelu;
import org.cirr.op.MaxPool;
import org.cirr.op.Relu;
import org.cirr.op.Sigmoid;
import org.cirr.op.Softmax;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** Random networks of every op, with skips, shared values and outputs in awkward places. */
public final class RandomGraphs {
  private static final int MOST_ELEMENTS = 6000;

  private final Random random;
  private final List<Node> nodes = new ArrayList<>();
  private int parameters;

  private RandomGraphs(long seed) {
    random = new Random(seed);
  }

  /** The network of a seed: one to three inputs, about {@code ops} ops, one to four outputs. */
  public static Graph of(long seed, int ops) {
    RandomGraphs graphs = new RandomGraphs(seed);
    return graphs.build(ops);
  }

  /** Inputs for the graph. */
  public static List<Tensor> inputs(Graph graph, long seed) {
    List<Tensor> inputs = new ArrayList<>();
    for (Node input : graph.inputs()) {
      inputs.add(RandomTensors.normal(input.shape(), seed + inputs.size()));
    }
    return inputs;
  }

  /** Parameters for the graph. */
  public static Function<String, Tensor> parameters(Graph graph, long seed) {
    return RandomTensors.parameters(
        name ->
            graph.parameters().stream()
                .filter(node -> Graph.label(node).equals(name))
                .findFirst()
                .orElseThrow()
                .shape(),
        seed);
  }

  private Graph build(int ops) {
    int inputs = 1 + random.nextInt(3);
    for (int i = 0; i < inputs; i++) {
      nodes.add(
          Node.input(
              "input " + i,
              Shape.of(1 + random.nextInt(2), extent(), extent(), extent(), channels())));
    }
    for (int i = 0; i < ops; i++) {
      Node node = next();
      if (node.shape().elements() <= MOST_ELEMENTS) {
        nodes.add(node);
      }
    }
    List<Node> outputs = new ArrayList<>();
    outputs.add(nodes.get(nodes.size() - 1));
    while (random.nextInt(3) > 0 && outputs.size() < 4) {
      outputs.add(nodes.get(random.nextInt(nodes.size())));
    }
    if (random.nextInt(4) == 0) {
      outputs.add(parameter(Shape.of(3))); // an output that is a parameter
    }
    return Graph.of(outputs);
  }

  private int extent() {
    return 1 + random.nextInt(7);
  }

  private int channels() {
    return new int[] {1, 2, 3, 5, 8, 16, 17}[random.nextInt(7)];
  }

  /** Mostly one of the last nodes, so that chains and skips arise. */
  private Node pick() {
    int back = random.nextInt(4) > 0 ? random.nextInt(3) : random.nextInt(nodes.size());
    return nodes.get(Math.max(0, nodes.size() - 1 - back));
  }

  private Node parameter(Shape shape) {
    return Node.parameter("p" + parameters++, shape);
  }

  private Node variance(Shape shape) {
    return Node.parameter("p" + parameters++ + " variance", shape);
  }

  private Node next() {
    Node x = pick();
    Shape vector = Shape.of(x.shape().dim(-1));
    return switch (random.nextInt(14)) {
      case 0 -> Node.of(new Relu(), x);
      case 1, 2 -> Node.of(new LeakyRelu(0.01), x);
      case 3 -> Node.of(new Sigmoid(), x);
      case 4 -> Node.of(new Softmax(), x);
      case 5 -> Node.of(new InstanceNorm(1e-2), x);
      case 6 -> Node.of(new InstanceNorm(1e-2), x, parameter(vector), parameter(vector));
      case 7 ->
          Node.of(
              new BatchNorm(1e-2),
              x,
              parameter(vector),
              parameter(vector),
              parameter(vector),
              variance(vector));
      case 8 -> conv(x);
      case 9 -> transposed(x);
      case 10 -> pool(x);
      case 11 -> sum(x);
      case 12 -> concat(x);
      default -> resize(x);
    };
  }

  private Node conv(Node x) {
    int stride = 1 + random.nextInt(2);
    int out = channels();
    Node weight = parameter(Shape.of(out, x.shape().dim(-1), 3, 1, 3));
    Conv op = Conv.same(new int[] {3, 1, 3}, new int[] {1, stride, stride});
    return random.nextBoolean()
        ? Node.of(op, x, weight)
        : Node.of(op, x, weight, parameter(Shape.of(out)));
  }

  private Node transposed(Node x) {
    Node weight = parameter(Shape.of(x.shape().dim(-1), channels(), 1, 2, 2));
    return Node.of(ConvTranspose.of(1, 2, 2), x, weight);
  }

  private Node pool(Node x) {
    int[] kernel = {1, Math.min(2, x.shape().dim(2)), Math.min(2, x.shape().dim(3))};
    return Node.of(random.nextBoolean() ? MaxPool.of(kernel) : AvgPool.of(kernel), x);
  }

  private Node sum(Node x) {
    List<Node> fitting = nodes.stream().filter(n -> n.shape().equals(x.shape())).toList();
    return Node.of(new Add(), x, fitting.get(random.nextInt(fitting.size())));
  }

  private Node concat(Node x) {
    int[] extents = x.shape().toArray();
    List<Node> fitting =
        nodes.stream()
            .filter(n -> java.util.Arrays.equals(n.shape().toArray(), 0, 4, extents, 0, 4))
            .toList();
    return Node.of(new Concat(), x, fitting.get(random.nextInt(fitting.size())), x);
  }

  private Node resize(Node x) {
    Interpolate.Mode mode = Interpolate.Mode.values()[random.nextInt(3)];
    return Node.of(new Interpolate(List.of(extent(), extent(), extent()), mode, false), x);
  }
}
