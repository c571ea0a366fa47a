package org.cirr.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.backend.Workspace;
import org.cirr.benchmarks.machine.MachinePeak;
import org.cirr.benchmarks.workload.Kernels;
import org.cirr.benchmarks.workload.Workload;
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
 * One layer of a liver network, each of those that {@code compare} runs beside the peers.
 *
 * <p><b>Formula</b>: the counters of {@link WorkCounter} per second; bytes are those of inputs,
 * weights and outputs, each once.
 *
 * <p>Run it: {@code java -jar benchmarks/target/benchmarks.jar KernelBenchmark -p backend=simd}, or
 * one layer with {@code -p "layer=norm+lrelu 32@32x128x128"}; other extents may be given.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {
  /** The layer's name, channels and extents. */
  @Param({
    "conv 3x3x3 32-32@32x128x128",
    "conv 3x3x3 64-64@16x64x64",
    "conv 3x3x3 128-128@8x32x32",
    "conv 3x3x3 256-256@8x16x16",
    "conv 3x3x3 320-320@4x8x8",
    "conv 3x3x3 64-32@32x128x128",
    "conv 3x3x3 1-32@32x128x128",
    "conv 3x3x3 32-64 stride 2@32x128x128",
    "conv 3x3x3 64-128 stride 2@16x64x64",
    "conv 3x3x3 24-24@28x100x92",
    "conv 3x3x3 48-48@28x100x92",
    "conv 3x3x3 33-17@19x45x51",
    "conv 1x3x3 32-32@32x128x128",
    "conv 1x1x1 32-2@32x128x128",
    "conv 1x1x1 32-41@32x128x128",
    "transposed 2x2x2 64-32@16x64x64",
    "transposed 2x2x2 128-64@8x32x32",
    "conv 3x3 64-64@256x256",
    "norm+lrelu 32@32x128x128",
    "conv+norm+lrelu 32-32@32x128x128",
    "maxpool 2x2x2 32@32x128x128",
    "avgpool 2x2x2 32@32x128x128",
    "linear x2 32@16x64x64",
    "nearest x2 32@16x64x64",
    "concat 32+32@32x128x128",
    "add 32@32x128x128",
    "leaky relu 32@32x128x128",
    "instance norm 320@4x8x8",
    "softmax 2@32x128x128",
    "softmax 41@32x128x128",
    "depthwise 3x3x3 32@32x64x64",
    "depthwise 7x7x7 32@16x64x64",
    "matmul 1024@1024",
    "linear 64-256@4096",
    "linear 256-64@4096",
    "linear 768-768@512",
    "layer norm 256@4096",
    "gelu 256@4096",
    "attention 4x32@4096",
    "attention 12x64@512"
  })
  public String layer;

  /** The backend. */
  @Param({"simd", "scalar"})
  public String backend;

  /** The threads that work on one layer. */
  @Param("1")
  public int threads;

  private Workload workload;
  private Program program;
  private Workspace workspace;
  private List<Tensor> output;
  private Workers workers;
  private MachinePeak peak;

  /** Compiles the layer. */
  @Setup
  public void compile() {
    workload = Kernels.named(layer);
    program = Backends.of(backend).compile(workload.graph(), workload.weights());
    workspace = program.newWorkspace();
    output = List.of(Tensor.zeros(workload.output()));
    workers = Workers.of(threads);
  }

  /** Measures what the machine can do. */
  @Setup
  public void measurePeak() {
    peak = MachinePeak.measure(threads);
  }

  /** The layer. */
  @Benchmark
  public float[] kernel(WorkCounter counter) {
    program.run(workspace, workload.inputs(), output, workers);
    counter.add(workload.gigaFlop(), workload.gigaByte(), peak);
    return output.get(0).array();
  }
}
