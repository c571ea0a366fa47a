package org.cirr.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.Arithmetic;
import org.cirr.backend.Backend;
import org.cirr.backend.Backends;
import org.cirr.backend.OpCases;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Attention;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.cirr.testing.Share;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attention on the tensor cores of the stand-in: rounding, blocked keys, and which kernel it takes;
 * {@link TensorContractTest} has the cases with weights that need no rounding.
 */
class TensorAttentionTest {
  @BeforeAll
  static void onTheStandIn() {
    StandIn.use();
  }

  static List<Arguments> cases() {
    List<Arguments> cases = new ArrayList<>();
    for (OpCases.Case test : TensorAttentionCases.all()) {
      cases.add(Arguments.of(Arithmetic.TF32, test));
      cases.add(Arguments.of(Arithmetic.BF16, test));
    }
    return cases;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("cases")
  void itIsWrongByNoMoreThanTheRoundingOfWeights(Arithmetic arithmetic, OpCases.Case test) {
    Share.require(test.toString().hashCode());
    TensorAttentionCases.checkRounded(Backends.of("cuda", arithmetic), arithmetic, test);
  }

  /** All keys of a row, some, and all that are looked at first. */
  @ParameterizedTest
  @EnumSource(names = {"TF32", "BF16"})
  void blockedKeysCountNothingAndARowWithoutKeysIsNaN(Arithmetic arithmetic) {
    Shape tokens = Shape.of(1, 20, 32);
    Shape others = Shape.of(1, 130, 32);
    Node q = Node.input("q", tokens);
    Node k = Node.input("k", others);
    Node v = Node.input("v", others);
    Node bias = Node.input("bias", Shape.of(20, 130));
    Graph graph = Graph.of(Node.of(Attention.of(2, 16).withBias(), q, k, v, bias));
    Tensor blocked = RandomTensors.normal(bias.shape(), 4);
    for (int i = 0; i < blocked.array().length; i++) {
      int query = i / 130;
      int key = i % 130;
      if (query == 5 || query == 7 && key < 128 || key % 3 == 0) {
        blocked.array()[i] = Float.NEGATIVE_INFINITY;
      }
    }
    Tensor values = RandomTensors.normal(others, 3);
    for (int c = 0; c < 32; c++) {
      values.array()[9 * 32 + c] = 1e30f; // of a key that is blocked
    }
    List<Tensor> inputs =
        List.of(RandomTensors.normal(tokens, 1), RandomTensors.normal(others, 2), values, blocked);
    float[] expected = run(Backends.of("scalar"), graph, inputs);
    float[] actual = run(Backends.of("cuda", arithmetic), graph, inputs);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(i / 32 == 5, Float.isNaN(expected[i]), "scalar, query " + i / 32);
    }
    assertArrayEquals(expected, actual, 0.1f);
  }

  private static float[] run(Backend backend, Graph graph, List<Tensor> inputs) {
    return backend.compile(graph, name -> null).run(inputs, Workers.single()).get(0).array();
  }

  private static OpCases.Case attention(int queries, int keys, int depth, int width) {
    List<Shape> shapes =
        List.of(Shape.of(2, queries, depth), Shape.of(2, keys, depth), Shape.of(2, keys, width));
    return new OpCases.Case(Attention.of(1, depth), shapes, List.of(), null, 100);
  }

  private static String report(Arithmetic arithmetic, OpCases.Case test) {
    return Backends.of("cuda", arithmetic).compile(TensorCases.graph(test), name -> null).report();
  }

  @Test
  void theKernelForFloat32TakesWhatIsMostlyPadding() {
    List<OpCases.Case> small =
        List.of(
            attention(1, 500, 64, 64), // one of 32 queries
            attention(300, 300, 1, 1), // one of 16 channels
            attention(300, 1, 64, 64), // one of 16 keys
            attention(8, 7, 8, 8));
    for (OpCases.Case test : small) {
      assertNull(TensorAttentionCases.plan(test, Arithmetic.BF16), test.toString());
      String report = report(Arithmetic.BF16, test);
      assertTrue(report.contains("attention"), report);
      assertFalse(report.contains("tensor_attention"), report);
    }
    for (OpCases.Case test : List.of(attention(4, 16, 16, 16), attention(32, 2, 16, 16))) {
      assertNotNull(TensorAttentionCases.plan(test, Arithmetic.BF16), test.toString());
    }
  }

  @Test
  void theKernelForFloat32TakesHeadsThatDoNotFitIntoSharedMemory() {
    OpCases.Case deep = attention(40, 40, 500, 16);
    assertNotNull(TensorAttentionCases.plan(deep, Arithmetic.BF16));
    assertNull(TensorAttentionCases.plan(deep, Arithmetic.TF32));
    assertFalse(report(Arithmetic.TF32, deep).contains("tensor_attention"));
  }

  @Test
  void float32GoesToThePlainKernel() {
    for (OpCases.Case test : TensorAttentionCases.all()) {
      assertNull(TensorAttentionCases.plan(test, Arithmetic.FLOAT32), test.toString());
    }
  }

  @Test
  void blocksHaveAsManyWarpsAsTheyNeedAndAsFit() {
    TensorAttention window = TensorAttentionCases.plan(attention(49, 49, 16, 16), Arithmetic.BF16);
    assertEquals(2, window.warps());
    assertEquals(64, window.columns());
    TensorAttention wide =
        TensorAttentionCases.plan(attention(900, 900, 128, 128), Arithmetic.TF32);
    assertEquals(4, wide.warps());
    assertEquals(128, wide.columns());
    assertEquals(Bricks.MOST_SHARED, wide.sharedBytes());
    TensorAttention deep = TensorAttentionCases.plan(attention(900, 900, 300, 3), Arithmetic.TF32);
    assertEquals(1, deep.warps());
    assertEquals(128, deep.columns()); // 32 keys at a time
  }

  /** More must be allowed by a call of its own, kernel by kernel. */
  @Test
  void someCasesNeedMoreSharedMemoryThanAKernelHasByItself() {
    assertTrue(
        TensorAttentionCases.all().stream()
            .map(test -> TensorAttentionCases.plan(test, Arithmetic.BF16))
            .anyMatch(plan -> plan.sharedBytes() > 48 << 10));
  }
}
