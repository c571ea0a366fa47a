package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.op.Concat;
import org.cirr.op.Constant;
import org.cirr.op.Conv;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Multiply;
import org.cirr.op.Op;
import org.cirr.op.Parameter;
import org.cirr.op.Relu;
import org.cirr.op.Sigmoid;
import org.cirr.op.Softmax;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomGraphs;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiled graphs as callers meet them, on every backend that runs here. */
class ProgramTest {
  private static final Shape SHAPE = Shape.of(1, 3, 5, 2);

  static Stream<String> backends() {
    return Backends.report().stream().filter(BackendReport::available).map(BackendReport::name);
  }

  private static Function<String, Tensor> none() {
    return name -> null;
  }

  private static String refusal(
      Class<? extends Exception> kind, org.junit.jupiter.api.function.Executable call) {
    return assertThrows(kind, call).getMessage();
  }

  private static Graph small() {
    Node image = Node.input("image", SHAPE);
    Node weight = Node.parameter("conv.weight", Shape.of(4, 2, 3, 3));
    Node conv = Node.of(Conv.same(new int[] {3, 3}, new int[] {1, 1}), image, weight);
    return Graph.of(Node.of(new Softmax(), Node.of(new Relu(), conv)));
  }

  /** The value of every node, each computed by a graph of its own: nothing fused or shared. */
  private static Map<Node, Tensor> oneByOne(
      String backend, Graph graph, List<Tensor> inputs, Function<String, Tensor> parameters) {
    Map<Node, Tensor> values = new IdentityHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      values.put(graph.inputs().get(i), inputs.get(i));
    }
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Parameter parameter) {
        values.put(node, parameters.apply(parameter.label()));
      } else if (!values.containsKey(node)) {
        List<Node> leaves = new ArrayList<>();
        Map<Node, Tensor> fed = new IdentityHashMap<>();
        for (Node input : node.inputs()) {
          boolean trained = input.op() instanceof Parameter;
          Node leaf =
              trained
                  ? Node.parameter(Graph.label(input), input.shape())
                  : Node.input("input " + leaves.size(), input.shape());
          leaves.add(leaf);
          fed.put(leaf, values.get(input));
        }
        Graph single = Graph.of(Node.of(node.op(), leaves));
        List<Tensor> arguments = single.inputs().stream().map(fed::get).toList();
        values.put(
            node,
            Backends.of(backend)
                .compile(single, parameters)
                .run(arguments, Workers.single())
                .get(0));
      }
    }
    return values;
  }

  /** A fused norm sums its statistics in another order; the scalar backend fuses nothing. */
  private static final Map<String, Float> FUSED = Map.of("scalar", 0f, "simd", 2e-6f);

  @ParameterizedTest
  @MethodSource("backends")
  void randomNetworksGiveWhatTheirOpsGiveOneByOne(String backend) {
    for (long seed = 0; seed < 60; seed++) {
      Graph graph = RandomGraphs.of(seed, 4 + (int) (seed % 30));
      List<Tensor> inputs = RandomGraphs.inputs(graph, seed);
      Function<String, Tensor> parameters = RandomGraphs.parameters(graph, seed);
      Map<Node, Tensor> expected = oneByOne(backend, graph, inputs, parameters);
      Program program = Backends.of(backend).compile(graph, parameters);
      assertEquals(Backends.of(backend).arenaBytes(graph), program.arenaBytes());
      Workspace workspace = program.newWorkspace();
      assertEquals(program.arenaBytes(), workspace.bytes());
      for (int threads : new int[] {1, 3}) { // the second time in a used workspace
        List<Tensor> outputs = new ArrayList<>();
        for (Node output : graph.outputs()) {
          outputs.add(Tensor.zeros(output.shape()));
          Arrays.fill(outputs.get(outputs.size() - 1).array(), Float.NaN);
        }
        program.run(workspace, inputs, outputs, Workers.of(threads));
        for (int i = 0; i < outputs.size(); i++) {
          assertArrayEquals(
              expected.get(graph.outputs().get(i)).array(),
              outputs.get(i).array(),
              FUSED.get(backend),
              "seed " + seed + ", output " + i + " on " + backend + ", threads " + threads);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void outputsMayBeInputsParametersListedTwiceAndReadByLaterSteps(String backend) {
    Node image = Node.input("image", SHAPE);
    Node weight = Node.parameter("w", Shape.of(2, 2, 1, 1));
    Node conv = Node.of(Conv.of(new int[] {1, 1}, new int[] {0, 0}), image, weight);
    Node relu = Node.of(new Relu(), conv);
    Node sum = Node.of(new Add(), relu, conv);
    Graph graph = Graph.of(conv, image, sum, weight, conv, relu);
    Tensor input = RandomTensors.normal(SHAPE, 1);
    Tensor twice = Tensor.of(Shape.of(2, 2, 1, 1), 2, 0, 0, -3);
    Program program = Backends.of(backend).compile(graph, name -> twice);
    List<Tensor> outputs = program.run(List.of(input), Workers.single());
    assertArrayEquals(input.array(), outputs.get(1).array());
    assertArrayEquals(twice.array(), outputs.get(3).array());
    assertArrayEquals(outputs.get(0).array(), outputs.get(4).array());
    for (int i = 0; i < input.array().length; i++) {
      float expected = input.array()[i] * (i % 2 == 0 ? 2 : -3);
      assertEquals(expected, outputs.get(0).array()[i], 1e-6f);
      assertEquals(Math.max(expected, 0), outputs.get(5).array()[i], 1e-6f);
      assertEquals(expected + Math.max(expected, 0), outputs.get(2).array()[i], 1e-6f);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void wrongNumbersAndShapesOfTensorsAreRefused(String backend) {
    Program program = Backends.of(backend).compile(small(), RandomGraphs.parameters(small(), 1));
    Tensor input = Tensor.zeros(SHAPE);
    Tensor output = Tensor.zeros(Shape.of(1, 3, 5, 4));
    Workspace workspace = program.newWorkspace();
    Workers one = Workers.single();
    Class<IllegalArgumentException> kind = IllegalArgumentException.class;
    assertEquals(
        "the graph has 1 inputs, got 2",
        refusal(kind, () -> program.run(workspace, List.of(input, input), List.of(output), one)));
    assertEquals(
        "the graph has 1 outputs, got 0",
        refusal(kind, () -> program.run(workspace, List.of(input), List.of(), one)));
    assertEquals(
        "input 0 must have shape [1, 3, 5, 2], got [1, 3, 5, 4]",
        refusal(kind, () -> program.run(workspace, List.of(output), List.of(output), one)));
    assertEquals(
        "output 0 must have shape [1, 3, 5, 4], got [1, 3, 5, 2]",
        refusal(kind, () -> program.run(workspace, List.of(input), List.of(input), one)));
    program.run(workspace, List.of(input), List.of(output), one); // still good
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aTensorCannotBeReadAndWrittenAtOnce(String backend) {
    Node x = Node.input("x", SHAPE);
    Node y = Node.input("y", SHAPE);
    Program program =
        Backends.of(backend)
            .compile(Graph.of(Node.of(new Relu(), x), Node.of(new Add(), x, y)), none());
    Tensor a = Tensor.zeros(SHAPE);
    Tensor b = Tensor.zeros(SHAPE);
    Tensor c = Tensor.zeros(SHAPE);
    Workspace workspace = program.newWorkspace();
    Class<IllegalArgumentException> kind = IllegalArgumentException.class;
    assertEquals(
        "output 1 shares its array with input 0; hand in a tensor of its own",
        refusal(
            kind, () -> program.run(workspace, List.of(a, b), List.of(c, a), Workers.single())));
    assertEquals(
        "output 1 shares its array with output 0; hand in a tensor of its own",
        refusal(
            kind, () -> program.run(workspace, List.of(a, b), List.of(c, c), Workers.single())));
    program.run(workspace, List.of(a, a), List.of(b, c), Workers.single()); // inputs may be one
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aWorkspaceServesAllProgramsOfItsGraphAndNoOther(String backend) {
    Graph graph = small();
    Backend engine = Backends.of(backend);
    Program foldOne = engine.compile(graph, RandomGraphs.parameters(graph, 1));
    Program foldTwo = engine.compile(graph, RandomGraphs.parameters(graph, 2));
    Tensor input = RandomTensors.normal(SHAPE, 3);
    Workspace shared = foldOne.newWorkspace();
    for (Program fold : List.of(foldOne, foldTwo, foldOne)) {
      Tensor output = Tensor.zeros(Shape.of(1, 3, 5, 4));
      fold.run(shared, List.of(input), List.of(output), Workers.single());
      assertArrayEquals(fold.run(List.of(input), Workers.single()).get(0).array(), output.array());
    }
    Graph twin = small();
    Program stranger = engine.compile(twin, RandomGraphs.parameters(twin, 1));
    Tensor output = Tensor.zeros(Shape.of(1, 3, 5, 4));
    String message =
        "the workspace was made for another graph or backend; use this program's newWorkspace()";
    assertEquals(
        message,
        refusal(
            IllegalArgumentException.class,
            () -> stranger.run(shared, List.of(input), List.of(output), Workers.single())));
    assertEquals(
        message,
        refusal(
            IllegalArgumentException.class,
            () -> foldOne.run(() -> 0, List.of(input), List.of(output), Workers.single())));
    for (String other : backends().toList()) {
      if (!other.equals(backend)) {
        Program elsewhere = Backends.of(other).compile(graph, RandomGraphs.parameters(graph, 1));
        assertEquals(
            message,
            refusal(
                IllegalArgumentException.class,
                () -> elsewhere.run(shared, List.of(input), List.of(output), Workers.single())));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void missingAndMisshapenParametersAreRefusedByName(String backend) {
    Class<IllegalArgumentException> kind = IllegalArgumentException.class;
    Backend engine = Backends.of(backend);
    assertEquals(
        "parameter 'conv.weight' of shape [4, 2, 3, 3] is missing",
        refusal(kind, () -> engine.compile(small(), none())));
    assertEquals(
        "parameter 'conv.weight' must have shape [4, 2, 3, 3], got [4, 2, 3]",
        refusal(kind, () -> engine.compile(small(), name -> Tensor.zeros(Shape.of(4, 2, 3)))));
    Graph constant = Graph.of(Node.parameter("table", SHAPE));
    assertEquals(
        "parameter 'table' of shape [1, 3, 5, 2] is missing",
        refusal(kind, () -> engine.compile(constant, none())));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aParameterWhereDataIsExpectedIsRefusedByName(String backend) {
    Node table = Node.parameter("table", SHAPE);
    Node image = Node.input("image", SHAPE);
    Backend engine = Backends.of(backend);
    Node norm = Node.of(new InstanceNorm(1e-5), table);
    for (Node bad : List.of(Node.of(new Relu(), table), norm)) {
      assertEquals(
          bad.op().name()
              + " cannot take the parameter 'table' as input 0; hand it in as an input of the"
              + " graph",
          refusal(
              UnsupportedOperationException.class,
              () -> engine.compile(Graph.of(bad), name -> Tensor.zeros(SHAPE))));
    }
    Node constant = Node.of(new Constant(Tensor.zeros(SHAPE)));
    Node second = Node.of(new Softmax(), constant);
    assertEquals(
        "Softmax cannot take the constant of shape [1, 3, 5, 2] as input 0; hand it in as an input"
            + " of the graph",
        refusal(UnsupportedOperationException.class, () -> engine.arenaBytes(Graph.of(second))));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void constantsAndParametersMayStandWhereAnOpTakesThem(String backend) {
    Node image = Node.input("image", SHAPE);
    Node table = Node.parameter("table", Shape.of(2));
    Node factor = Node.of(new Constant(Tensor.of(Shape.of(1), 3)));
    Node scaled = Node.of(new Multiply(), factor, Node.of(new Multiply(), table, image));
    Node fixed = Node.of(new Add(), table, factor); // a step that reads nothing of the run
    Node sum = Node.of(new Add(), scaled, fixed);
    Graph graph = Graph.of(sum, factor, fixed);
    Tensor input = RandomTensors.normal(SHAPE, 5);
    List<Tensor> outputs =
        Backends.of(backend)
            .compile(graph, name -> Tensor.of(Shape.of(2), 10, -1))
            .run(List.of(input), Workers.single());
    for (int i = 0; i < input.array().length; i++) {
      float weight = i % 2 == 0 ? 10 : -1;
      float expected = 3 * weight * input.array()[i] + weight + 3;
      assertEquals(expected, outputs.get(0).array()[i], 1e-4f);
    }
    assertArrayEquals(new float[] {3}, outputs.get(1).array());
    assertArrayEquals(new float[] {13, 2}, outputs.get(2).array());
  }

  @ParameterizedTest
  @MethodSource("backends")
  void computedWeightsAreRefused(String backend) {
    Node image = Node.input("image", SHAPE);
    Node weight = Node.of(new Sigmoid(), Node.input("raw", Shape.of(4, 2, 3, 3)));
    Graph graph = Graph.of(Node.of(Conv.same(new int[] {3, 3}, new int[] {1, 1}), image, weight));
    assertEquals(
        "weights, scales and shifts must be parameters of the graph, but one is computed by"
            + " Sigmoid[] → [4, 2, 3, 3]",
        refusal(
            UnsupportedOperationException.class,
            () -> Backends.of(backend).compile(graph, none())));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void anArenaBeyondOneArrayIsRefusedWithItsSize(String backend) {
    Node image = Node.input("image", Shape.of(1, 1024, 1024, 1024, 1));
    Node one = Node.of(new Sigmoid(), image);
    Node two = Node.of(new Softmax(), image);
    Node sum = Node.of(new Softmax(), Node.of(new Concat(), one, two, one));
    assertEquals(
        "the graph's intermediate values need 20.0 GiB at once, but one arena holds at most 8.0"
            + " GiB: use a smaller patch",
        refusal(
            IllegalArgumentException.class,
            () -> Backends.of(backend).compile(Graph.of(sum), none())));
    assertTrue(Backends.of(backend).arenaBytes(Graph.of(sum)) >= 20L << 30);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void manyThreadsMayRunOneProgram(String backend) throws Exception {
    long seed = 17;
    Graph graph = RandomGraphs.of(seed, 40);
    Program program = Backends.of(backend).compile(graph, RandomGraphs.parameters(graph, seed));
    List<Tensor> inputs = RandomGraphs.inputs(graph, seed);
    List<Tensor> expected = program.run(inputs, Workers.single());
    Workers workers = Workers.of(2);
    ExecutorService callers = Executors.newFixedThreadPool(16);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int caller = 0; caller < 16; caller++) {
        all.add(
            callers.submit(
                () -> {
                  for (int repeat = 0; repeat < 5; repeat++) {
                    List<Tensor> outputs = program.run(inputs, workers);
                    for (int i = 0; i < outputs.size(); i++) {
                      assertArrayEquals(expected.get(i).array(), outputs.get(i).array());
                    }
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get(60, TimeUnit.SECONDS);
      }
    } finally {
      callers.shutdownNow();
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void aCancelledRunLeavesProgramAndWorkspaceGood(String backend) {
    long seed = 23;
    Graph graph = RandomGraphs.of(seed, 30);
    Program program = Backends.of(backend).compile(graph, RandomGraphs.parameters(graph, seed));
    List<Tensor> inputs = RandomGraphs.inputs(graph, seed);
    List<Tensor> expected = program.run(inputs, Workers.single());
    Workspace workspace = program.newWorkspace();
    for (int stopAt : new int[] {1, 2, 5, 9}) {
      AtomicInteger asked = new AtomicInteger();
      Workers stopped = Workers.of(2).cancelledBy(() -> asked.incrementAndGet() >= stopAt);
      List<Tensor> outputs = new ArrayList<>();
      graph.outputs().forEach(node -> outputs.add(Tensor.zeros(node.shape())));
      assertThrows(
          CancellationException.class, () -> program.run(workspace, inputs, outputs, stopped));
      program.run(workspace, inputs, outputs, Workers.of(2));
      for (int i = 0; i < outputs.size(); i++) {
        assertArrayEquals(expected.get(i).array(), outputs.get(i).array(), "stopped at " + stopAt);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void theReportNamesEveryStep(String backend) {
    Program program = Backends.of(backend).compile(small(), RandomGraphs.parameters(small(), 1));
    String report = program.report();
    assertTrue(report.startsWith(backend + ": 3 steps, 0.000 GFLOP, arena "), report);
    for (String part : List.of("Conv", "Relu", "Softmax", "[1, 3, 5, 4]", "output", "@")) {
      assertTrue(report.contains(part), () -> part + " is not in " + report);
    }
    assertTrue(program.weightBytes() >= 4 * 72);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void emptyTensorsRunThroughEveryOpThatTakesThem(String backend) {
    for (Shape empty : List.of(Shape.of(0, 3, 5, 2), Shape.of(1, 0, 5, 2), Shape.of(1, 3, 5, 0))) {
      Node x = Node.input("x", empty);
      Shape vector = Shape.of(empty.dim(-1));
      List<Node> outputs = new ArrayList<>();
      for (Op op : List.of(new Relu(), new Sigmoid(), new Softmax())) {
        outputs.add(Node.of(op, x));
      }
      outputs.add(Node.of(new Add(), x, x));
      outputs.add(Node.of(new Concat(), x, x));
      outputs.add(Node.of(new org.cirr.op.InstanceNorm(1e-5), x));
      Node p = Node.parameter("p", vector);
      outputs.add(Node.of(new org.cirr.op.BatchNorm(1e-5), x, p, p, p, p));
      Program program =
          Backends.of(backend).compile(Graph.of(outputs), name -> Tensor.zeros(vector));
      for (int threads : new int[] {1, 2}) {
        List<Tensor> values = program.run(List.of(Tensor.zeros(empty)), Workers.of(threads));
        values.forEach(value -> assertEquals(0, value.array().length));
      }
    }
  }
}
