package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.OpCases;
import org.cirr.backend.OpContract;
import org.cirr.backend.Program;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.Linear;
import org.cirr.op.MatMul;
import org.cirr.op.Op;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomGraphs;

/**
 * What tensor cores compute: ops with factors that are rounded already, so that they must give what
 * the scalar backend gives, but for the rounding of float32 sums.
 */
final class TensorCases {
  /** Blocks times taps times sixteens of channels above which the stand-in takes too long. */
  private static final long MOST_WORK = 500;

  private TensorCases() {}

  /**
   * The contract's convolutions, linear layers, every third of its many products, and some of more
   * awkward shapes.
   */
  static List<OpCases.Case> all() {
    List<OpCases.Case> cases = new ArrayList<>();
    int products = 0;
    for (OpCases.Case test : OpCases.all()) {
      boolean known =
          test.op() instanceof Conv
              || test.op() instanceof ConvTranspose
              || test.op() instanceof Linear
              || test.op() instanceof MatMul && products++ % 3 == 0;
      if (known && work(test) <= MOST_WORK) {
        cases.add(test);
      }
    }
    List<Integer> ones = List.of(1, 1, 1);
    for (int[] channels : new int[][] {{1, 33}, {3, 17}, {17, 3}, {33, 1}, {16, 65}, {40, 64}}) {
      for (int[] extents : new int[][] {{1, 5, 7}, {7, 1, 17}, {5, 7, 5}}) {
        int stride = 1 + (extents[0] + channels[0]) % 2;
        Conv conv = new Conv(List.of(1, stride, stride), ones, ones, 1);
        Shape input = Shape.of(2, extents[0], extents[1], extents[2], channels[0]);
        Shape weight = Shape.of(channels[1], channels[0], 3, 3, 3);
        List<Shape> parameters = List.of(weight, Shape.of(channels[1]));
        cases.add(new OpCases.Case(conv, List.of(input), parameters, null, 27L * channels[0]));
      }
    }
    return cases;
  }

  private static long work(OpCases.Case test) {
    TensorConv conv = null;
    for (Node node : graph(test).nodes()) {
      conv = node.op() == test.op() ? TensorConv.of(node) : conv;
    }
    if (conv == null) {
      return 0; // another kernel
    }
    Bricks bricks = Bricks.of(conv);
    long blocks = (long) conv.in().n() * bricks.perSample() * bricks.paddedColumns(conv) / 32;
    return blocks * conv.taps() * ((conv.in().c() + 15) / 16);
  }

  static Graph graph(OpCases.Case test) {
    List<Node> nodes = new ArrayList<>();
    for (Shape input : test.inputs()) {
      nodes.add(Node.input("input " + nodes.size(), input));
    }
    for (Shape parameter : test.parameters()) {
      nodes.add(Node.parameter("parameter " + nodes.size(), parameter));
    }
    Node output = Node.of(test.op(), nodes);
    Op activation = test.activation();
    return Graph.of(activation == null ? output : Node.of(activation, output));
  }

  /** Rounds all values as the tensor cores' factors are. */
  static Tensor rounded(Tensor tensor, Arithmetic arithmetic) {
    Tensor rounded = Tensor.zeros(tensor.shape());
    for (int i = 0; i < tensor.array().length; i++) {
      float value = tensor.array()[i];
      rounded.array()[i] =
          Float.intBitsToFloat(
              arithmetic == Arithmetic.BF16
                  ? TensorWeights.bf16(value) << 16
                  : TensorWeights.tf32(value));
    }
    return rounded;
  }

  static Function<String, Tensor> parameters(Graph graph, Arithmetic arithmetic, long seed) {
    Function<String, Tensor> exact = RandomGraphs.parameters(graph, seed);
    return name -> rounded(exact.apply(name), arithmetic);
  }

  static List<Tensor> inputs(Graph graph, Arithmetic arithmetic, long seed) {
    return RandomGraphs.inputs(graph, seed).stream()
        .map(tensor -> rounded(tensor, arithmetic))
        .toList();
  }

  /** Asserts that a backend gives what the scalar backend gives, twice the same. */
  static void check(Backend backend, Arithmetic arithmetic, OpCases.Case test) {
    Graph graph = graph(test);
    Function<String, Tensor> parameters = parameters(graph, arithmetic, 1);
    List<Tensor> inputs = inputs(graph, arithmetic, 1);
    Program program = backend.compile(graph, parameters);
    float[] expected =
        Backends.of("scalar")
            .compile(graph, parameters)
            .run(inputs, Workers.single())
            .get(0)
            .array();
    float[] first = program.run(inputs, Workers.single()).get(0).array();
    float[] second = program.run(inputs, Workers.single()).get(0).array();
    assertTrue(java.util.Arrays.equals(first, second), "two runs differ: " + test);
    OpContract.assertClose(expected, first, OpContract.tolerance(test), test);
  }
}
