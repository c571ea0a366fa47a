package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.Op;
import org.cirr.op.Relu;
import org.cirr.op.Slice;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A convolution whose channels are only read in slices gives what it gives when they are copied.
 */
class SlicesTest {
  private static final long SEED = 20261123;
  private static final List<Integer> NONE = List.of(0, 0, 0);
  private static final List<Integer> ONE = List.of(1, 1, 1);
  private static final List<Integer> TWO = List.of(2, 2, 2);

  static Stream<Arguments> convolutions() {
    Conv plain = new Conv(ONE, ONE, ONE, 1);
    Conv half = new Conv(TWO, ONE, ONE, 1);
    ConvTranspose turned = new ConvTranspose(ONE, ONE, NONE, ONE, 1);
    ConvTranspose twice = new ConvTranspose(TWO, NONE, NONE, ONE, 1);
    return Stream.of(
            Arguments.of("Winograd", plain, Shape.of(2, 3, 9, 14, 32), 3),
            Arguments.of("Winograd by all threads", plain, Shape.of(2, 4, 16, 16, 64), 3),
            Arguments.of("direct", plain, Shape.of(2, 2, 3, 3, 32), 3),
            Arguments.of("stride 2", half, Shape.of(2, 5, 9, 14, 32), 3),
            Arguments.of("few channels", plain, Shape.of(2, 3, 9, 14, 1), 3),
            Arguments.of("groups", new Conv(ONE, ONE, ONE, 2), Shape.of(2, 3, 5, 6, 32), 3),
            Arguments.of("turned", turned, Shape.of(2, 3, 9, 14, 32), 3),
            Arguments.of("transposed", twice, Shape.of(2, 3, 5, 6, 32), 2))
        .flatMap(
            each ->
                // Slices of 32 channels; 80 are two and a half of them.
                Stream.of(96, 80)
                    .map(
                        all ->
                            Arguments.of(
                                each.get()[0], each.get()[1], each.get()[2], each.get()[3], all)));
  }

  private static Node slice(Node of, int first, int channels) {
    return Node.of(Slice.along(4, first, first + channels, 5), of);
  }

  @ParameterizedTest(name = "{0}, {4} channels")
  @MethodSource("convolutions")
  void slicesAreTheSameAsCopies(String name, Op op, Shape shape, int kernel, int channels) {
    int groups = op instanceof Conv conv ? conv.groups() : 1;
    int in = shape.dim(-1) / groups;
    Shape weights =
        op instanceof Conv
            ? Shape.of(channels, in, kernel, kernel, kernel)
            : Shape.of(in, channels, kernel, kernel, kernel);
    Node all =
        Node.of(
            op,
            Node.input("x", shape),
            Node.parameter("weight", weights),
            Node.parameter("bias", Shape.of(channels)));
    Node first = slice(all, 0, 32);
    Node last = slice(all, channels == 96 ? 64 : 32, 32);
    // The sum may be written over a slice, while the other one is still to be read.
    Node sum = Node.of(new Add(), first, last);
    List<Node> outputs = List.of(Node.of(new Relu(), sum), Node.of(new Relu(), last));
    Graph sliced = Graph.of(outputs);
    Graph copied = Graph.of(List.of(outputs.get(0), outputs.get(1), all));
    Map<String, Shape> shapes = new HashMap<>();
    sliced.parameters().forEach(node -> shapes.put(Graph.label(node), node.shape()));
    Function<String, Tensor> parameters = RandomTensors.parameters(shapes::get, SEED);
    List<Tensor> inputs = List.of(RandomTensors.normal(shape, SEED));
    for (BackendReport report : Backends.report()) {
      if (report.available()) {
        Backend backend = Backends.of(report.name());
        Program program = backend.compile(sliced, parameters);
        List<Tensor> actual = program.run(inputs, Workers.of(2));
        List<Tensor> expected = backend.compile(copied, parameters).run(inputs, Workers.of(2));
        String what = backend.name() + ", seed " + SEED;
        assertArrayEquals(expected.get(0).array(), actual.get(0).array(), what);
        assertArrayEquals(expected.get(1).array(), actual.get(1).array(), what);
        boolean whole = !backend.name().equals("simd") || groups > 1 || channels % 32 != 0;
        assertEquals(whole, program.report().contains("Slice"), program.report());
      }
    }
  }
}
