package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.DeviceException;
import org.cirr.backend.OpContract;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Constant;
import org.cirr.op.Relu;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomGraphs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Whole programs on the stand-in: memory that is shared, new weights, many threads, wrong calls.
 */
class CudaProgramTest {
  /** Relative to the largest value, for networks of some twenty ops. */
  private static final double TOLERANCE = 2e-5;

  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
  }

  private static Backend cuda() {
    return Backends.of("cuda");
  }

  private static List<Tensor> run(Backend backend, Graph graph, long seed) {
    return backend
        .compile(graph, RandomGraphs.parameters(graph, seed))
        .run(RandomGraphs.inputs(graph, seed), Workers.single());
  }

  private static void assertClose(List<Tensor> expected, List<Tensor> actual, Object what) {
    for (int i = 0; i < expected.size(); i++) {
      OpContract.assertClose(expected.get(i).array(), actual.get(i).array(), TOLERANCE, what);
    }
  }

  @Test
  void randomNetworksGiveWhatScalarGives() {
    for (long seed = 0; seed < 30; seed++) {
      Graph graph = RandomGraphs.of(seed, 4 + (int) (seed % 30));
      assertClose(run(Backends.of("scalar"), graph, seed), run(cuda(), graph, seed), seed);
    }
  }

  @Test
  void aSmallUNetGivesWhatScalarGives() {
    Graph graph = SmallUNet.graph();
    assertClose(run(Backends.of("scalar"), graph, 1), run(cuda(), graph, 1), "U-Net");
    Program program = cuda().compile(graph, RandomGraphs.parameters(graph, 1));
    long values = graph.nodes().stream().mapToLong(node -> node.shape().elements()).sum();
    assertTrue(program.arenaBytes() < 4 * values * 2 / 3, "no memory is shared");
    assertEquals(program.arenaBytes(), cuda().arenaBytes(graph));
    assertTrue(program.report().contains("conv_tiled"), program.report());
    assertTrue(program.report().contains("norm_sums + norm_table + norm_apply"));
  }

  @Test
  void newWeightsGiveWhatANewProgramGives() {
    Graph graph = SmallUNet.graph();
    Function<String, Tensor> second = RandomGraphs.parameters(graph, 2);
    List<Tensor> inputs = RandomGraphs.inputs(graph, 3);
    Program program = cuda().compile(graph, RandomGraphs.parameters(graph, 1));
    List<Tensor> first = program.run(inputs, Workers.single());
    program.rebind(second, Workers.single());
    float[] rebound = program.run(inputs, Workers.single()).get(0).array();
    float[] fresh = cuda().compile(graph, second).run(inputs, Workers.single()).get(0).array();
    assertArrayEquals(fresh, rebound);
    assertTrue(first.get(0).array()[0] != rebound[0], "the weights made no difference");
  }

  @Test
  void theProgramsOfAnEnsembleShareAWorkspace() {
    Graph graph = SmallUNet.graph();
    List<Tensor> inputs = RandomGraphs.inputs(graph, 3);
    Program one = cuda().compile(graph, RandomGraphs.parameters(graph, 1));
    Program two = cuda().compile(graph, RandomGraphs.parameters(graph, 2));
    Workspace shared = one.newWorkspace();
    for (Program program : List.of(one, two, one)) {
      Tensor output = Tensor.zeros(graph.outputs().get(0).shape());
      program.run(shared, inputs, List.of(output), Workers.single());
      assertArrayEquals(
          program.run(inputs, Workers.single()).get(0).array(), output.array(), "shared workspace");
    }
  }

  @Test
  void threadsRunOneProgramAtOnce() throws Exception {
    Graph graph = SmallUNet.graph();
    Program program = cuda().compile(graph, RandomGraphs.parameters(graph, 1));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<float[]>> running = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        List<Tensor> inputs = RandomGraphs.inputs(graph, i % 2);
        running.add(threads.submit(() -> program.run(inputs, Workers.single()).get(0).array()));
      }
      for (int i = 0; i < 8; i++) {
        assertArrayEquals(running.get(i % 2).get(), running.get(i).get(), "run " + i);
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void outputsThatNobodyComputesAreCopied() {
    Node x = Node.input("x", Shape.of(3));
    Node weight = Node.parameter("w", Shape.of(2));
    Node constant = Node.of(new Constant(Tensor.of(Shape.of(1), 7)));
    Node y = Node.of(new Relu(), x);
    Graph graph = Graph.of(x, weight, constant, y, y);
    Program program = cuda().compile(graph, name -> Tensor.of(Shape.of(2), 4, 5));
    List<Tensor> outputs =
        program.run(List.of(Tensor.of(Shape.of(3), -1, 2, -3)), Workers.single());
    assertArrayEquals(new float[] {-1, 2, -3}, outputs.get(0).array());
    assertArrayEquals(new float[] {4, 5}, outputs.get(1).array());
    assertArrayEquals(new float[] {7}, outputs.get(2).array());
    assertArrayEquals(new float[] {0, 2, 0}, outputs.get(3).array());
    assertArrayEquals(new float[] {0, 2, 0}, outputs.get(4).array());
  }

  @Test
  void largeArraysGoThroughTheStagingMemoryInPieces() {
    Shape shape = Shape.of(3_000_017);
    Graph graph = Graph.of(Node.of(new Relu(), Node.input("x", shape)));
    Tensor x = Tensor.zeros(shape);
    for (int i = 0; i < x.array().length; i++) {
      x.array()[i] = i;
    }
    Program program = cuda().compile(graph, name -> null);
    assertArrayEquals(x.array(), program.run(List.of(x), Workers.single()).get(0).array());
  }

  @Test
  void wrongCallsAreRefusedAsOnTheCpu() {
    Graph graph = Graph.of(Node.of(new Relu(), Node.input("x", Shape.of(3))));
    Program program = cuda().compile(graph, name -> null);
    Tensor three = Tensor.zeros(Shape.of(3));
    Workspace stranger = Backends.of("scalar").compile(graph, name -> null).newWorkspace();
    List<Tensor> out = List.of(Tensor.zeros(Shape.of(3)));
    assertEquals(
        "the workspace was made for another graph or backend; use this program's newWorkspace()",
        assertThrows(
                IllegalArgumentException.class,
                () -> program.run(stranger, List.of(three), out, Workers.single()))
            .getMessage());
    assertEquals(
        "input 0 must have shape [3], got [2]",
        assertThrows(
                IllegalArgumentException.class,
                () -> program.run(List.of(Tensor.zeros(Shape.of(2))), Workers.single()))
            .getMessage());
    Workers cancelled = Workers.single().cancelledBy(() -> true);
    assertThrows(CancellationException.class, () -> program.run(List.of(three), cancelled));
    program.run(List.of(three), Workers.single());
  }

  @Test
  void aGraphThatCannotFitIsRefusedWithTheNumbers() {
    Node x = Node.input("x", Shape.of(1, 1000, 1000, 1000));
    Graph graph = Graph.of(Node.of(new Relu(), Node.of(new Relu(), x)));
    assertEquals(
        "the graph's values need 11.2 GiB at once, but stand-in has only 4.0 GiB: use a smaller patch",
        assertThrows(DeviceException.class, () -> cuda().compile(graph, name -> null))
            .getMessage());
  }
}
