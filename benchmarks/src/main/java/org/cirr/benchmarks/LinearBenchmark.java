package org.cirr.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cirr.op.Linear;
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
 * A linear layer with bias.
 *
 * <p><b>Shapes</b>: Swin UNETR windows, ConvNeXt and PVTv2 feed-forward layers, a ViT at 256
 * tokens, a head.
 *
 * <p><b>Formula</b>: {@code gigaFlop} and {@code gigaByte} are multiplications and additions, and
 * bytes of inputs and outputs, per second.
 *
 * <p>Run it: {@code java --add-modules jdk.incubator.vector -jar benchmarks/target/benchmarks.jar
 * LinearBenchmark -p backend=simd}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class LinearBenchmark {
  /** Positions, input and output channels. */
  @Param({"117649x48-144", "3136x96-384", "784x384-96", "256x768-3072", "1x1280-1000"})
  public String layer;

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
    int[] n = java.util.Arrays.stream(layer.split("[^0-9]+")).mapToInt(Integer::parseInt).toArray();
    Shape weight = Shape.of(n[2], n[1]);
    List<Shape> trained = List.of(weight, Shape.of(n[2]));
    run = new OpRun(backend, threads, new Linear(), List.of(Shape.of(n[0], n[1])), trained);
  }

  /** One run. */
  @Benchmark
  public float[] linear(WorkCounter counter) {
    return run.run(counter);
  }
}
