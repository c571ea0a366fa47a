package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Op;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions of one number over their whole domain: simd's polynomials against Math in double. */
class ElementwiseTest {
  /** Of each value, not only of the largest. */
  private static final double RELATIVE = 2e-6;

  /** What is this small may become 0. */
  private static final double ABSOLUTE = 1e-12;

  static Stream<Op> functions() {
    List<Op> all = new ArrayList<>(ElementwiseCases.functions());
    all.addAll(ElementwiseCases.limited());
    return all.stream();
  }

  private static Tensor values() {
    List<Float> values = new ArrayList<>();
    for (float x = -100; x <= 100; x += 0.0137f) {
      values.add(x);
    }
    for (double power = 1e-30; power < 1e30; power *= 1.7) {
      values.add((float) power);
      values.add((float) -power);
    }
    values.addAll(
        List.of(
            0f,
            -0f,
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Float.MIN_VALUE,
            88.5f,
            88.7f,
            88.8f,
            89.5f));
    Tensor tensor = Tensor.zeros(Shape.of(values.size()));
    for (int i = 0; i < values.size(); i++) {
      tensor.array()[i] = values.get(i);
    }
    return tensor;
  }

  private static float[] run(String backend, Op op, Tensor x) {
    Graph graph = Graph.of(Node.of(op, Node.input("x", x.shape())));
    return Backends.of(backend)
        .compile(graph, name -> null)
        .run(List.of(x), Workers.single())
        .get(0)
        .array();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void everyValueIsWithinAFewUnitsOfMath(Op op) {
    Assumptions.assumeTrue(
        Backends.report().stream().anyMatch(r -> r.name().equals("simd") && r.available()),
        "skipped: needs --add-modules jdk.incubator.vector");
    Tensor x = values();
    float[] expected = run("scalar", op, x);
    float[] actual = run("simd", op, x);
    for (int i = 0; i < expected.length; i++) {
      String what = op + " of " + x.array()[i];
      double difference = Math.abs(expected[i] - (double) actual[i]);
      if (!Float.isFinite(expected[i])) {
        assertEquals(expected[i], actual[i], what);
      } else {
        assertTrue(
            difference <= RELATIVE * Math.abs(expected[i]) + ABSOLUTE,
            what + " is " + expected[i] + ", got " + actual[i]);
      }
    }
  }
}
