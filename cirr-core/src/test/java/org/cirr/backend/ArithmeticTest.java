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
import org.cirr.op.Add;
import org.cirr.op.AvgPool;
import org.cirr.op.BatchNorm;
import org.cirr.op.Concat;
import org.cirr.op.Conv;
import org.cirr.op.ConvTranspose;
import org.cirr.op.InstanceNorm;
import org.cirr.op.Interpolate;
import org.cirr.op.LeakyRelu;
import org.cirr.op.LogSoftmax;
import org.cirr.op.MaxPool;
import org.cirr.op.Op;
import org.cirr.op.Relu;
import org.cirr.op.Sigmoid;
import org.cirr.op.Softmax;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every op on numbers small enough to check by hand, on every backend that runs here. */
class ArithmeticTest {
  private static final float TOLERANCE = 1e-6f;
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

  /** One-dimensional, one channel. */
  private static Tensor line(float... values) {
    return t(s(1, values.length, 1), values);
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
    assertArrayEquals(expected, run(backend, op, data, trained), TOLERANCE, backend + " " + op);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void convolutionIsCrossCorrelation(String backend) {
    Tensor kernel = t(s(1, 1, 3), 1, 10, 100);
    List<Tensor> x = List.of(line(1, 2, 3, 4));
    Conv same = new Conv(l(1), l(1), l(1), 1);
    check(backend, v(210, 321, 432, 43), same, x, kernel);
    check(backend, v(210.5f, 321.5f, 432.5f, 43.5f), same, x, kernel, t(s(1), 0.5f));
    check(backend, v(321, 432), new Conv(l(1), l(0), l(1), 1), x, kernel);
    check(backend, v(210, 432), new Conv(l(2), l(1), l(1), 1), x, kernel);
    // dilation 2, padding 2: taps two apart
    check(backend, v(310, 420, 31, 42), new Conv(l(1), l(2), l(2), 1), x, kernel);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void convolutionSumsOverInputChannelsOfItsGroup(String backend) {
    List<Tensor> x = List.of(t(s(1, 2, 4), 1, 2, 3, 4, 5, 6, 7, 8));
    // one group: both outputs read all four channels
    Tensor all = t(s(2, 4, 1), 1, 10, 100, 1000, 0, 0, 0, 2);
    check(backend, v(4321, 8, 8765, 16), new Conv(l(1), l(0), l(1), 1), x, all);
    // two groups: the first output reads channels 0 and 1, the second 2 and 3
    Tensor halves = t(s(2, 2, 1), 1, 10, 100, 1000);
    check(backend, v(21, 4300, 65, 8700), new Conv(l(1), l(0), l(1), 2), x, halves);
    Tensor each = t(s(4, 1, 1), 1, 2, 3, 4);
    check(backend, v(1, 4, 9, 16, 5, 12, 21, 32), new Conv(l(1), l(0), l(1), 4), x, each);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void convolutionAxesAreInTheOrderOfTheArray(String backend) {
    // z 2, y 2, x 3
    List<Tensor> x = List.of(t(s(1, 2, 2, 3, 1), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
    Tensor kernel = t(s(1, 1, 2, 1, 2), 1, 10, 100, 1000); // [kz][kx]
    // out[0, y, x] = in[0,y,x] + 10 in[0,y,x+1] + 100 in[1,y,x] + 1000 in[1,y,x+1]
    check(
        backend,
        v(7610, 8721, 10943, 12054),
        new Conv(l(1, 1, 1), l(0, 0, 0), l(1, 1, 1), 1),
        x,
        kernel);
    // stride 2 and padding 1 along x only
    check(
        backend,
        v(6000, 8721, 9030, 12054),
        new Conv(l(1, 1, 2), l(0, 0, 1), l(1, 1, 1), 1),
        x,
        kernel);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void transposedConvolutionSpreadsEveryVoxel(String backend) {
    List<Tensor> x = List.of(line(1, 2, 3));
    Tensor kernel = t(s(1, 1, 2), 1, 10);
    ConvTranspose blocks = ConvTranspose.of(2);
    check(backend, v(1, 10, 2, 20, 3, 30), blocks, x, kernel);
    check(backend, v(6, 15, 7, 25, 8, 35), blocks, x, kernel, t(s(1), 5));
    // kernel 3 at stride 2 overlaps; padding 1 cuts both ends; output padding 1 adds one at the end
    Tensor three = t(s(1, 1, 3), 1, 10, 100);
    check(backend, v(1, 10, 102, 20, 203, 30, 300), ConvTranspose.of(2), x, three);
    check(backend, v(10, 102, 20, 203, 30), new ConvTranspose(l(2), l(1), l(0)), x, three);
    check(backend, v(10, 102, 20, 203, 30, 300), new ConvTranspose(l(2), l(1), l(1)), x, three);
    // a stride beyond the kernel leaves gaps, which hold the bias
    Tensor one = t(s(1, 1, 1), 10);
    check(backend, v(11, 1, 1, 21, 1, 1, 31), ConvTranspose.of(3), x, one, t(s(1), 1));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void transposedConvolutionWeightsHaveInputChannelsFirst(String backend) {
    List<Tensor> x = List.of(t(s(1, 1, 2), 1, 2));
    Tensor kernel = t(s(2, 3, 1), 1, 2, 3, 10, 20, 30); // [Cin][Cout]
    check(backend, v(21, 42, 63), ConvTranspose.of(1), x, kernel);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void poolsTakeTheLargestOrTheMean(String backend) {
    List<Tensor> x = List.of(line(-4, -2, -1, -3, -5));
    check(backend, v(-2, -1), MaxPool.of(2), x);
    // padding never wins, not even over negative values
    check(backend, v(-2, -1, -3), new MaxPool(l(3), l(2), l(1)), x);
    check(backend, v(-3, -2), AvgPool.of(2), x);
    // padding counts as zeros and is counted
    check(backend, v(-2, -2, -8 / 3f), new AvgPool(l(3), l(2), l(1)), x);
    List<Tensor> nan = List.of(line(Float.NaN, 1, 2, INFINITE));
    assertArrayEquals(v(Float.NaN, INFINITE), run(backend, MaxPool.of(2), nan), backend);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void instanceNormUsesEachSamplesAndChannelsOwnVoxels(String backend) {
    // channel 0: 1 3, mean 2, variance 1; channel 1: 0 8, mean 4, variance 16
    Tensor x = t(s(2, 2, 2), 1, 0, 3, 8, 10, 5, 30, 5);
    float[] plain = v(-1, -1, 1, 1, -1, 0, 1, 0);
    assertArrayEquals(plain, run(backend, new InstanceNorm(1e-12), List.of(x)), 1e-5f);
    Tensor scale = t(s(2), 2, 3);
    Tensor shift = t(s(2), 10, 20);
    float[] affine = v(8, 17, 12, 23, 8, 20, 12, 20);
    assertArrayEquals(
        affine, run(backend, new InstanceNorm(1e-12), List.of(x), scale, shift), 1e-5f);
    // epsilon 3 beside variance 1: divided by 2
    assertEquals(-0.5f, run(backend, new InstanceNorm(3), List.of(x))[0], TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void batchNormUsesStoredStatistics(String backend) {
    Tensor x = t(s(1, 2, 2), 1, 2, 3, 4);
    check(
        backend,
        v(-1 + 5, 2 * 10 + 7, 5, 4 * 10 + 7),
        new BatchNorm(1),
        List.of(x),
        t(s(2), 1, 20), // scale
        t(s(2), 5, 7), // shift
        t(s(2), 3, 0), // mean
        t(s(2), 3, 3)); // variance; its root with epsilon is 2
  }

  @ParameterizedTest
  @MethodSource("backends")
  void interpolationTakesTorchsNeighbours(String backend) {
    List<Tensor> x = List.of(line(0, 10, 20, 30));
    check(backend, v(0, 10, 20, 30), interpolate(4, false), x);
    // x = (k + 0.5) / 2 - 0.5: -0.25, 0.25, 0.75, …, clamped to the border
    check(backend, v(0, 2.5f, 7.5f, 12.5f, 17.5f, 22.5f, 27.5f, 30), interpolate(8, false), x);
    check(backend, v(5, 25), interpolate(2, false), x);
    check(backend, v(15), interpolate(1, false), x);
    check(backend, v(0, 5, 10, 15, 20, 25, 30), interpolate(7, true), x);
    check(backend, v(0, 30), interpolate(2, true), x);
    check(backend, v(0), interpolate(1, true), x);
    Interpolate nearest = new Interpolate(l(3), Interpolate.Mode.NEAREST, false);
    check(backend, v(0, 10, 20), nearest, x); // floor(k · 4/3)
    Interpolate exact = new Interpolate(l(3), Interpolate.Mode.NEAREST_EXACT, false);
    check(backend, v(0, 20, 30), exact, x); // floor((k + 0.5) · 4/3)
    // an infinite neighbour of weight 0 makes no NaN
    check(backend, v(1, INFINITE), interpolate(2, true), List.of(line(1, INFINITE)));
  }

  private static Interpolate interpolate(int size, boolean alignCorners) {
    return new Interpolate(l(size), Interpolate.Mode.LINEAR, alignCorners);
  }

  @ParameterizedTest
  @MethodSource("backends")
  void softmaxSumsToOneOverChannels(String backend) {
    float log2 = (float) Math.log(2);
    Tensor x = t(s(1, 2, 3), 0, log2, 2 * log2, 1000, 1000, -1000);
    check(backend, v(1 / 7f, 2 / 7f, 4 / 7f, 0.5f, 0.5f, 0), new Softmax(), List.of(x));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void logSoftmaxIsFiniteWhereTheSoftmaxIsNotAndKeepsWhatIsNoNumber(String backend) {
    float log2 = (float) Math.log(2);
    float infinity = Float.POSITIVE_INFINITY;
    Tensor x = t(s(1, 4, 2), 0, 0, 0, 200, -infinity, 3, Float.NaN, 1);
    float[] expected = v(-log2, -log2, -200, 0, -infinity, 0, Float.NaN, Float.NaN);
    check(backend, expected, new LogSoftmax(), List.of(x));
    Tensor above = t(s(1, 1, 3), infinity, 0, 0);
    check(backend, v(Float.NaN, Float.NaN, Float.NaN), new LogSoftmax(), List.of(above));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void sumsConcatenationsAndSigmoids(String backend) {
    Tensor a = t(s(1, 2, 2), 1, 2, 3, 4);
    Tensor b = t(s(1, 2, 1), 10, 20);
    check(backend, v(2, 4, 6, 8), new Add(), List.of(a, a));
    check(backend, v(1, 2, 10, 3, 4, 20), new Concat(), List.of(a, b));
    check(backend, v(10, 1, 2, 10, 20, 3, 4, 20), new Concat(), List.of(b, a, b));
    float log3 = (float) Math.log(3);
    check(
        backend,
        v(0.5f, 0.75f, 0.25f, 1, 0),
        new Sigmoid(),
        List.of(line(0, log3, -log3, 1000, -1000)));
  }

  /** Long enough that every vector width meets whole vectors and a tail. */
  @ParameterizedTest
  @MethodSource("backends")
  void rectifiersKeepInfinitiesAndNaN(String backend) {
    float[] pattern = {-2, 3, -INFINITE, INFINITE, Float.NaN, 0, -0.5f};
    float[] x = new float[35];
    for (int i = 0; i < x.length; i++) {
      x[i] = pattern[i % 7];
    }
    for (double slope : new double[] {0, 0.5, 1, 2, -0.5}) {
      Op op = slope == 0 ? new Relu() : new LeakyRelu(slope);
      float[] y = run(backend, op, List.of(line(x)));
      for (int i = 0; i < x.length; i++) {
        float expected = x[i] < 0 ? (slope == 0 ? 0 : (float) slope * x[i]) : x[i];
        assertEquals(expected, y[i], 0f, backend + " " + op + " of " + x[i] + " at " + i);
      }
    }
  }

  /** The mean of the values and their spread both survive when the mean is large. */
  @ParameterizedTest
  @MethodSource("backends")
  void instanceNormSurvivesALargeMean(String backend) {
    int voxels = 5000;
    float[] x = new float[voxels * 3];
    for (int i = 0; i < x.length; i++) {
      x[i] = 1000 + (i / 3 % 2 == 0 ? -1 : 1);
    }
    float[] y = run(backend, new InstanceNorm(1e-5), List.of(t(s(1, voxels, 3), x)));
    for (int i = 0; i < y.length; i++) {
      assertEquals(x[i] - 1000, y[i], 1e-4f, backend + " at " + i);
    }
  }
}
