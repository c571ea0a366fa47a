package org.cirr.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.AdaptiveAvgPool;
import org.cirr.op.ArgMax;
import org.cirr.op.Attention;
import org.cirr.op.AvgPool;
import org.cirr.op.Concat;
import org.cirr.op.ConvTranspose;
import org.cirr.op.Elu;
import org.cirr.op.Gather;
import org.cirr.op.Gelu;
import org.cirr.op.GroupNorm;
import org.cirr.op.HardSwish;
import org.cirr.op.LayerNorm;
import org.cirr.op.Linear;
import org.cirr.op.MatMul;
import org.cirr.op.MaxPool;
import org.cirr.op.Multiply;
import org.cirr.op.Op;
import org.cirr.op.PRelu;
import org.cirr.op.Pad;
import org.cirr.op.Permute;
import org.cirr.op.Reduce;
import org.cirr.op.RmsNorm;
import org.cirr.op.Roll;
import org.cirr.op.SelectiveScan;
import org.cirr.op.Silu;
import org.cirr.op.Slice;
import org.cirr.op.Softplus;
import org.cirr.op.WindowPartition;
import org.cirr.op.WindowReverse;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The ops of transformers on numbers small enough to check by hand, on every backend. */
class TokenArithmeticTest {
  private static final float TOLERANCE = 2e-6f;
  private static final float INFINITE = Float.POSITIVE_INFINITY;

  static Stream<String> backends() {
    return Backends.report().stream().filter(BackendReport::available).map(BackendReport::name);
  }

  private static Tensor t(int[] shape, float... values) {
    return Tensor.of(Shape.of(shape), values);
  }

  private static int[] s(int... extents) {
    return extents;
  }

  private static List<Integer> l(Integer... values) {
    return List.of(values);
  }

  private static float[] v(float... values) {
    return values;
  }

  private static float[] run(String backend, Op op, List<Tensor> data, Tensor... trained) {
    List<Node> nodes = new ArrayList<>();
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (Tensor tensor : data) {
      nodes.add(Node.input("x" + nodes.size(), tensor.shape()));
    }
    for (Tensor tensor : trained) {
      parameters.put("p" + nodes.size(), tensor);
      nodes.add(Node.parameter("p" + nodes.size(), tensor.shape()));
    }
    Graph graph = Graph.of(Node.of(op, nodes));
    return Backends.of(backend)
        .compile(graph, parameters::get)
        .run(data, Workers.single())
        .get(0)
        .array();
  }

  private static void check(
      String backend, float[] expected, Op op, List<Tensor> data, Tensor... trained) {
    float[] actual = run(backend, op, data, trained);
    assertArrayEquals(expected, actual, TOLERANCE, backend + " " + op);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void matricesAreMultipliedRowsByColumns(String backend) {
    Tensor a = t(s(2, 3), 1, 2, 3, 4, 5, 6);
    Tensor b = t(s(3, 2), 1, 10, 2, 20, 3, 30);
    check(backend, v(14, 140, 32, 320), MatMul.plain(), List.of(a, b));
    check(backend, v(14, 140, 32, 320), MatMul.plain(), List.of(a), b);
    Tensor turned = t(s(2, 3), 1, 2, 3, 10, 20, 30);
    check(backend, v(14, 140, 32, 320), new MatMul(false, true), List.of(a, turned));
    check(backend, v(41, 52, 63), new MatMul(true, false), List.of(t(s(2, 1), 1, 10), a));
    // a linear layer's weight is [Cout, Cin]
    check(backend, v(14.5f, 139, 32.5f, 319), new Linear(), List.of(a), turned, t(s(2), 0.5f, -1));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void normsOfTokensUseTheirChannels(String backend) {
    Tensor x = t(s(2, 2), 1, 3, 0, 8);
    check(backend, v(-1, 1, -1, 1), new LayerNorm(0), List.of(x));
    Tensor scale = t(s(2), 2, 3);
    check(backend, v(8, 23, 8, 23), new LayerNorm(0), List.of(x), scale, t(s(2), 10, 20));
    // root mean square of (3, 3) is 3
    check(backend, v(2, 3), new RmsNorm(0), List.of(t(s(1, 2), 3, 3)), scale);
    // two groups of one voxel: (1, 3) and (0, 8)
    Tensor voxel = t(s(1, 1, 4), 1, 3, 0, 8);
    check(backend, v(-1, 1, -1, 1), new GroupNorm(2, 0), List.of(voxel));
    // one group over two voxels: mean 3
    float root = (float) Math.sqrt((4 + 0 + 9 + 25) / 4.0);
    Tensor two = t(s(1, 2, 2), 1, 3, 0, 8);
    check(backend, v(-2 / root, 0, -3 / root, 5 / root), new GroupNorm(1, 0), List.of(two));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void functionsHaveTheirKnownValues(String backend) {
    float log3 = (float) Math.log(3);
    List<Tensor> x = List.of(t(s(3), 0, log3, -log3));
    check(backend, v(0, 0.75f * log3, -0.25f * log3), new Silu(), x);
    check(
        backend,
        v((float) Math.log(2), (float) Math.log(4), (float) Math.log(4 / 3.0)),
        new Softplus(),
        x);
    check(backend, v(0, log3, -2 / 3f), new Elu(1), x);
    check(backend, v(0, 1 / 3f * 4 / 2, 3), new HardSwish(), List.of(t(s(3), -3, 1, 3)));
    // Φ(1) = 0.8413447
    check(backend, v(0.8413447f, -0.1586553f), new Gelu(Gelu.Form.EXACT), List.of(t(s(2), 1, -1)));
    check(
        backend, v(-1, 2, -3, 4), new PRelu(), List.of(t(s(2, 2), -2, 2, -6, 4)), t(s(2), 0.5f, 3));
    check(
        backend, v(1, 20, 3, 40), new Multiply(), List.of(t(s(2, 2), 1, 2, 3, 4)), t(s(2), 1, 10));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void attentionIsTheMeanOfValuesWeighedByScores(String backend) {
    float log2 = (float) Math.log(2);
    // one query 1; keys 0, ln 2, 2 ln 2: weights 1/7, 2/7, 4/7
    Tensor q = t(s(1, 1, 1), 1);
    Tensor k = t(s(1, 3, 1), 0, log2, 2 * log2);
    Tensor values = t(s(1, 3, 1), 7, 70, 700);
    Attention plain = new Attention(1, 1, false, false);
    check(backend, v(421), plain, List.of(q, k, values));
    // scale 0 leaves the bias
    Tensor bias = t(s(3), 0, log2, -INFINITE);
    Attention biased = new Attention(1, 0, true, false);
    check(backend, v(49), biased, List.of(q, k, values, bias));
    // two heads: channel 0 and channel 1 on their own
    Tensor two = t(s(1, 2, 6), 0, 0, 1, 1, 2, 30, 0, 0, 5, 5, 4, 50);
    check(backend, v(3, 40, 3, 40), new Attention(2, 1, false, false), List.of(two));
    // different regions hardly see each other
    Tensor regions = t(s(1, 2), 0, 1);
    check(backend, v(2, 30, 4, 50), new Attention(2, 0, false, true), List.of(two, regions));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void blockedQueriesGiveNaN(String backend) {
    Tensor q = t(s(1, 1, 1), 1);
    Tensor bias = t(s(1), -INFINITE);
    float[] out = run(backend, new Attention(1, 1, true, false), List.of(q, q, q, bias));
    assertEquals(Float.NaN, out[0]);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void windowsAreShiftedAndPadded(String backend) {
    // five tokens, windows of 2, shifted by 1: 2 3 | 4 5 | pad 1
    Tensor x = t(s(1, 5, 1), 1, 2, 3, 4, 5);
    WindowPartition partition = new WindowPartition(l(2), l(1));
    check(backend, v(2, 3, 4, 5, 0, 1), partition, List.of(x));
    Tensor windows = t(s(3, 2, 1), 2, 3, 4, 5, 0, 1);
    check(backend, v(1, 2, 3, 4, 5), WindowReverse.of(partition, l(5)), List.of(windows));
    // 2×2 windows of a 2×4 map: columns go together
    Tensor map = t(s(1, 2, 4, 1), 0, 1, 2, 3, 4, 5, 6, 7);
    check(backend, v(0, 1, 4, 5, 2, 3, 6, 7), WindowPartition.of(2, 2), List.of(map));
    assertArrayEquals(v(0, 0, 0, 0, 1, 2), partition.regions(l(5)).array());
  }

  @ParameterizedTest
  @MethodSource("backends")
  void valuesAreMoved(String backend) {
    Tensor x = t(s(2, 3), 1, 2, 3, 4, 5, 6);
    check(backend, v(1, 4, 2, 5, 3, 6), Permute.of(1, 0), List.of(x));
    check(backend, v(3, 1, 2, 6, 4, 5), new Roll(l(1), l(1)), List.of(x));
    check(backend, v(2, 3, 5, 6), Slice.along(1, 1, 3, 2), List.of(x));
    check(
        backend,
        v(9, 2, 3, 9, 9, 5, 6, 9),
        new Pad(l(0, 0), l(0, 1), Pad.Mode.CONSTANT, 9),
        List.of(t(s(2, 3), 9, 2, 3, 9, 5, 6)));
    check(
        backend,
        v(1, 2, 3, 7, 8, 9, 4, 5, 6, 10, 11, 12),
        new Concat(1),
        List.of(t(s(2, 1, 3), 1, 2, 3, 4, 5, 6), t(s(2, 1, 3), 7, 8, 9, 10, 11, 12)));
    check(backend, v(2.5f, 3.5f, 4.5f), Reduce.mean(0), List.of(x));
    check(backend, v(2, 2), new ArgMax(), List.of(x));
    check(backend, v(4, 5, 6, 1, 2, 3), new Gather(), List.of(x, t(s(2), 1, 0)));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void selectiveScansDecayAndAdd(String backend) {
    // softplus(30) = 30 exactly; A = −exp(ln(ln 2 / 30)) halves the state in each step
    float step = 30;
    float log = (float) Math.log(Math.log(2) / 30);
    Tensor u = t(s(1, 3, 1), 1, 0, 2);
    Tensor delta = t(s(1, 3, 1), step, step, step);
    Tensor b = t(s(1, 3, 1), 1, 1, 1);
    Tensor c = t(s(1, 3, 1), 1, 1, 10);
    // h = 30, 15, 67.5; y = h, h, 10 h, and D · u on top
    Op op = new SelectiveScan(1, false, true, false);
    float[] y = run(backend, op, List.of(u, delta, b, c), t(s(1, 1), log), t(s(1), 100));
    assertArrayEquals(v(130, 15, 875), y, 1e-3f);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void poolsInCeilModeAndToExtents(String backend) {
    List<Tensor> x = List.of(t(s(1, 5, 1), 1, 2, 3, 4, 9));
    check(backend, v(2, 4, 9), new MaxPool(l(2), l(2), l(0), l(1), true), x);
    check(backend, v(3, 4, 9), new MaxPool(l(2), l(1), l(0), l(2), false), x);
    check(backend, v(1.5f, 3.5f, 9), new AvgPool(l(2), l(2), l(0), true, true), x);
    // padding 1, not counted: 1 | 2 3 | 4 9
    check(backend, v(1, 2.5f, 6.5f), new AvgPool(l(2), l(2), l(1), false, false), x);
    // floor(k·5/2) to ceil((k+1)·5/2): 1 2 3 and 3 4 9
    check(backend, v(2, 16 / 3f), new AdaptiveAvgPool(l(2)), x);
    // dilation 2: taps two apart
    check(
        backend,
        v(1, 2, 10, 20),
        new ConvTranspose(l(1), l(0), l(0), l(2), 1),
        List.of(t(s(1, 2, 1), 1, 2)),
        t(s(1, 1, 2), 1, 10));
  }
}
