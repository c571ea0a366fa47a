package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.OpContract;
import org.cirr.backend.Program;
import org.cirr.graph.Graph;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomGraphs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks on the tensor cores of the stand-in: what is fused, and how far rounding goes. */
class TensorNetworkTest {
  /** Relative to the largest value, of networks of some twenty ops; bf16 rounds by up to 2⁻⁸. */
  private static final double TOLERANCE = 0.03;

  private static final double LEAST_DICE = 0.998;
  private static final int CLASSES = 3;

  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
  }

  static Stream<TensorChain> chains() {
    return Stream.of(
        new TensorChain(new int[] {3, 5, 17}, 3, new int[] {3, 17, 7, 33}, 1),
        new TensorChain(new int[] {5, 12, 12}, 3, new int[] {1, 16, 16, 8}, 1),
        new TensorChain(new int[] {5, 13, 11}, 3, new int[] {8, 40, 24, 32}, 2));
  }

  @ParameterizedTest
  @MethodSource("chains")
  void normsAndConcatenationsAreDoneWhileReading(TensorChain chain) {
    for (Arithmetic arithmetic : List.of(Arithmetic.BF16, Arithmetic.TF32)) {
      chain.check(Backends.of("cuda", arithmetic), arithmetic, chain.expected(arithmetic));
    }
  }

  @Test
  void nothingBetweenIsWritten() {
    TensorChain chain = chains().findFirst().orElseThrow();
    String report = chain.report(Backends.of("cuda", Arithmetic.BF16), Arithmetic.BF16);
    assertEquals(2, report.split("tensor_conv_bf16").length - 1, report);
    assertEquals(1, report.split("norm_table").length - 1, report);
    assertFalse(report.contains("norm_sums"), report);
    assertFalse(report.contains("norm_apply"), report);
  }

  @Test
  void newWeightsGiveWhatANewProgramGives() {
    Graph graph = SmallUNet.graph();
    Backend cuda = Backends.of("cuda", Arithmetic.BF16);
    List<Tensor> inputs = RandomGraphs.inputs(graph, 3);
    Program program = cuda.compile(graph, RandomGraphs.parameters(graph, 1));
    program.rebind(RandomGraphs.parameters(graph, 2), Workers.single());
    assertArrayEquals(
        run(cuda, graph, 2, inputs).get(0).array(),
        program.run(inputs, Workers.single()).get(0).array());
  }

  @Test
  void randomNetworksGiveAboutWhatScalarGives() {
    Backend cuda = Backends.of("cuda", Arithmetic.TF32);
    for (long seed = 100; seed < 115; seed++) {
      Graph graph = RandomGraphs.of(seed, 4 + (int) (seed % 20));
      List<Tensor> expected = run(Backends.of("scalar"), graph, seed);
      List<Tensor> actual = run(cuda, graph, seed);
      for (int i = 0; i < expected.size(); i++) {
        OpContract.assertClose(
            expected.get(i).array(), actual.get(i).array(), TOLERANCE, "seed " + seed);
      }
    }
  }

  /** All factors are rounded, those of tf32 8 times as exactly. Found: 0.0008 and 0.0044. */
  @ParameterizedTest
  @CsvSource({"TF32, 0.002", "BF16, 0.012"})
  void aTransformerGivesAboutWhatScalarGives(Arithmetic arithmetic, double tolerance) {
    Graph graph = SmallTransformer.graph();
    Backend cuda = Backends.of("cuda", arithmetic);
    for (long seed = 1; seed <= 3; seed++) {
      float[] expected = run(Backends.of("scalar"), graph, seed).get(0).array();
      float[] actual = run(cuda, graph, seed).get(0).array();
      OpContract.assertClose(expected, actual, tolerance, "seed " + seed);
    }
    String report = cuda.compile(graph, RandomGraphs.parameters(graph, 1)).report();
    String kernel = "tensor_attention_" + arithmetic + "_64";
    assertEquals(2, report.split(kernel, -1).length - 1, report);
  }

  private static List<Tensor> run(Backend backend, Graph graph, long seed) {
    return run(backend, graph, seed, RandomGraphs.inputs(graph, seed));
  }

  private static List<Tensor> run(Backend backend, Graph graph, long seed, List<Tensor> inputs) {
    return backend
        .compile(graph, RandomGraphs.parameters(graph, seed))
        .run(inputs, Workers.single());
  }

  /**
   * Over five networks of 840 voxels each, and all classes together, so that eight voxels may
   * differ. The weights are random; a network that was trained is surer of its classes.
   */
  @ParameterizedTest
  @EnumSource(names = {"TF32", "BF16"})
  void theMasksOfSmallUNetsHardlyChange(Arithmetic arithmetic) {
    Graph graph = SmallUNet.graph();
    int voxels = 0;
    int same = 0;
    for (long seed = 1; seed <= 5; seed++) {
      List<Tensor> image = List.of(smooth(graph.inputs().get(0).shape(), seed));
      float[] exact = run(Backends.of("scalar"), graph, seed, image).get(0).array();
      float[] rounded = run(Backends.of("cuda", arithmetic), graph, seed, image).get(0).array();
      OpContract.assertClose(exact, rounded, TOLERANCE, "seed " + seed);
      for (int v = 0; v < exact.length; v += CLASSES) {
        voxels++;
        same += largest(exact, v) == largest(rounded, v) ? 1 : 0;
      }
    }
    double dice = same / (double) voxels;
    assertTrue(dice >= LEAST_DICE, arithmetic + ": Dice " + dice);
  }

  /** A few waves along each axis. */
  private static Tensor smooth(Shape shape, long seed) {
    Tensor image = Tensor.zeros(shape);
    Random random = new Random(seed);
    for (int wave = 0; wave < 4; wave++) {
      double phase = random.nextDouble() * 6;
      double[] frequency = {random.nextDouble(), random.nextDouble() / 2, random.nextDouble() / 2};
      for (int i = 0; i < image.array().length; i++) {
        int x = i % shape.dim(3);
        int y = i / shape.dim(3) % shape.dim(2);
        int z = i / shape.dim(3) / shape.dim(2);
        image.array()[i] +=
            (float) Math.cos(phase + z * frequency[0] + y * frequency[1] + x * frequency[2]);
      }
    }
    return image;
  }

  private static int largest(float[] values, int from) {
    int best = 0;
    for (int c = 1; c < CLASSES; c++) {
      best = values[from + c] > values[from + best] ? c : best;
    }
    return best;
  }
}
