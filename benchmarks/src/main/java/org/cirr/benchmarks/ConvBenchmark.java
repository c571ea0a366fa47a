package org.cirr.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.benchmarks.machine.MachinePeak;
import org.cirr.benchmarks.workload.RandomValues;
import org.cirr.benchmarks.workload.Workload;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One 3×3×3 convolution with bias, stride 1 and zero padding 1.
 *
 * <p><b>Shapes</b>: the layers of a liver MRI model whose patch is 28×192×256: the first layer, the
 * stages in the order of the encoder, and the widest layer of the decoder.
 *
 * <p><b>Formula</b>: GFLOP/s is the counter {@code gigaFlop} per second: 2 · 27 · Cin · Cout · D ·
 * H · W / 10⁹ for one convolution, the products with the padding's zeros included.
 *
 * <p>The scalar backend takes minutes for the large layers; the first layer is enough to compare
 * with it: {@code -p backend=scalar,simd -p layer=1-32@28x192x256}.
 *
 * <p>Run it: {@code java --add-modules jdk.incubator.vector -jar benchmarks/target/benchmarks.jar
 * ConvBenchmark -p backend=simd}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ConvBenchmark {
  /** Input channels, output channels and extents: {@code Cin-Cout@DxHxW}. */
  @Param({
    "1-32@28x192x256",
    "32-32@28x192x256",
    "64-64@28x96x128",
    "128-128@14x48x64",
    "256-256@7x24x32",
    "320-320@7x12x16",
    "64-32@28x192x256"
  })
  public String layer;

  /** The backend. */
  @Param({"simd", "scalar"})
  public String backend;

  /** The threads that work on one convolution. */
  @Param("1")
  public int threads;

  private Program program;
  private Workspace workspace;
  private List<Tensor> input;
  private List<Tensor> output;
  private Workers workers;
  private double gigaFlop;
  private double gigaByte;
  private MachinePeak peak;

  /** Compiles the layer. */
  @Setup
  public void compile() {
    int[] sizes = Arrays.stream(layer.split("[-@x]")).mapToInt(Integer::parseInt).toArray();
    Node x = Node.input("x", Shape.of(1, sizes[2], sizes[3], sizes[4], sizes[0]));
    Node weight = Node.parameter("weight", Shape.of(sizes[1], sizes[0], 3, 3, 3));
    Node bias = Node.parameter("bias", Shape.of(sizes[1]));
    Conv conv = Conv.same(new int[] {3, 3, 3}, new int[] {1, 1, 1});
    Graph graph = Graph.of(Node.of(conv, x, weight, bias));
    program = Backends.of(backend).compile(graph, RandomValues.weights(graph));
    workspace = program.newWorkspace();
    input = List.of(RandomValues.input(x.shape()));
    output = List.of(Tensor.zeros(graph.outputs().get(0).shape()));
    workers = Workers.of(threads);
    gigaFlop = graph.flops() / 1e9;
    gigaByte = Workload.gigaByte(graph);
  }

  /** Measures what the machine can do. */
  @Setup
  public void measurePeak() {
    peak = MachinePeak.measure(threads);
  }

  /** The convolution. */
  @Benchmark
  public float[] convolution(WorkCounter counter) {
    program.run(workspace, input, output, workers);
    counter.add(gigaFlop, gigaByte, peak);
    return output.get(0).array();
  }
}
