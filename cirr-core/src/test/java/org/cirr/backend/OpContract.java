package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;

/** What every backend, in whatever module, owes every case of {@link OpCases}. */
public final class OpContract {
  private static final long SEED = 20261121;

  /** Relative to the largest output: float rounding of sums of n terms grows about as sqrt(n). */
  private static final double TOLERANCE_PER_ROOT_TERM = 2e-7;

  /** One pool for each number of threads; a pool for each case would leave thousands idle. */
  private static final Map<Integer, Workers> WORKERS = new ConcurrentHashMap<>();

  private OpContract() {}

  /** How far a case may be from the scalar backend, relative to the largest output. */
  public static double tolerance(OpCases.Case test) {
    return TOLERANCE_PER_ROOT_TERM * Math.sqrt(test.terms()) + 1e-6;
  }

  /** What a backend gives, by its name. */
  public static float[] run(String backend, OpCases.Case test, int threads) {
    return Compiled.of(Backends.of(backend), test).run(threads);
  }

  /**
   * What a backend gives, once it is sure that the number of threads, a used workspace and a dirty
   * output change nothing, and that no input is modified.
   *
   * @param threads of the runs that follow the first, which has one
   */
  public static float[] checked(Backend backend, OpCases.Case test, int... threads) {
    Compiled compiled = Compiled.of(backend, test);
    float[] one = compiled.run(1);
    Tensor dirty = Tensor.zeros(compiled.program().graph().outputs().get(0).shape());
    Workspace workspace = compiled.program().newWorkspace();
    for (int count : threads) {
      Arrays.fill(dirty.array(), Float.NaN);
      compiled.program().run(workspace, compiled.inputs(), List.of(dirty), workers(count));
      assertArrayEquals(one, dirty.array(), backend.name() + " with threads: " + count);
    }
    for (int i = 0; i < test.inputs().size(); i++) {
      assertArrayEquals(
          RandomTensors.normal(test.inputs().get(i), SEED + i).array(),
          compiled.inputs().get(i).array(),
          backend.name() + " modified input " + i);
    }
    return one;
  }

  private static Workers workers(int threads) {
    return WORKERS.computeIfAbsent(threads, Workers::of);
  }

  /** A case's program and inputs. */
  private record Compiled(Program program, List<Tensor> inputs) {
    float[] run(int threads) {
      return program.run(inputs, workers(threads)).get(0).array();
    }

    static Compiled of(Backend backend, OpCases.Case test) {
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
      return new Compiled(backend.compile(graph, RandomTensors.parameters(shapes, SEED)), inputs);
    }
  }

  /** Values are close and finite. */
  public static void assertClose(float[] expected, float[] actual, double relative, Object what) {
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
