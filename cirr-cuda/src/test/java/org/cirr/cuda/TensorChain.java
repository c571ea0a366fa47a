package org.cirr.cuda;

import java.util.List;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.OpContract;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;

/**
 * Convolution, norm and rectifier, concatenated with something else, and a convolution of that: a
 * piece of a U-Net whose values between are never written but for the first convolution's.
 *
 * @param depth of the kernels, which are 3 high and wide
 * @param channels of the image, the first convolution, what is concatenated, and the result
 */
record TensorChain(int[] extents, int depth, int[] channels, int stride) {
  /** A factor that lies between two of bf16 may be rounded either way: 2⁻⁸ of it, or 2⁻¹¹. */
  private static final double TOLERANCE = 1e-3;

  private static final double STATISTICS_TOLERANCE = 1e-5;

  private Node conv(Node x, int out, int stride, String name) {
    List<Integer> ones = List.of(1, 1, 1);
    Shape weight = Shape.of(out, x.shape().dim(-1), depth, 3, 3);
    return Node.of(
        new Conv(List.of(1, stride, stride), List.of(depth / 2, 1, 1), ones, 1),
        x,
        Node.parameter(name, weight),
        Node.parameter(name + " bias", Shape.of(out)));
  }

  private Node image() {
    return Node.input("image", Shape.of(2, extents[0], extents[1], extents[2], channels[0]));
  }

  private Node normalised() {
    Node first = conv(image(), channels[1], stride, "first");
    Shape vector = Shape.of(channels[1]);
    return Node.of(
        new InstanceNorm(1e-5),
        first,
        Node.parameter("scale", vector),
        Node.parameter("shift", vector));
  }

  private Node second(Node left, Node right, int out) {
    return conv(Node.of(new Concat(), left, right), out, 1, "second");
  }

  private static Tensor parameter(Graph graph, String name, Arithmetic arithmetic) {
    Shape shape =
        graph.parameters().stream()
            .filter(node -> Graph.label(node).equals(name))
            .findFirst()
            .orElseThrow()
            .shape();
    Tensor value = RandomTensors.normal(shape, name.hashCode());
    if (name.endsWith("bias")) { // so that the mean is large beside the deviation
      for (int i = 0; i < value.array().length; i++) {
        value.array()[i] += 30;
      }
    }
    return shape.rank() > 1 ? TensorCases.rounded(value, arithmetic) : value;
  }

  private static Tensor run(Backend backend, Arithmetic arithmetic, Node output, Tensor... inputs) {
    Graph graph = Graph.of(output);
    return backend
        .compile(graph, name -> parameter(graph, name, arithmetic))
        .run(List.of(inputs), Workers.single())
        .get(0);
  }

  private Node whole() {
    Node left = Node.of(new LeakyRelu(0.01), normalised());
    return second(left, Node.input("other", otherShape(left)), channels[3]);
  }

  private Shape otherShape(Node left) {
    Shape shape = left.shape();
    return Shape.of(shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3), channels[2]);
  }

  String report(Backend backend, Arithmetic arithmetic) {
    Graph graph = Graph.of(whole());
    return backend.compile(graph, name -> parameter(graph, name, arithmetic)).report();
  }

  /**
   * What the scalar backend gives.
   *
   * @param norm the norm's result
   * @param between the same rectified and rounded
   * @param other what is concatenated
   * @param last the result
   */
  record Expected(Tensor image, Tensor norm, Tensor between, Tensor other, Tensor last) {}

  Expected expected(Arithmetic arithmetic) {
    Backend scalar = Backends.of("scalar");
    Tensor image = TensorCases.rounded(RandomTensors.normal(image().shape(), 5), arithmetic);
    Tensor norm = run(scalar, arithmetic, normalised(), image);
    Node left = Node.of(new LeakyRelu(0.01), Node.input("norm", norm.shape()));
    Tensor between = TensorCases.rounded(run(scalar, arithmetic, left, norm), arithmetic);
    Tensor other = TensorCases.rounded(RandomTensors.normal(otherShape(left), 6), arithmetic);
    Node last =
        second(
            Node.input("left", between.shape()), Node.input("other", other.shape()), channels[3]);
    return new Expected(image, norm, between, other, run(scalar, arithmetic, last, between, other));
  }

  /** Asserts that a backend gives what the scalar backend gives with rounding between. */
  void check(Backend backend, Arithmetic arithmetic, Expected expected) {
    OpContract.assertClose(
        expected.norm().array(),
        run(backend, arithmetic, normalised(), expected.image()).array(),
        STATISTICS_TOLERANCE,
        this + ": norm");
    OpContract.assertClose(
        expected.last().array(),
        run(backend, arithmetic, whole(), expected.image(), expected.other()).array(),
        TOLERANCE,
        this);
  }
}
