package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.stream.Stream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Flip;
import org.cirr.op.Op;
import org.cirr.op.Pad;
import org.cirr.op.Permute;
import org.cirr.op.Reduce;
import org.cirr.op.Repeat;
import org.cirr.op.Slice;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Shapes so large that kernels cut them into tasks, with a remainder in every cut. */
class LargeShapesTest {
  /** Of the sum of absolute values; sums of 64 floats are added in double. */
  private static final double TOLERANCE = 1e-6;

  private record Case(Op op, Shape shape) {}

  @BeforeEach
  void needsVectors() {
    assumeTrue(
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
        "the vector module is not there");
  }

  static Stream<Case> moves() {
    return Stream.of(
        new Case(Slice.along(4, 1, 2, 5), Shape.of(1, 33, 41, 70, 3)), // one line of single values
        new Case(Slice.along(2, 3, 40, 5), Shape.of(2, 9, 41, 37, 5)),
        new Case(Permute.of(1, 0), Shape.of(301, 403)),
        new Case(Permute.of(0, 2, 1), Shape.of(2, 33, 1700)),
        new Case(Flip.of(0, 2), Shape.of(51, 37, 61)),
        new Case(
            new Pad(List.of(0, 3, 1), List.of(2, 0, 5), Pad.Mode.CONSTANT, 1.5),
            Shape.of(57, 33, 41)),
        new Case(Repeat.of(70001), Shape.of(1)),
        new Case(Repeat.of(1, 3), Shape.of(40, 1001)));
  }

  static Stream<Case> sums() {
    return Stream.of(
        new Case(Reduce.sum(0, 1, 2, 3), Shape.of(2, 10, 61, 67, 3)),
        new Case(Reduce.mean(0, 1, 2), Shape.of(3, 41, 67, 33)),
        new Case(Reduce.sum(0, 1), Shape.of(301, 403)),
        new Case(Reduce.mean(1), Shape.of(403, 301)),
        new Case(Reduce.sum(1, 2), Shape.of(2, 33, 41, 300)),
        new Case(new Reduce(Reduce.Kind.MAX, List.of(0, 2)), Shape.of(33, 41, 67)),
        new Case(new Reduce(Reduce.Kind.MIN, List.of(0)), Shape.of(40001, 5)));
  }

  private static float[] run(String backend, Case given, Tensor input, int threads) {
    Graph graph = Graph.of(Node.of(given.op, Node.input("x", given.shape)));
    Program program = Backends.of(backend).compile(graph, name -> null);
    return program.run(List.of(input), Workers.of(threads)).get(0).array();
  }

  @ParameterizedTest
  @MethodSource("moves")
  void valuesAreMovedToTheVeryPlace(Case given) {
    Tensor input = RandomTensors.normal(given.shape, 5);
    float[] expected = run("scalar", given, input, 1);
    assertArrayEquals(expected, run("simd", given, input, 3), "seed 5, " + given);
  }

  @ParameterizedTest
  @MethodSource("sums")
  void sumsAreThePlainOnesForAnyNumberOfThreads(Case given) {
    Tensor input = RandomTensors.normal(given.shape, 6);
    float[] expected = run("scalar", given, input, 1);
    float[] actual = run("simd", given, input, 3);
    double terms = (double) given.shape.elements() / Math.max(1, expected.length);
    boolean mean = ((Reduce) given.op).kind() == Reduce.Kind.MEAN;
    double size = TOLERANCE * (mean ? 1 : terms);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], size, "seed 6, " + given + ", value " + i);
    }
    assertArrayEquals(actual, run("simd", given, input, 1), "other threads, seed 6, " + given);
  }
}
