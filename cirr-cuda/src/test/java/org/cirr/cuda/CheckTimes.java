package org.cirr.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import jcuda.driver.CUgraphExec;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.DeviceException;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Attention;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.InstanceNorm;
import org.cirr.op.LayerNorm;
import org.cirr.op.LeakyRelu;
import org.cirr.op.Linear;
import org.cirr.op.Softmax;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;

/** Times of kernels: programs of one op, replayed on the GPU without any copies. */
final class CheckTimes {
  private static final int ROUNDS = 5;

  /** More take the tests' stand-in seconds for every run. */
  private static final int QUICK_CHANNELS = 64;

  private final CheckReport report;
  private final boolean quick;

  CheckTimes(CheckReport report, boolean quick) {
    this.report = report;
    this.quick = quick;
  }

  /** All kernels, those of a U-Net first. */
  void kernels(Arithmetic arithmetic) {
    int[][] convolutions = {
      {32, 32, 64, 192, 192, 1},
      {64, 64, 64, 96, 96, 1},
      {128, 128, 32, 48, 48, 1},
      {256, 256, 16, 24, 24, 1},
      {320, 320, 8, 12, 12, 1},
      {64, 32, 64, 192, 192, 1},
      {32, 64, 64, 192, 192, 2},
      {1, 32, 64, 192, 192, 1},
    };
    for (int[] c : convolutions) {
      if (!quick || Math.max(c[0], c[1]) <= QUICK_CHANNELS) {
        conv(arithmetic, c);
      }
    }
    Node x = image(64, 96, 96, 64);
    List<Integer> two = List.of(1, 2, 2);
    List<Integer> zero = List.of(0, 0, 0);
    time(
        "conv transposed 1x2x2, 64 to 32",
        arithmetic,
        Node.of(
            new ConvTranspose(two, zero, zero, List.of(1, 1, 1), 1),
            x,
            Node.parameter("w", Shape.of(64, 32, 1, 2, 2)),
            Node.parameter("b", Shape.of(32))));
    Node norm =
        Node.of(
            new InstanceNorm(1e-5),
            image(64, 192, 192, 32),
            Node.parameter("w", Shape.of(32)),
            Node.parameter("b", Shape.of(32)));
    time("instance norm + leaky relu, 32", arithmetic, Node.of(new LeakyRelu(0.01), norm));
    tokens(arithmetic);
  }

  private void conv(Arithmetic arithmetic, int[] c) {
    List<Integer> stride = List.of(1, c[5], c[5]);
    List<Integer> one = List.of(1, 1, 1);
    time(
        "conv 3x3x3, " + c[0] + " to " + c[1] + (c[5] == 1 ? "" : ", stride 1x2x2"),
        arithmetic,
        Node.of(
            new Conv(stride, one, one, 1),
            image(c[2], c[3], c[4], c[0]),
            Node.parameter("w", Shape.of(c[1], c[0], 3, 3, 3)),
            Node.parameter("b", Shape.of(c[1]))));
  }

  private void tokens(Arithmetic arithmetic) {
    int length = quick ? 9 : 4096;
    int width = quick ? 16 : 1024;
    Node x = Node.input("x", Shape.of(1, length, width));
    time(
        "linear " + width + " to " + 4 * width + ", " + length + " tokens",
        arithmetic,
        Node.of(new Linear(), x, Node.parameter("w", Shape.of(4 * width, width))));
    Node qkv = Node.input("x", Shape.of(1, length, 3 * width));
    int heads = Math.max(1, width / 64);
    time(
        "attention, " + heads + " heads, " + length + " tokens",
        arithmetic,
        Node.of(new Attention(heads, Math.sqrt(heads / (double) width), false, false), qkv));
    Node weight = Node.parameter("w", Shape.of(width));
    Node bias = Node.parameter("b", Shape.of(width));
    time("layer norm " + width, arithmetic, Node.of(new LayerNorm(1e-5), x, weight, bias));
    time("softmax " + width, arithmetic, Node.of(new Softmax(), x));
  }

  private Node image(int depth, int height, int width, int channels) {
    return quick
        ? Node.input("x", Shape.of(1, 2, 4, 4, channels))
        : Node.input("x", Shape.of(1, depth, height, width, channels));
  }

  private void time(String name, Arithmetic arithmetic, Node output) {
    Graph graph = Graph.of(output);
    long values = output.shape().elements();
    for (Node input : graph.inputs()) {
      values += input.shape().elements();
    }
    for (Node parameter : graph.parameters()) {
      values += parameter.shape().elements();
    }
    String title = name + ", " + arithmetic;
    try {
      Backend backend = Backends.of(CudaProvider.NAME, arithmetic);
      double seconds = new Timed(backend, graph, parameters(graph)).seconds(quick ? 0 : 0.2);
      report.time(title, seconds, graph.flops(), 4.0 * values, "");
    } catch (DeviceException | UnsupportedOperationException e) {
      report.skipped(title, e.getMessage());
    }
  }

  /** Random weights. */
  static Function<String, Tensor> parameters(Graph graph) {
    return RandomTensors.parameters(
        name ->
            graph.parameters().stream()
                .filter(node -> Graph.label(node).equals(name))
                .findFirst()
                .orElseThrow()
                .shape(),
        1);
  }

  /** A program with all that it reads and writes. */
  static final class Timed {
    final CudaProgram program;
    final CudaWorkspace workspace;
    final List<Tensor> inputs = new ArrayList<>();
    final List<Tensor> outputs = new ArrayList<>();

    Timed(Backend backend, Graph graph, Function<String, Tensor> parameters) {
      program = (CudaProgram) backend.compile(graph, parameters);
      workspace = program.newWorkspace();
      for (Node input : graph.inputs()) {
        inputs.add(RandomTensors.normal(input.shape(), inputs.size()));
      }
      graph.outputs().forEach(node -> outputs.add(Tensor.zeros(node.shape())));
    }

    /** Once from Java, with all copies; the wall time in seconds. */
    double run() {
      long start = System.nanoTime();
      program.run(workspace, inputs, outputs, Workers.single());
      return (System.nanoTime() - start) / 1e9;
    }

    /**
     * The median time of a run on the GPU alone; all rounds together take about so many seconds.
     */
    double seconds(double budget) {
      run(); // compiles, and leaves true values on the device
      Device device = workspace.device();
      device.use();
      Transfer transfer = device.borrowTransfer();
      CUgraphExec graph = workspace.replay(program, transfer);
      double once = replayed(device, transfer, graph, 1);
      int times = (int) Math.max(1, Math.min(1000, budget / ROUNDS / once));
      double[] rounds = new double[budget == 0 ? 1 : ROUNDS];
      Arrays.setAll(rounds, i -> replayed(device, transfer, graph, times));
      device.giveBack(transfer);
      Arrays.sort(rounds);
      return rounds[rounds.length / 2];
    }

    private static double replayed(Device device, Transfer transfer, CUgraphExec graph, int times) {
      long start = System.nanoTime();
      for (int i = 0; i < times; i++) {
        device.driver().replay(graph, transfer.stream());
      }
      transfer.finish();
      return (System.nanoTime() - start) / 1e9 / times;
    }
  }
}
