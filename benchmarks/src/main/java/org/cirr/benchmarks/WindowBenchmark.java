package org.cirr.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cirr.op.WindowPartition;
import org.cirr.tensor.Shape;
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
 * Window partition with padding and shift.
 *
 * <p><b>Shapes</b>: Swin UNETR with windows of 7³, nnFormer with 4³, MambaVision with 14².
 *
 * <p><b>Formula</b>: {@code gigaFlop} and {@code gigaByte} are multiplications and additions, and
 * bytes of inputs and outputs, per second.
 *
 * <p>Run it: {@code java --add-modules jdk.incubator.vector -jar benchmarks/target/benchmarks.jar
 * WindowBenchmark -p backend=simd}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class WindowBenchmark {
  /** Extents and channels of the activation, then the window. */
  @Param({"64x64x64x48-7", "32x32x32x192-4", "16x16x320-14"})
  public String activation;

  /** The backend. */
  @Param({"simd", "scalar"})
  public String backend;

  /** The threads that work on one run. */
  @Param("1")
  public int threads;

  private OpRun run;

  /** Compiles the op. */
  @Setup
  public void compile() {
    int[] n =
        java.util.Arrays.stream(activation.split("[^0-9]+")).mapToInt(Integer::parseInt).toArray();
    int axes = n.length - 2;
    int[] input = new int[axes + 2];
    System.arraycopy(n, 0, input, 1, axes + 1);
    input[0] = 1;
    List<Integer> window = java.util.Collections.nCopies(axes, n[axes + 1]);
    List<Integer> shift = java.util.Collections.nCopies(axes, n[axes + 1] / 2);
    WindowPartition op = new WindowPartition(window, shift);
    run = new OpRun(backend, threads, op, List.of(Shape.of(input)), List.of());
  }

  /** One run. */
  @Benchmark
  public float[] partition(WorkCounter counter) {
    return run.run(counter);
  }
}
