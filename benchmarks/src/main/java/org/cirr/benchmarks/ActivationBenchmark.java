package org.cirr.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cirr.op.Elu;
import org.cirr.op.Gelu;
import org.cirr.op.HardSwish;
import org.cirr.op.Op;
import org.cirr.op.Sigmoid;
import org.cirr.op.Silu;
import org.cirr.op.Softmax;
import org.cirr.op.Softplus;
import org.cirr.op.Tanh;
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
 * Functions of one number.
 *
 * <p><b>Shapes</b>: the feed-forward activations of a ConvNeXt stage.
 *
 * <p><b>Formula</b>: {@code gigaFlop} and {@code gigaByte} are multiplications and additions, and
 * bytes of inputs and outputs, per second.
 *
 * <p>Run it: {@code java --add-modules jdk.incubator.vector -jar benchmarks/target/benchmarks.jar
 * ActivationBenchmark -p backend=simd}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class ActivationBenchmark {
  /** The function. */
  @Param({
    "elu",
    "gelu",
    "gelu-tanh",
    "hardswish",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh"
  })
  public String function;

  /** Values. */
  @Param({"3136x384"})
  public String values;

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
        java.util.Arrays.stream(values.split("[^0-9]+")).mapToInt(Integer::parseInt).toArray();
    Op op =
        switch (function) {
          case "elu" -> new Elu(1);
          case "gelu" -> new Gelu(Gelu.Form.EXACT);
          case "gelu-tanh" -> new Gelu(Gelu.Form.TANH);
          case "hardswish" -> new HardSwish();
          case "sigmoid" -> new Sigmoid();
          case "silu" -> new Silu();
          case "softmax" -> new Softmax();
          case "softplus" -> new Softplus();
          case "tanh" -> new Tanh();
          default -> throw new IllegalArgumentException("no function " + function);
        };
    run = new OpRun(backend, threads, op, List.of(Shape.of(n[0], n[1])), List.of());
  }

  /** One run. */
  @Benchmark
  public float[] function(WorkCounter counter) {
    return run.run(counter);
  }
}
