package org.cirr.backend.simd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.cirr.backend.Backends;
import org.cirr.backend.Program;
import org.cirr.graph.Graph;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.RandomTensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WinogradTest {
  /** Of the output's range; the direct sum in float32 has 2e-7 to 6e-7 on the same data. */
  private static final double TOLERANCE = 4e-6;

  /** Of a filter's products, beside taps of about 1: some roundings of float32. */
  private static final double FILTER_TOLERANCE = 4e-7;

  @BeforeEach
  void needsVectors() {
    assumeTrue(
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent(),
        "the vector module is not there");
  }

  @Test
  void fourOutputsComeFromSixProducts() {
    Random random = new Random(7);
    int lanes = Lanes.COUNT;
    float[] in = new float[6 * lanes];
    for (int i = 0; i < in.length; i++) {
      in[i] = random.nextFloat() - 0.5f;
    }
    float[] taps = {0.3f, -0.7f, 0.45f};
    float[] filter = {taps[0], taps[1], taps[2], 0, 0, 0, 0, 0, 0}; // G's first entry is 1
    float[] products = new float[6 * lanes];
    WinogradF4.input(in, 0, lanes, products, 0, lanes);
    for (int k = 0; k < 6; k++) {
      float weight = WinogradF4.filter(filter, 0, 1, 0, k);
      for (int lane = 0; lane < lanes; lane++) {
        products[k * lanes + lane] *= weight;
      }
    }
    float[] out = new float[4 * lanes];
    WinogradF4.output(products, 0, lanes, out, 0, lanes);
    for (int y = 0; y < 4; y++) {
      for (int lane = 0; lane < lanes; lane++) {
        double expected = 0;
        for (int k = 0; k < 3; k++) {
          expected += (double) taps[k] * in[(y + k) * lanes + lane];
        }
        assertEquals(expected, out[y * lanes + lane], 2e-6, "output " + y + ", lane " + lane);
      }
    }
  }

  @Test
  void threeTapsComeFromFourProducts() {
    Random random = new Random(8);
    int lanes = Lanes.COUNT;
    int pairs = 3;
    int slice = 2 * lanes;
    int slices = 2 * pairs + 2; // of the input; a gradient's slice meets three of them
    float[] input = new float[slices * slice];
    float[] gradient = new float[2 * pairs * slice];
    for (int i = 0; i < input.length; i++) {
      input[i] = random.nextFloat() - 0.5f;
    }
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = random.nextFloat() - 0.5f;
    }
    int length = pairs * slice;
    float[] own = new float[2 * (length + slice) + 2 * length + 6 * length + 4 * lanes];
    int odd = length + slice;
    int evenGradient = 2 * odd;
    int oddGradient = evenGradient + length;
    int inputs = oddGradient + length;
    int gradients = inputs + 4 * length;
    int products = gradients + 2 * length;
    for (int z = 0; z < slices; z++) {
      System.arraycopy(input, z * slice, own, z % 2 * odd + z / 2 * slice, slice);
    }
    for (int z = 0; z < 2 * pairs; z++) {
      System.arraycopy(
          gradient, z * slice, own, evenGradient + z % 2 * length + z / 2 * slice, slice);
    }
    WinogradDepth.inputs(own, 0, odd, slice, pairs, inputs, length);
    WinogradDepth.gradients(own, evenGradient, oddGradient, length, gradients, length);
    int[] factors = {evenGradient, gradients, gradients + length, oddGradient};
    for (int k = 0; k < WinogradDepth.PRODUCTS; k++) {
      for (int i = 0; i < length; i++) {
        own[products + k * lanes + i % lanes] += own[inputs + k * length + i] * own[factors[k] + i];
      }
    }
    WinogradDepth.taps(own, products, lanes);
    for (int tap = 0; tap < 3; tap++) {
      for (int lane = 0; lane < lanes; lane++) {
        double expected = 0;
        for (int i = lane; i < gradient.length; i += lanes) {
          expected += (double) gradient[i] * input[i + tap * slice];
        }
        assertEquals(expected, own[products + tap * lanes + lane], 2e-6, tap + ", lane " + lane);
      }
    }
  }

  /** Cuts of tiles, slices, chunks of channels and blocks that all have remainders. */
  @ParameterizedTest
  @CsvSource({
    "1,32,32,5,13,17,1,1", // the last tile of each row and column is not full
    "2,40,24,3,9,50,1,1", // a chunk and a block that are not full, two samples
    "1,16,70,1,21,23,0,1", // one slice, no padding in it
    "1,128,160,4,12,12,1,1", // one block for all threads
    "1,33,33,7,10,9,1,2", // every second slice
    "1,64,32,20,8,40,1,1", // several blocks of slices
  })
  void equalsTheScalarBackendOnAwkwardShapes(
      int n, int in, int out, int d, int h, int w, int padding, int strideZ) {
    Node x = Node.input("x", Shape.of(n, d, h, w, in));
    Node weight = Node.parameter("w", Shape.of(out, in, d == 1 ? 1 : 3, 3, 3));
    Node bias = Node.parameter("b", Shape.of(out));
    int[] strides = {strideZ, 1, 1};
    int[] paddings = {d == 1 ? 0 : 1, padding, padding};
    Node conv = Node.of(Conv.of(strides, paddings), x, weight, bias);
    Graph graph = Graph.of(conv);
    Map<String, Tensor> weights =
        Map.of(
            "w", RandomTensors.normal(weight.shape(), 1),
            "b", RandomTensors.normal(bias.shape(), 2));
    Tensor input = RandomTensors.normal(x.shape(), 3);
    Program program = Backends.of("simd").compile(graph, weights::get);
    assertTrue(in < Lanes.COUNT || program.report().contains("Winograd"), program.report());
    float[] actual = program.run(List.of(input), Workers.of(2)).get(0).array();
    float[] expected =
        Backends.of("scalar")
            .compile(graph, weights::get)
            .run(List.of(input), Workers.of(2))
            .get(0)
            .array();
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      low = Math.min(low, expected[i]);
      high = Math.max(high, expected[i]);
      largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
    }
    double error = largest / (high - low);
    assertTrue(error <= TOLERANCE, "error " + error + " of the range");
  }

  @Test
  void filtersAreTheSameByVectors() {
    Random random = new Random(9);
    int count = 3 * Lanes.COUNT;
    float[] taps = new float[3 * count];
    for (int i = 0; i < taps.length; i++) {
      taps[i] = (float) random.nextGaussian();
    }
    float[] plain = new float[6 * count];
    float[] fast = new float[6 * count];
    WinogradF4.filters(taps, 0, count, plain, 0, count, count);
    WinogradF4.filterVectors(taps, 0, count, fast, 0, count, count);
    assertArrayEquals(plain, fast);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void filtersArePackedAsTheirPlainFormSays(boolean again) {
    int in = 5;
    int out = 2 * Lanes.COUNT + 3;
    Tensor weight = RandomTensors.normal(Shape.of(out, in, 2, 3, 3), 11);
    ChannelBlocks blocks = new ChannelBlocks(out, 1, in, WinogradF4.PRODUCTS * 2);
    WeightLayout layout = WeightLayout.of(weight.shape());
    blocks.pack(new WinogradFilters(weight.array(), layout, 2, 1, again), null, Workers.single());
    for (int b = 0; b < blocks.count(); b++) {
      ChannelBlocks.Block block = blocks.get(b);
      for (int tap = 0; tap < WinogradF4.PRODUCTS * 2; tap++) {
        for (int i = 0; i < in; i++) {
          for (int lane = 0; lane < block.width(); lane++) {
            float actual = blocks.weight()[blocks.at(b, 0, tap) + i * block.width() + lane];
            int at = ((block.first() + lane) * in + i) * 18 + tap % 2 * 9;
            int product = tap / 2;
            float expected =
                lane < block.channels()
                    ? WinogradF4.filter(weight.array(), at, 1, product / 6, product % 6)
                    : 0;
            assertEquals(expected, actual, FILTER_TOLERANCE, "product " + product);
          }
        }
      }
    }
  }
}
