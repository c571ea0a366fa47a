package org.cirr.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.cirr.backend.Backends;
import org.cirr.benchmarks.workload.Kernels;
import org.cirr.metrics.evaluate.StructureScores;
import org.cirr.metrics.radiomics.feature.SizeMatrix;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.annotations.Param;

/**
 * Every benchmark's body once for each of its parameters, with extents cut down to a few voxels:
 * all backends give the same values, so that what is timed is the same work.
 */
class BenchmarkBodiesTest {
  /** Of the largest value; a convolution sums at most 27 · 320 products in float. */
  private static final double CONVOLUTION = 2e-5;

  /** Of the largest value; errors add up through 22 layers. */
  private static final double NETWORK = 1e-4;

  @BeforeEach
  void theSimdBackendIsThere() {
    assumeTrue(
        Backends.report().stream().anyMatch(r -> r.name().equals("simd") && r.available()),
        "skipped: needs --add-modules jdk.incubator.vector");
  }

  static Stream<String> layers() {
    return parameters(ConvBenchmark.class, "layer");
  }

  static Stream<String> patches() {
    return parameters(NetworkBenchmark.class, "patch");
  }

  private static Stream<String> parameters(Class<?> benchmark, String field) {
    try {
      return Arrays.stream(benchmark.getField(field).getAnnotation(Param.class).value());
    } catch (NoSuchFieldException e) {
      throw new AssertionError(benchmark + " has no parameter " + field, e);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void allBackendsGiveTheSameConvolution(String layer) {
    String small = layer.replaceAll("@.*", "@3x5x17");
    assertEquals(List.of("simd", "scalar"), parameters(ConvBenchmark.class, "backend").toList());
    assertClose(convolution(small, "scalar"), convolution(small, "simd"), CONVOLUTION);
  }

  private static float[] convolution(String layer, String backend) {
    ConvBenchmark benchmark = new ConvBenchmark();
    benchmark.layer = layer;
    benchmark.backend = backend;
    benchmark.threads = 1;
    benchmark.compile();
    WorkCounter counter = new WorkCounter();
    float[] result = benchmark.convolution(counter).clone();
    String[] channels = layer.split("[-@]");
    assertEquals(
        2.0 * 27 * Integer.parseInt(channels[0]) * Integer.parseInt(channels[1]) * 3 * 5 * 17 / 1e9,
        counter.gigaFlop,
        1e-15);
    return result;
  }

  static Stream<String> kernels() {
    return parameters(KernelBenchmark.class, "layer");
  }

  @Test
  void theKernelsAreThoseOfTheComparison() {
    Stream<Kernels.Kernel> compared =
        Stream.concat(Kernels.layers().stream(), Kernels.others().stream());
    assertEquals(compared.map(kernel -> kernel.workload().name()).toList(), kernels().toList());
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void allBackendsGiveTheSameLayer(String layer) {
    String small =
        layer
            .replaceAll("@\\d+$", "@35")
            .replaceAll("@\\d+x\\d+$", "@7x9")
            .replaceAll("@.*x.*x.*", "@3x6x17");
    assertEquals(List.of("simd", "scalar"), parameters(KernelBenchmark.class, "backend").toList());
    assertClose(kernel(small, "scalar"), kernel(small, "simd"), CONVOLUTION);
  }

  private static float[] kernel(String layer, String backend) {
    KernelBenchmark benchmark = new KernelBenchmark();
    benchmark.layer = layer;
    benchmark.backend = backend;
    benchmark.threads = 1;
    benchmark.compile();
    WorkCounter counter = new WorkCounter();
    float[] result = benchmark.kernel(counter).clone();
    assertTrue(counter.gigaByte >= 4 * result.length / 1e9, "bytes " + counter.gigaByte);
    return result;
  }

  @ParameterizedTest
  @MethodSource("patches")
  void allBackendsGiveTheSameLogits(String patch) {
    int depth = Integer.parseInt(patch.substring(0, patch.indexOf('x')));
    String small = depth > 8 ? "8x48x48" : patch;
    assertEquals(List.of("simd", "scalar"), parameters(NetworkBenchmark.class, "backend").toList());
    assertClose(logits(small, "scalar"), logits(small, "simd"), NETWORK);
  }

  private static float[] logits(String patch, String backend) {
    NetworkBenchmark benchmark = new NetworkBenchmark();
    benchmark.patch = patch;
    benchmark.backend = backend;
    benchmark.threads = 1;
    benchmark.compile();
    return benchmark.network(new WorkCounter()).clone();
  }

  /**
   * Dice, HD, HD95, ASSD and NSD at 1 mm as printed by {@code metrics_peer.py 64x128x128 --values}.
   */
  @Test
  void theMetricsAreThoseOfSciPy() {
    double[][] expected = {
      {
        0.8997984226079809,
        3.509985754956849,
        2.720294101747089,
        1.2365800620966985,
        0.49887152777777777
      },
      {
        0.8060980634528224,
        3.0199337741083,
        2.4738633753705965,
        1.2188958670556944,
        0.4547236377891023
      },
      {
        0.7017780778753094,
        2.8844410203711917,
        2.4738633753705965,
        1.2988179733869518,
        0.3832428238944919
      },
      {
        0.7092293906810035,
        2.8844410203711917,
        2.4738633753705965,
        1.2834527293626008,
        0.40387596899224804
      },
      {
        0.3006034009873834,
        3.0199337741083,
        2.2627416997969525,
        1.252074014488186,
        0.43342036553524804
      }
    };
    MetricsBenchmark benchmark = new MetricsBenchmark();
    benchmark.shape = "64x128x128";
    benchmark.threads = 2;
    benchmark.paint();
    String[] keys = {"dice", "hd", "hd95", "assd", "nsd@1mm"};
    List<StructureScores> all = benchmark.allMetrics();
    List<StructureScores> preset = benchmark.presetCirr();
    assertEquals(expected.length, all.size());
    for (int label = 0; label < expected.length; label++) {
      for (int i = 0; i < keys.length; i++) {
        String what = "label " + (label + 1) + ", " + keys[i];
        assertEquals(expected[label][i], all.get(label).value(keys[i]), 1e-9, what);
        assertEquals(expected[label][i], preset.get(label).value(keys[i]), 1e-9, what);
      }
    }
    assertEquals(64 * 128 * 128, benchmark.distanceTransform().length);
    assertEquals(5, benchmark.centerlineDice().size());
  }

  @Test
  void textureMatricesHaveTheRegionsVoxels() {
    RadiomicsBenchmark benchmark = new RadiomicsBenchmark();
    for (String region : parameters(RadiomicsBenchmark.class, "region").toList()) {
      benchmark.region = "5x7x9@" + region.split("@")[1];
      benchmark.make();
      assertEquals(13, benchmark.glcm().size());
      assertEquals(24, benchmark.glcmFeatures().size());
      assertEquals(13, benchmark.glrlm().size());
      double voxels = sum(benchmark.gldm(), 0);
      assertTrue(voxels > 100, region);
      assertEquals(voxels, sum(benchmark.glrlm().get(0), 1));
      assertEquals(voxels, sum(benchmark.glszm(), 1));
      assertEquals(sum(benchmark.glszm(), 0), sum(benchmark.gldzm(), 0)); // as many zones
      double tones = Arrays.stream(benchmark.ngtdm().entries()).mapToDouble(row -> row[0]).sum();
      assertEquals(voxels, tones);
    }
  }

  /** Σ P, or Σ j P. */
  private static double sum(SizeMatrix matrix, int power) {
    return Arrays.stream(matrix.entries()).mapToDouble(r -> r[2] * Math.pow(r[1], power)).sum();
  }

  private static void assertClose(float[] expected, float[] actual, double relative) {
    assertEquals(expected.length, actual.length);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      assertTrue(Float.isFinite(expected[i]) && Float.isFinite(actual[i]), "value " + i);
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - (double) actual[i]));
    }
    assertTrue(largest > 0.1, "the largest value is " + largest);
    assertTrue(worst <= relative * largest, worst + " apart, largest value " + largest);
  }
}
