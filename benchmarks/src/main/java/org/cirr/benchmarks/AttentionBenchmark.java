package org.cirr.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cirr.op.Attention;
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
 * Attention from packed queries, keys and values.
 *
 * <p><b>Shapes</b>: Swin UNETR windows of 7³, a ViT at 1024 tokens, TransBTS, MambaVision windows.
 *
 * <p><b>Formula</b>: {@code gigaFlop} and {@code gigaByte} are multiplications and additions, and
 * bytes of inputs and outputs, per second.
 *
 * <p>Run it: {@code java --add-modules jdk.incubator.vector -jar benchmarks/target/benchmarks.jar
 * AttentionBenchmark -p backend=simd}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class AttentionBenchmark {
  /** Samples (windows), tokens, heads and channels of a head. */
  @Param({"100x343-3x16", "1x1024-12x64", "1x4096-8x64", "64x49-8x40"})
  public String tokens;

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
        java.util.Arrays.stream(tokens.split("[^0-9]+")).mapToInt(Integer::parseInt).toArray();
    Attention op = Attention.of(n[2], n[3]);
    List<Shape> packed = List.of(Shape.of(n[0], n[1], 3 * n[2] * n[3]));
    run = new OpRun(backend, threads, op, packed, List.of());
  }

  /** One run. */
  @Benchmark
  public float[] attention(WorkCounter counter) {
    return run.run(counter);
  }
}
