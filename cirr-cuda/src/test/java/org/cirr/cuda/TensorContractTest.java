package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.OpCases;
import org.cirr.op.Attention;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.ConvWeightGradient;
import org.cirr.tensor.Shape;
import org.cirr.testing.RandomGraphs;
import org.cirr.testing.Share;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The tensor cores' convolutions, on the stand-in, with factors that need no rounding. */
class TensorContractTest {
  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
  }

  /**
   * All in bf16; in tf32 attention, and of the others, where it differs in the size of a piece
   * alone, every seventh.
   */
  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (OpCases.Case test : TensorCases.all()) {
      if (cases.size() % 8 == 0 || test.op() instanceof Attention) {
        cases.add(Arguments.of(Arithmetic.TF32, test));
      }
      cases.add(Arguments.of(Arithmetic.BF16, test));
    }
    return cases;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void tensorCoresGiveWhatScalarGives(Arithmetic arithmetic, OpCases.Case test) {
    Share.require(test.toString().hashCode());
    TensorCases.check(Backends.of("cuda", arithmetic), arithmetic, test);
  }

  @Test
  void whatHasOneGroupGoesToTensorCoresAndTheRestDoesNot() {
    for (OpCases.Case test : TensorCases.all()) {
      String report = report(Backends.of("cuda", Arithmetic.BF16), test);
      if (test.op() instanceof Conv conv) {
        assertEquals(conv.groups() == 1, report.contains("tensor_conv_bf16_"), report);
      } else if (test.op() instanceof ConvWeightGradient gradient && gradient.groups() > 1) {
        continue;
      } else if (!(test.op() instanceof ConvTranspose)) {
        assertTrue(report.contains("tensor_"), report);
      }
    }
  }

  @Test
  void weightGradientsOfWideGroupsGoToTensorCoresAndThoseOfNarrowOnesDoNot() {
    Backend backend = Backends.of("cuda", Arithmetic.BF16);
    for (OpCases.Case test : TensorCases.gradients()) {
      assertTrue(report(backend, test).contains("tensor_gradient_bf16"), test.toString());
    }
    Shape input = Shape.of(1, 9, 7, 24);
    for (int groups : new int[] {4, 6, 24}) { // 6, 4 and 1 channels of each
      var narrow = TensorCases.gradient(input, 24, List.of(3, 3), 1, 1, groups);
      assertTrue(report(backend, narrow).contains("conv_weight_gradient"), narrow.toString());
    }
  }

  @Test
  void inputGradientsOfStridedConvolutionsGoToTensorCores() {
    Backend backend = Backends.of("cuda", Arithmetic.BF16);
    for (OpCases.Case test : TensorCases.transposed()) {
      assertTrue(report(backend, test).contains("tensor_conv_bf16_"), test.toString());
    }
    List<Integer> two = List.of(2, 2);
    Shape input = Shape.of(1, 5, 6, 8);
    var odd = TensorCases.transposed(input, 8, List.of(3, 3), two, 1, 0); // 9 of 5
    assertTrue(report(backend, odd).contains("conv_transpose"), odd.toString());
    var zeros = TensorCases.transposed(input, 8, List.of(1, 1), List.of(3, 3), 0, 2);
    assertTrue(report(backend, zeros).contains("conv_transpose"), zeros.toString());
  }

  @Test
  void float32GoesToThePlainKernels() {
    for (OpCases.Case test : TensorCases.all().subList(0, 20)) {
      String report = report(Backends.of("cuda", Arithmetic.FLOAT32), test);
      assertFalse(report.contains("tensor_"), report);
    }
  }

  @Test
  void thePartsOfAWeightGradientAreInThePlanOfMemory() {
    OpCases.Case test = TensorCases.gradients().get(0);
    var graph = TensorCases.graph(test);
    TensorGradient plan = TensorGradient.of(graph.outputs().get(0), Arithmetic.BF16);
    assertTrue(plan.parts() > 1, plan.toString());
    assertTrue(plan.products() > 16L * plan.parts(), "some have several bricks: " + plan);
    long border = graph.outputs().get(0).shape().elements();
    for (var input : graph.inputs()) {
      border += input.shape().elements();
    }
    long parts = plan.parts() * graph.outputs().get(0).shape().elements();
    long bytes = Backends.of("cuda", Arithmetic.BF16).arenaBytes(graph);
    assertTrue(bytes >= Float.BYTES * (border + parts), bytes + " for " + plan);
    assertTrue(report(Backends.of("cuda", Arithmetic.BF16), test).contains("sum_parts"));
  }

  /** More must be allowed by a call of its own, kernel by kernel. */
  @Test
  void someCasesNeedMoreSharedMemoryThanAKernelHasByItself() {
    boolean found = false;
    for (OpCases.Case test : TensorCases.gradients()) {
      var node = TensorCases.graph(test).outputs().get(0);
      found |= TensorGradient.of(node, Arithmetic.BF16).sharedBytes() > 48 << 10;
    }
    assertTrue(found);
  }

  @Test
  void whatIsTooWideForSharedMemoryGoesToThePlainKernel() {
    var wide = TensorCases.gradient(Shape.of(1, 200, 200, 2), 3, List.of(3, 3), 1, 100);
    String report = report(Backends.of("cuda", Arithmetic.TF32), wide);
    assertTrue(report.contains("conv_weight_gradient"), report);
  }

  private static String report(Backend backend, OpCases.Case test) {
    var graph = TensorCases.graph(test);
    return backend.compile(graph, RandomGraphs.parameters(graph, 1)).report();
  }

  @Test
  void roundingIsToTheNearest() {
    // 1 + 2⁻⁸ lies between 1 and 1 + 2⁻⁷ in bf16, 1 + 2⁻¹¹ between 1 and 1 + 2⁻¹⁰ in tf32
    assertEquals(0x3f80, TensorWeights.bf16(1 + 0x1p-8f));
    assertEquals(0x3f82, TensorWeights.bf16(1 + 3 * 0x1p-8f));
    assertEquals(0x3f81, TensorWeights.bf16(1 + 0x1p-8f + 0x1p-20f));
    assertEquals(0xff80, TensorWeights.bf16(Float.NEGATIVE_INFINITY));
    assertEquals(0x7f80, TensorWeights.bf16(Float.MAX_VALUE));
    assertTrue(Float.isNaN(Float.intBitsToFloat(TensorWeights.bf16(Float.NaN) << 16)));
    assertEquals(0x3f802000, TensorWeights.tf32(1 + 0x1p-11f));
    assertEquals(0x3f800000, TensorWeights.tf32(1 + 0x1p-12f));
    assertTrue(Float.isNaN(Float.intBitsToFloat(TensorWeights.tf32(Float.NaN))));
  }
}
