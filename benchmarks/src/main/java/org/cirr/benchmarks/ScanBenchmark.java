package org.cirr.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cirr.op.SelectiveScan;
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
 * A selective scan with D and step bias.
 *
 * <p><b>Shapes</b>: Vim at 256 pixels, the first stage of MedMamba, MambaVision windows.
 *
 * <p><b>Formula</b>: {@code gigaFlop} and {@code gigaByte} are multiplications and additions, and
 * bytes of inputs and outputs, per second.
 *
 * <p>Run it: {@code java --add-modules jdk.incubator.vector -jar benchmarks/target/benchmarks.jar
 * ScanBenchmark -p backend=simd}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class ScanBenchmark {
  /** Steps, channels, states and groups. */
  @Param({"257x768-16x1", "4096x384-16x4", "196x160-8x1"})
  public String sequence;

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
        java.util.Arrays.stream(sequence.split("[^0-9]+")).mapToInt(Integer::parseInt).toArray();
    Shape u = Shape.of(1, n[0], n[1]);
    Shape b = Shape.of(1, n[0], n[2] * n[3]);
    SelectiveScan op = new SelectiveScan(n[3], false, true, true);
    List<Shape> trained = List.of(Shape.of(n[1], n[2]), Shape.of(n[1]), Shape.of(n[1]));
    run = new OpRun(backend, threads, op, List.of(u, u, b, b), trained);
  }

  /** One run. */
  @Benchmark
  public float[] scan(WorkCounter counter) {
    return run.run(counter);
  }
}
