package org.cirr.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cirr.op.LayerNorm;
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
 * Layer norm with scale and shift.
 *
 * <p><b>Shapes</b>: Swin UNETR, ConvNeXt stages, a ViT.
 *
 * <p><b>Formula</b>: {@code gigaFlop} and {@code gigaByte} are multiplications and additions, and
 * bytes of inputs and outputs, per second.
 *
 * <p>Run it: {@code java --add-modules jdk.incubator.vector -jar benchmarks/target/benchmarks.jar
 * TokenNormBenchmark -p backend=simd}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class TokenNormBenchmark {
  /** Positions and channels. */
  @Param({"262144x48", "100352x96", "1024x768"})
  public String rows;

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
    int[] n = java.util.Arrays.stream(rows.split("[^0-9]+")).mapToInt(Integer::parseInt).toArray();
    List<Shape> trained = List.of(Shape.of(n[1]), Shape.of(n[1]));
    run = new OpRun(backend, threads, new LayerNorm(1e-6), List.of(Shape.of(n[0], n[1])), trained);
  }

  /** One run. */
  @Benchmark
  public float[] norm(WorkCounter counter) {
    return run.run(counter);
  }
}
