package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Op;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every backend computes every op as the scalar backend does, with any number of threads. */
class OpContractTest {
  private static final long SEED = 20261121;

  /** Relative to the largest output: float rounding of sums of n terms grows about as sqrt(n). */
  private static final double TOLERANCE_PER_ROOT_TERM = 2e-7;

  /** One pool for each number of threads; a pool for each case would leave thousands idle. */
  private static final Map<Integer, Workers> WORKERS = new ConcurrentHashMap<>();

  static Stream<OpCases.Case> cases() {
    return OpCases.all().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void simdAgreesWithScalar(OpCases.Case test) {
    assumeTrue(
        Backends.report().stream().anyMatch(r -> r.name().equals("simd") && r.available()),
        "skipped: needs --add-modules jdk.incubator.vector");
    float[] expected = run("scalar", test, 1);
    float[] actual = run("simd", test, 1);
    assertClose(expected, actual, tolerance(test), test);
  }

  static double tolerance(OpCases.Case test) {
    return TOLERANCE_PER_ROOT_TERM * Math.sqrt(test.terms()) + 1e-6;
  }

  /**
   * Also: no input is modified, and a used workspace and a dirty output give the same values, so
   * nothing is left over from a run.
   */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void theNumberOfThreadsChangesNothing(OpCases.Case test) {
    for (BackendReport backend : Backends.report()) {
      if (backend.available()) {
        Compiled compiled = compile(backend.name(), test);
        float[] one = compiled.run(1);
        Tensor dirty = Tensor.zeros(compiled.output());
        Workspace workspace = compiled.program().newWorkspace();
        for (int threads : new int[] {1, 2, 3, 7}) {
          Arrays.fill(dirty.array(), Float.NaN);
          compiled.program().run(workspace, compiled.inputs(), List.of(dirty), workers(threads));
          assertArrayEquals(one, dirty.array(), backend.name() + " with threads: " + threads);
        }
        for (int i = 0; i < test.inputs().size(); i++) {
          assertArrayEquals(
              RandomTensors.normal(test.inputs().get(i), SEED + i).array(),
              compiled.inputs().get(i).array(),
              backend.name() + " modified input " + i);
        }
      }
    }
  }

  @org.junit.jupiter.api.Test
  void everyOpOfTheSealedSetIsTested() {
    Set<String> missing = new TreeSet<>();
    for (Class<?> op : Op.class.getPermittedSubclasses()) {
      missing.add(op.getSimpleName());
    }
    missing.removeAll(Set.of("Constant", "Input", "Parameter"));
    ElementwiseCases.limited().forEach(op -> missing.remove(op.name())); // ElementwiseTest
    OpCases.all().forEach(test -> missing.remove(test.op().name()));
    assertEquals(Set.of(), missing, "ops without a case in OpCases");
  }

  static float[] run(String backend, OpCases.Case test, int threads) {
    return compile(backend, test).run(threads);
  }

  private record Compiled(Program program, List<Tensor> inputs, Shape output) {
    float[] run(int threads) {
      return program.run(inputs, workers(threads)).get(0).array();
    }
  }

  private static Workers workers(int threads) {
    return WORKERS.computeIfAbsent(threads, Workers::of);
  }

  private static Compiled compile(String backend, OpCases.Case test) {
    List<Node> nodes = new ArrayList<>();
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < test.inputs().size(); i++) {
      nodes.add(Node.input("input " + i, test.inputs().get(i)));
      inputs.add(RandomTensors.normal(test.inputs().get(i), SEED + i));
    }
    for (int i = 0; i < test.parameters().size(); i++) {
      String name = i == 3 ? "variance" : "parameter " + i;
      nodes.add(Node.parameter(name, test.parameters().get(i)));
    }
    Node output = Node.of(test.op(), nodes);
    if (test.activation() != null) {
      output = Node.of(test.activation(), output);
    }
    Graph graph = Graph.of(output);
    Function<String, Shape> shapes =
        name ->
            graph.parameters().stream()
                .filter(node -> Graph.label(node).equals(name))
                .findFirst()
                .orElseThrow()
                .shape();
    Program program = Backends.of(backend).compile(graph, RandomTensors.parameters(shapes, SEED));
    return new Compiled(program, inputs, output.shape());
  }

  static void assertClose(float[] expected, float[] actual, double relative, Object what) {
    assertEquals(expected.length, actual.length);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double difference = Math.abs(expected[i] - (double) actual[i]);
      assertTrue(difference < Double.POSITIVE_INFINITY, "NaN or infinite at " + i + " of " + what);
      worst = Math.max(worst, difference);
    }
    assertTrue(
        worst <= relative * largest,
        "seed " + SEED + ": " + what + " differs by " + worst + ", largest value " + largest);
  }
}
