package org.cirr.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.reflect.Method;
import java.util.Arrays;
import org.cirr.backend.Backends;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/** The bodies of the benchmarks of single ops on small shapes: all backends agree. */
class OpBodiesTest {
  /** Of the largest value. */
  private static final double TOLERANCE = 2e-5;

  @ParameterizedTest
  @CsvSource({
    "LinearBenchmark, layer, 7x48-33",
    "AttentionBenchmark, tokens, 2x17-3x5",
    "TokenNormBenchmark, rows, 5x48",
    "ActivationBenchmark, values, 3x33",
    "DepthwiseBenchmark, layer, 33-7@5x6",
    "DepthwiseBenchmark, layer, 16-3@3x5x6",
    "WindowBenchmark, activation, 5x6x7x3-2",
    "ScanBenchmark, sequence, 17x20-5x4"
  })
  void allBackendsGiveTheSame(String name, String field, String shape) throws Exception {
    assumeTrue(
        Backends.report().stream().anyMatch(r -> r.name().equals("simd") && r.available()),
        "skipped: needs --add-modules jdk.incubator.vector");
    Class<?> type = Class.forName("org.cirr.benchmarks." + name);
    boolean functions = name.equals("ActivationBenchmark");
    String[] all =
        functions
            ? type.getField("function").getAnnotation(Param.class).value()
            : new String[] {""};
    for (String function : all) {
      float[] scalar = body(type, field, shape, function, "scalar");
      float[] simd = body(type, field, shape, function, "simd");
      assertEquals(scalar.length, simd.length);
      double largest = 0;
      for (float value : scalar) {
        largest = Math.max(largest, Math.abs(value));
      }
      assertTrue(largest > 0.01, "the largest value is " + largest);
      for (int i = 0; i < scalar.length; i++) {
        assertEquals(scalar[i], simd[i], TOLERANCE * largest, name + " " + function + " at " + i);
      }
    }
  }

  private static float[] body(
      Class<?> type, String field, String shape, String function, String backend) throws Exception {
    Object benchmark = type.getConstructor().newInstance();
    type.getField(field).set(benchmark, shape);
    type.getField("backend").set(benchmark, backend);
    type.getField("threads").set(benchmark, 1);
    if (!function.isEmpty()) {
      type.getField("function").set(benchmark, function);
    }
    type.getMethod("compile").invoke(benchmark);
    Method method =
        Arrays.stream(type.getMethods())
            .filter(m -> m.isAnnotationPresent(Benchmark.class))
            .findFirst()
            .orElseThrow();
    WorkCounter counter = new WorkCounter();
    float[] values = (float[]) method.invoke(benchmark, counter);
    assertTrue(counter.gigaByte > 0);
    return values.clone();
  }
}
