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
import org.cirr.io.nnunet.Architecture;
import org.cirr.nn.network.NnUnet;
import org.cirr.parallel.Workers;
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
 * A whole small PlainConvUNet on one patch, with random weights: five stages of 16, 32, 64, 128 and
 * 160 features, one input channel, five classes, as nnU-Net plans it for anisotropic liver MRI.
 *
 * <p><b>Formula</b>: GFLOP/s is the counter {@code gigaFlop} per second: the multiplications and
 * additions of all convolutions of the prediction, 2 per weight and output position.
 *
 * <p>The scalar backend takes minutes for the large patch; {@code -p patch=8x32x32} is enough to
 * compare with it.
 *
 * <p>Run it: {@code java --add-modules jdk.incubator.vector -jar benchmarks/target/benchmarks.jar
 * NetworkBenchmark -p backend=simd}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
public class NetworkBenchmark {
  private static final int CLASSES = 5;

  /** The extents of the patch; the first divisible by 4, the others by 16. */
  @Param({"24x144x144", "8x32x32"})
  public String patch;

  /** The backend. */
  @Param({"simd", "scalar"})
  public String backend;

  /** The threads that work on one patch. */
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

  /** Builds and compiles the network. */
  @Setup
  public void compile() {
    List<Integer> extents = Arrays.stream(patch.split("x")).map(Integer::valueOf).toList();
    Graph graph = NnUnet.of(architecture(), extents, 1, CLASSES).prediction();
    program = Backends.of(backend).compile(graph, RandomValues.weights(graph));
    workspace = program.newWorkspace();
    input = List.of(RandomValues.input(graph.inputs().get(0).shape()));
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

  private static Architecture architecture() {
    List<Integer> flat = List.of(1, 3, 3);
    List<Integer> cube = List.of(3, 3, 3);
    List<Integer> inPlane = List.of(1, 2, 2);
    List<Integer> all = List.of(2, 2, 2);
    List<Integer> features = List.of(16, 32, 64, 128, 160);
    return new Architecture(
        Architecture.Kind.PLAIN,
        3,
        features,
        List.of(flat, cube, cube, cube, cube),
        List.of(List.of(1, 1, 1), inPlane, all, all, inPlane),
        List.of(2, 2, 2, 2, 2),
        List.of(2, 2, 2, 2),
        true,
        1e-5,
        true,
        0.01,
        features.get(0));
  }

  /** One pass over the patch. */
  @Benchmark
  public float[] network(WorkCounter counter) {
    program.run(workspace, input, output, workers);
    counter.add(gigaFlop, gigaByte, peak);
    return output.get(0).array();
  }
}
