package org.cirr.benchmarks.ladder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.cirr.benchmarks.VectorModule;
import org.cirr.benchmarks.export.ChannelsFirst;
import org.cirr.benchmarks.workload.RandomValues;
import org.cirr.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LadderTest {
  /** Of the largest value: sums of up to 27 · 40 products, and Winograd's transforms. */
  private static final double RELATIVE = 2e-5;

  static Stream<Arguments> rungs() {
    return Stream.of("1-1@1x1x1", "3-5@2x3x7", "17-33@3x5x13", "40-32@2x9x17", "5-64@1x7x25")
        .flatMap(shape -> Arrays.stream(Rung.values()).map(rung -> Arguments.of(rung, shape)));
  }

  @ParameterizedTest
  @MethodSource("rungs")
  void everyRungComputesTheSameConvolution(Rung rung, String text) {
    VectorModule.require();
    ConvShape shape = ConvShape.parse(text);
    assertEquals(text, shape.toString());
    float[] expected = output(Rung.PLAIN, shape);
    float[] actual = output(rung, shape);
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs(expected[i] - (double) actual[i]));
    }
    assertTrue(largest > 0.01, "the largest value is " + largest);
    assertTrue(worst <= RELATIVE * largest, worst + " apart, largest value " + largest);
  }

  @Test
  void aShapeThatCannotBeReadIsRefused() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> ConvShape.parse("64@1"));
    assertEquals(
        "a shape is written as in-out@DxHxW, such as 64-64@16x64x64, not '64@1'", e.getMessage());
  }

  /** Channels last, run twice: nothing may be left over from the first run. */
  private static float[] output(Rung rung, ConvShape shape) {
    Shape in = Shape.of(1, shape.depth(), shape.height(), shape.width(), shape.in());
    Shape out = Shape.of(1, shape.depth(), shape.height(), shape.width(), shape.out());
    float[] weight = RandomValues.input(Shape.of(shape.out(), shape.in(), 3, 3, 3)).array();
    float[] input = RandomValues.input(in).array();
    float[] result = new float[out.arrayLength()];
    Convolution convolution = rung.create(shape, weight, 2);
    for (int i = 0; i < 2; i++) {
      convolution.run(rung.channelsFirst() ? ChannelsFirst.from(input, in) : input, result);
    }
    return rung.channelsFirst() ? ChannelsFirst.to(result, out) : result;
  }
}
