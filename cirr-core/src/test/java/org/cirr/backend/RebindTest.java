package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Linear;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A program with other weights is the program that was compiled with them. */
class RebindTest {
  private static final long SEED = 20261122;
  private static final Workers THREE = Workers.of(3);

  static Stream<OpCases.Case> cases() {
    return OpCases.all().stream().filter(test -> !test.parameters().isEmpty());
  }

  static Stream<Backend> backends() {
    return Backends.report().stream()
        .filter(BackendReport::available)
        .map(report -> Backends.of(report.name()));
  }

  private static Function<String, Tensor> weights(Graph graph, long seed) {
    Map<String, Shape> shapes = new HashMap<>();
    graph.parameters().forEach(node -> shapes.put(Graph.label(node), node.shape()));
    return RandomTensors.parameters(shapes::get, seed);
  }

  private static List<Tensor> inputs(Graph graph) {
    return graph.inputs().stream().map(n -> RandomTensors.normal(n.shape(), SEED)).toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void rebindingIsCompilingAgain(OpCases.Case test) {
    List<Node> nodes = new ArrayList<>();
    for (Shape shape : test.inputs()) {
      nodes.add(Node.input("input " + nodes.size(), shape));
    }
    for (int i = 0; i < test.parameters().size(); i++) {
      String name = i == 3 ? "variance" : "parameter " + i;
      nodes.add(Node.parameter(name, test.parameters().get(i)));
    }
    Graph graph = Graph.of(Node.of(test.op(), nodes));
    // Some cases' outputs hardly depend on their parameters; those of weighted sums do.
    boolean moves = test.op() instanceof Conv || test.op() instanceof Linear;
    backends().forEach(backend -> assertRebound(backend, graph, moves, test));
  }

  private static void assertRebound(Backend backend, Graph graph, boolean moves, Object what) {
    List<Tensor> inputs = inputs(graph);
    Function<String, Tensor> first = weights(graph, SEED);
    Function<String, Tensor> second = weights(graph, SEED + 1);
    String message = backend.name() + ", seed " + SEED + ": " + what;
    Program program = backend.compile(graph, first);
    List<Tensor> before = program.run(inputs, THREE);
    program.rebind(second, THREE);
    List<Tensor> actual = program.run(inputs, THREE);
    List<Tensor> expected = backend.compile(graph, second).run(inputs, THREE);
    boolean moved = false;
    for (int i = 0; i < actual.size(); i++) {
      assertArrayEquals(expected.get(i).array(), actual.get(i).array(), message);
      moved |= !Arrays.equals(before.get(i).array(), actual.get(i).array());
    }
    assertTrue(moved || !moves, message + ": nothing has changed");
    program.rebind(first, Workers.single());
    assertArrayEquals(before.get(0).array(), program.run(inputs, THREE).get(0).array(), message);
  }

  /** A network whose ways there and back share a weight: Winograd, stride 2, norm, transposed. */
  private static Graph network(int channels) {
    List<Integer> one = List.of(1, 1, 1);
    List<Integer> two = List.of(2, 2, 2);
    List<Integer> none = List.of(0, 0, 0);
    Node x = Node.input("x", Shape.of(1, 8, 16, 16, channels));
    Node weight = Node.parameter("weight", Shape.of(channels, channels, 3, 3, 3));
    Node down = Node.parameter("down", Shape.of(channels, channels, 3, 3, 3));
    Node up = Node.parameter("up", Shape.of(channels, channels, 2, 2, 2));
    Node scale = Node.parameter("scale", Shape.of(channels));
    Node shift = Node.parameter("shift", Shape.of(channels));
    Node y = Node.of(new Conv(one, one, one, 1), x, weight, shift);
    y = Node.of(new InstanceNorm(1e-5), y, scale, shift);
    Node small = Node.of(new Conv(two, one, one, 1), y, down);
    Node large = Node.of(new ConvTranspose(two, none, none, one, 1), small, up);
    Node back = Node.of(new ConvTranspose(one, one, none, one, 1), large, weight);
    return Graph.of(List.of(Node.of(new Add(), back, y), scale));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void sharedWeightsStayOne(Backend backend) {
    assertRebound(backend, network(17), true, "network");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void tensorsThatWereWrittenToAreReboundToo(Backend backend) {
    Graph graph = network(16);
    Map<String, Tensor> tensors = new HashMap<>();
    Function<String, Tensor> values = weights(graph, SEED);
    graph.parameters().forEach(n -> tensors.put(Graph.label(n), values.apply(Graph.label(n))));
    Program program = backend.compile(graph, tensors::get, THREE);
    Workspace workspace = program.newWorkspace();
    List<Tensor> outputs = new ArrayList<>();
    graph.outputs().forEach(node -> outputs.add(Tensor.zeros(node.shape())));
    for (int step = 0; step < 3; step++) {
      program.run(workspace, inputs(graph), outputs, THREE);
      List<Tensor> expected =
          backend.compile(graph, tensors::get).run(inputs(graph), Workers.single());
      assertArrayEquals(expected.get(0).array(), outputs.get(0).array(), "step " + step);
      assertArrayEquals(expected.get(1).array(), outputs.get(1).array(), "step " + step);
      for (Tensor tensor : tensors.values()) {
        for (int i = 0; i < tensor.array().length; i++) {
          tensor.array()[i] *= 0.9f;
        }
      }
      program.rebind(tensors::get, THREE);
    }
  }

  @Test
  void rebindingAllocatesNothingBig() {
    assumeTrue(
        ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean,
        "this machine does not count allocations");
    com.sun.management.ThreadMXBean counter =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Graph graph = network(64);
    Map<String, Tensor> tensors = new HashMap<>();
    Function<String, Tensor> values = weights(graph, SEED);
    graph.parameters().forEach(n -> tensors.put(Graph.label(n), values.apply(Graph.label(n))));
    backends()
        .forEach(
            backend -> {
              Program program = backend.compile(graph, tensors::get);
              // Vectors are objects until the JIT has compiled the loops that pack by them.
              for (int turn = 0; turn < 50; turn++) {
                program.rebind(tensors::get, Workers.single());
              }
              long before = counter.getCurrentThreadAllocatedBytes();
              program.rebind(tensors::get, Workers.single());
              long after = counter.getCurrentThreadAllocatedBytes();
              long weights = 4 * 64 * 64 * 27L;
              assertTrue(after - before < weights / 4, backend.name() + ": " + (after - before));
            });
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aRefusedRebindingChangesNothing(Backend backend) {
    Graph graph = network(16);
    Function<String, Tensor> good = weights(graph, SEED);
    Program program = backend.compile(graph, good);
    float[] before = program.run(inputs(graph), THREE).get(0).array();
    Function<String, Tensor> other = weights(graph, SEED + 1);
    Function<String, Tensor> missing = name -> name.equals("shift") ? null : other.apply(name);
    Function<String, Tensor> wrong =
        name -> name.equals("up") ? Tensor.zeros(Shape.of(3)) : other.apply(name);
    assertEquals(
        "parameter 'shift' of shape [16] is missing",
        assertThrows(IllegalArgumentException.class, () -> program.rebind(missing, THREE))
            .getMessage());
    assertEquals(
        "parameter 'up' must have shape [16, 16, 2, 2, 2], got [3]",
        assertThrows(IllegalArgumentException.class, () -> program.rebind(wrong, THREE))
            .getMessage());
    assertArrayEquals(before, program.run(inputs(graph), THREE).get(0).array());
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aCancelledRebindingIsDoneAgain(Backend backend) {
    Graph graph = network(16);
    Program program = backend.compile(graph, weights(graph, SEED));
    Function<String, Tensor> second = weights(graph, SEED + 1);
    if (backend.name().equals("simd")) { // the scalar one packs nothing
      assertThrows(
          CancellationException.class,
          () -> program.rebind(second, Workers.single().cancelledBy(() -> true)));
    }
    program.rebind(second, THREE);
    float[] expected = backend.compile(graph, second).run(inputs(graph), THREE).get(0).array();
    assertArrayEquals(expected, program.run(inputs(graph), THREE).get(0).array());
  }

  @ParameterizedTest
  @MethodSource("backends")
  void runningAndRebindingExcludeEachOther(Backend backend) {
    Graph graph = network(16);
    Function<String, Tensor> weights = weights(graph, SEED);
    Program program = backend.compile(graph, weights);
    AtomicReference<RuntimeException> whileRunning = new AtomicReference<>();
    Workers interfering =
        Workers.single()
            .cancelledBy(
                () -> {
                  whileRunning.compareAndSet(
                      null, caught(() -> program.rebind(weights, Workers.single())));
                  return false;
                });
    float[] expected = program.run(inputs(graph), interfering).get(0).array();
    assertNotNull(whileRunning.get());
    assertEquals(
        "the program is in use: rebind its parameters between runs, from one thread",
        whileRunning.get().getMessage());
    AtomicReference<RuntimeException> whileBinding = new AtomicReference<>();
    boolean[] started = {false};
    program.rebind(
        name -> {
          if (started[0]) { // the first question of each parameter comes before anything is done
            RuntimeException thrown = caught(() -> program.run(inputs(graph), Workers.single()));
            whileBinding.compareAndSet(null, thrown);
          }
          started[0] |= name.equals(lastParameter(graph));
          return weights.apply(name);
        },
        THREE);
    assertFalse(whileBinding.get() == null);
    assertEquals(
        "the program's parameters are being rebound: run it when that is done",
        whileBinding.get().getMessage());
    assertArrayEquals(expected, program.run(inputs(graph), THREE).get(0).array());
  }

  private static String lastParameter(Graph graph) {
    return Graph.label(graph.parameters().get(graph.parameters().size() - 1));
  }

  private static RuntimeException caught(Runnable task) {
    try {
      task.run();
      return null;
    } catch (IllegalStateException thrown) {
      return thrown;
    }
  }
}
