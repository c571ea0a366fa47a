package org.cirr.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cirr.op.Conv;
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
 * A depthwise convolution with bias, stride 1, that keeps the extents.
 *
 * <p><b>Shapes</b>: ConvNeXt (7×7), MobileNetV3 (5×5), PVTv2 and MedMamba (3×3), 3D UX-Net (7×7×7),
 * LinTransUNet (3×3×3), MambaVision (3).
 *
 * <p><b>Formula</b>: {@code gigaFlop} and {@code gigaByte} are multiplications and additions, and
 * bytes of inputs and outputs, per second.
 *
 * <p>Run it: {@code java --add-modules jdk.incubator.vector -jar benchmarks/target/benchmarks.jar
 * DepthwiseBenchmark -p backend=simd}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "-Xmx4g"})
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class DepthwiseBenchmark {
  /** Channels, kernel and extents; one spatial axis, two or three. */
  @Param({
    "96-7@56x56",
    "576-5@14x14",
    "512-3@32x32",
    "2048-3@8x8",
    "96-7@24x24x24",
    "128-3@32x32x32",
    "320-3@196"
  })
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
    int axes = n.length - 2;
    int[] input = new int[axes + 2];
    int[] weight = new int[axes + 2];
    java.util.Arrays.fill(weight, n[1]);
    System.arraycopy(n, 2, input, 1, axes);
    input[0] = 1;
    input[axes + 1] = n[0];
    weight[0] = n[0];
    weight[1] = 1;
    List<Integer> ones = java.util.Collections.nCopies(axes, 1);
    Conv op = new Conv(ones, java.util.Collections.nCopies(axes, n[1] / 2), ones, n[0]);
    List<Shape> trained = List.of(Shape.of(weight), Shape.of(n[0]));
    run = new OpRun(backend, threads, op, List.of(Shape.of(input)), trained);
  }

  /** One run. */
  @Benchmark
  public float[] convolution(WorkCounter counter) {
    return run.run(counter);
  }
}
