package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
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
import org.cirr.op.Attention;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.ConvWeightGradient;
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
   * The contract's convolutions and their gradients, linear layers, every third of its many
   * products, and some of more awkward shapes.
   */
  static List<OpCases.Case> all() {
    List<OpCases.Case> cases = new ArrayList<>();
    int products = 0;
    for (OpCases.Case test : OpCases.all()) {
      boolean known =
          test.op() instanceof Conv
              || test.op() instanceof ConvTranspose
              || test.op() instanceof ConvWeightGradient
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
    cases.addAll(gradients());
    cases.addAll(transposed());
    cases.addAll(TensorAttentionCases.all());
    return cases;
  }

  /** Transposed convolutions with a stride that is not their kernel: taps differ by voxel. */
  static List<OpCases.Case> transposed() {
    return List.of(
        transposed(Shape.of(2, 3, 4, 5, 7), 9, List.of(3, 3, 3), List.of(2, 2, 2), 1, 1),
        transposed(Shape.of(1, 5, 6, 7, 17), 33, List.of(3, 3, 3), List.of(1, 2, 2), 1, 1),
        transposed(Shape.of(1, 3, 7, 5), 6, List.of(4, 4), List.of(2, 2), 1, 0),
        transposed(Shape.of(2, 33, 20), 40, List.of(5), List.of(2), 2, 1),
        transposed(Shape.of(1, 3, 5, 4), 3, List.of(5, 5), List.of(3, 3), 1, 0),
        transposed(Shape.of(1, 1, 1, 1, 1), 1, List.of(3, 3, 3), List.of(2, 2, 2), 1, 1));
  }

  /** Where the stride is 1 nothing is added behind. */
  static OpCases.Case transposed(
      Shape input, int out, List<Integer> kernel, List<Integer> stride, int padding, int more) {
    int axes = kernel.size();
    List<Integer> behind = stride.stream().map(s -> s == 1 ? 0 : more).toList();
    Op op =
        new ConvTranspose(
            stride, Collections.nCopies(axes, padding), behind, Collections.nCopies(axes, 1), 1);
    int[] weight = new int[axes + 2];
    weight[0] = input.dim(-1);
    weight[1] = out;
    long terms = input.dim(-1);
    for (int axis = 0; axis < axes; axis++) {
      weight[axis + 2] = kernel.get(axis);
      terms *= kernel.get(axis);
    }
    return new OpCases.Case(
        op, List.of(input), List.of(Shape.of(weight), Shape.of(out)), null, terms);
  }

  /**
   * Weight gradients: several bricks a part, one voxel, many taps along y and x, two axes, much
   * shared memory, one axis; groups of channels.
   */
  static List<OpCases.Case> gradients() {
    return List.of(
        gradient(Shape.of(2, 3, 33, 31, 3), 5, List.of(3, 3, 3), 1, 1),
        gradient(Shape.of(1, 1, 1, 1, 1), 1, List.of(3, 3, 3), 1, 1),
        gradient(Shape.of(2, 1, 1, 1, 40), 65, List.of(1, 1, 1), 1, 1),
        gradient(Shape.of(1, 5, 7, 9, 17), 33, List.of(3, 3, 3), 2, 1),
        gradient(Shape.of(1, 6, 9, 7, 5), 3, List.of(2, 5, 4), 1, 2),
        gradient(Shape.of(3, 17, 33, 35), 7, List.of(1, 1), 2, 1),
        gradient(Shape.of(2, 19, 23, 8), 16, List.of(2, 2), 2, 1),
        gradient(Shape.of(1, 30, 29, 3), 4, List.of(3, 3), 1, 12),
        gradient(Shape.of(5, 67, 36), 24, List.of(5), 1, 3),
        gradient(Shape.of(1, 3, 11, 9, 51), 66, List.of(3, 3, 3), 1, 1, 3),
        gradient(Shape.of(2, 3, 7, 5, 32), 32, List.of(3, 3, 3), 2, 1, 2),
        gradient(Shape.of(1, 9, 20, 80), 160, List.of(3, 3), 1, 1, 2),
        gradient(Shape.of(2, 3, 3, 3, 40), 50, List.of(1, 1, 1), 1, 1, 5));
  }

  static OpCases.Case gradient(
      Shape input, int out, List<Integer> kernel, int stride, int dilation) {
    return gradient(input, out, kernel, stride, dilation, 1);
  }

  static OpCases.Case gradient(
      Shape input, int out, List<Integer> kernel, int stride, int dilation, int groups) {
    int axes = kernel.size();
    List<Integer> strides = Collections.nCopies(axes, stride);
    List<Integer> dilations = Collections.nCopies(axes, dilation);
    List<Integer> padding = kernel.stream().map(k -> k / 2 * dilation).toList();
    int[] weight = new int[axes + 2];
    weight[0] = out;
    weight[1] = input.dim(-1) / groups;
    for (int axis = 0; axis < axes; axis++) {
      weight[axis + 2] = kernel.get(axis);
    }
    Conv conv = new Conv(strides, padding, dilations, groups);
    Shape output = conv.infer(List.of(input, Shape.of(weight)));
    Op op = new ConvWeightGradient(kernel, strides, padding, dilations, groups);
    return new OpCases.Case(op, List.of(input, output), List.of(), null, output.elements() / out);
  }

  private static long work(OpCases.Case test) {
    TensorConv conv = null;
    for (Node node : graph(test).nodes()) {
      TensorGradient gradient = TensorGradient.of(node, Arithmetic.BF16);
      if (gradient != null) {
        return gradient.products() >> 9; // as many as a block of convolutions makes
      }
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
      rounded.array()[i] = rounded(tensor.array()[i], arithmetic);
    }
    return rounded;
  }

  /** Rounds a value. */
  static float rounded(float value, Arithmetic arithmetic) {
    boolean half = arithmetic == Arithmetic.BF16;
    return Float.intBitsToFloat(half ? TensorWeights.bf16(value) << 16 : TensorWeights.tf32(value));
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
    if (test.op() instanceof Attention) {
      TensorAttentionCases.check(backend, arithmetic, test);
      return;
    }
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
