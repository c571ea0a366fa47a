package org.cirr.nn.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.cirr.parallel.Workers;
import org.junit.jupiter.api.Test;

/** The golden arrays are in {@link ResampleGoldenTest}; here is what they do not have. */
class LabelResamplerTest {
  private static short[] line(ResampleMethod method, int out, int axis, int... labels) {
    short[] in = new short[labels.length];
    for (int i = 0; i < in.length; i++) {
      in[i] = (short) labels[i];
    }
    ResampleGrid grid = new ResampleGrid(new int[] {1, 1, in.length}, new int[] {1, 1, out}, axis);
    return LabelResampler.resample(in, grid, method, Workers.of(2));
  }

  private static short[] labels(int... labels) {
    short[] result = new short[labels.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (short) labels[i];
    }
    return result;
  }

  @Test
  void theHigherLabelWinsAtExactlyOneHalf() {
    ResampleMethod linear = new ResampleMethod.Spline(1, 0, SeparateZ.NEVER);
    // Three voxels to six: outputs at 1/4 and 3/4 between neighbours. To one: the middle voxel.
    assertArrayEquals(labels(1, 1, 2, 2), line(linear, 4, -1, 1, 2));
    assertArrayEquals(labels(2), line(linear, 1, -1, 1, 2));
    assertArrayEquals(labels(3), line(linear, 1, -1, 3, 2));
  }

  @Test
  void alongASeparateAxisExactlyOneHalfIsNotEnough() {
    ResampleMethod linear = new ResampleMethod.Spline(1, 1, SeparateZ.ALWAYS);
    assertArrayEquals(labels(0), line(linear, 1, 2, 1, 2));
  }

  @Test
  void torchResolvesATieToTheLowerLabel() {
    ResampleMethod torch = new ResampleMethod.Torch(SeparateZ.NEVER);
    assertArrayEquals(labels(2), line(torch, 1, -1, 3, 2));
    assertArrayEquals(labels(-1, -1, 5, 5), line(torch, 4, -1, -1, 5));
  }

  @Test
  void cubicMasksWorkToo() {
    ResampleMethod cubic = new ResampleMethod.Spline(3, 3, SeparateZ.NEVER);
    assertArrayEquals(labels(4, 4, 4, 7, 7, 7), line(cubic, 6, -1, 4, 4, 7, 7));
  }

  @Test
  void equalShapesReturnTheSameArray() {
    short[] in = {1, 2};
    ResampleGrid grid = new ResampleGrid(new int[] {1, 1, 2}, new int[] {1, 1, 2}, -1);
    assertSame(in, LabelResampler.resample(in, grid, new ResampleMethod.None(), Workers.single()));
  }
}
