package org.cirr.nn.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Half;
import org.junit.jupiter.api.Test;

/** Resampling against plain loops and the vectors of the specification. */
class SplineTest {
  /** Double arithmetic on values of size 10, rounded to float: one float unit. */
  private static final double TOLERANCE = 1e-6;

  private static final int[][][] SHAPES = {
    {{1, 1, 1}, {3, 2, 5}},
    {{3, 5, 2}, {4, 3, 7}},
    {{1, 7, 5}, {1, 3, 9}},
    {{7, 1, 3}, {5, 4, 3}},
    {{5, 3, 1}, {1, 1, 1}},
    {{2, 9, 4}, {6, 5, 4}},
  };

  @Test
  void aLineGivesTheVectorsOfTheSpecificationOnEveryAxis() {
    float[] line = {0, 1, 4, 2, 10, 3, 7};
    double[] four = {.375, 3.75, 9, 5.5};
    double[] fourCubic = {.009731567882, 3.728850318539, 9.680597369003, 4.832964817171};
    double[] tenCubic = {
      .010286265019,
      .110239816629,
      1.997358282513,
      4.043139079137,
      1.76636204663,
      4.917298429405,
      9.976178616267,
      4.589423788647,
      3.781041063777,
      7.467898272648
    };
    double[] thirteenCubic = {
      .013370058241,
      0,
      .566755061831,
      2.591120227805,
      4.050445310208,
      2.405886977112,
      2.0,
      6.944965683848,
      9.928037913890,
      5.841147524028,
      2.799443629178,
      5.267110683222,
      7.608172854207
    };
    for (int axis = 0; axis < 3; axis++) {
      assertLine(line, four, axis, 1);
      assertLine(line, fourCubic, axis, 3);
      assertLine(line, tenCubic, axis, 3);
      assertLine(line, thirteenCubic, axis, 3);
    }
  }

  private static void assertLine(float[] line, double[] expected, int axis, int order) {
    int[] in = {1, 1, 1};
    int[] out = {1, 1, 1};
    in[axis] = line.length;
    out[axis] = expected.length;
    float[] result =
        ImageResampler.resample(
            line, new ResampleGrid(in, out, -1), joint(order), Workers.single());
    for (int k = 0; k < expected.length; k++) {
      assertEquals(expected[k], result[k], TOLERANCE, "order " + order + " output " + k);
    }
  }

  @Test
  void jointCubicIsTheClippedSumOfSixtyFourTaps() {
    for (int[][] shapes : SHAPES) {
      float[] data = random(shapes[0], 5);
      ResampleGrid grid = new ResampleGrid(shapes[0], shapes[1], -1);
      double[] expected = cubic(data, shapes[0], shapes[1]);
      assertClose(expected, resample(data, grid, joint(3)), grid + " seed 5");
    }
  }

  @Test
  void aSmallerMiddleArrayChangesNothing() {
    int[] in = {7, 5, 3};
    int[] out = {9, 4, 5};
    float[] data = random(in, 6);
    ResampleGrid grid = new ResampleGrid(in, out, -1);
    float[] whole = resample(data, grid, joint(3));
    for (long bytes : new long[] {0, 2 * 8 * 5 * 5, 5 * 8 * 5 * 5}) {
      float[] blocks = new float[whole.length];
      SplineKernel.run(
          data,
          grid,
          (ResampleMethod.Spline) joint(3),
          (index, value) -> blocks[index] = (float) value,
          Workers.of(3),
          bytes);
      assertArrayEquals(whole, blocks, bytes + " bytes");
    }
  }

  @Test
  void aSeparateAxisIsResampledAfterThePlanesOnEveryAxis() {
    for (int[][] shapes : SHAPES) {
      for (int axis = 0; axis < 3; axis++) {
        for (int order : new int[] {0, 1, 3}) {
          for (int orderZ : new int[] {0, 1, 3}) {
            float[] data = random(shapes[0], 7);
            ResampleGrid grid = new ResampleGrid(shapes[0], shapes[1], axis);
            ResampleMethod method = new ResampleMethod.Spline(order, orderZ, SeparateZ.ALWAYS);
            double[] expected = separate(data, shapes[0], shapes[1], axis, order, orderZ);
            String where = Arrays.deepToString(shapes) + " axis " + axis + " " + method + " seed 7";
            assertClose(expected, resample(data, grid, method), where);
          }
        }
      }
    }
  }

  @Test
  void halvesAreTheRoundedSumOfEightTapsInSciPysOrder() {
    for (int[][] shapes : SHAPES) {
      int[] in = shapes[0];
      int[] out = shapes[1];
      float[] data = random(in, 8);
      for (int i = 0; i < data.length; i++) {
        data[i] = Half.round(data[i]);
      }
      SliceResampler resampler =
          new SliceResampler(new ResampleGrid(in, out, -1), joint(1), 1, true);
      assertTrue(resampler.streams());
      float[] slice = new float[out[1] * out[2]];
      for (int k = 0; k < out[0]; k++) {
        resampler.slice(k, 0, RowSource.of(data, in), slice);
        for (int i = 0; i < slice.length; i++) {
          double sum = eightTaps(data, in, out, k, i / out[2], i % out[2]);
          assertEquals(Half.toFloat(Half.fromDouble(sum)), slice[i], "seed 8");
        }
      }
    }
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    int[] in = {5, 7, 3};
    int[] out = {8, 5, 7};
    float[] data = random(in, 9);
    for (int axis = -1; axis < 3; axis++) {
      ResampleGrid grid = new ResampleGrid(in, out, axis);
      for (ResampleMethod method :
          new ResampleMethod[] {
            joint(1),
            joint(3),
            new ResampleMethod.Torch(SeparateZ.AUTO),
            new ResampleMethod.Spline(3, 3, SeparateZ.AUTO)
          }) {
        assertArrayEquals(
            ImageResampler.resample(data, grid, method, Workers.single()),
            ImageResampler.resample(data, grid, method, Workers.of(4)));
      }
    }
  }

  @Test
  void slicesOfACubicSplineNeedTheWholeInputAndAreRoundedOnce() {
    int[] in = {3, 4, 5};
    int[] out = {5, 3, 4};
    float[] data = random(in, 10);
    ResampleGrid grid = new ResampleGrid(in, out, -1);
    SliceResampler resampler = new SliceResampler(grid, joint(3), 2, true);
    assertEquals(0, resampler.first(4));
    assertEquals(2, resampler.last(0));
    assertEquals(4L * 2 * 60, resampler.heldBytes());
    double[] expected = cubic(data, in, out);
    float[] slice = new float[12];
    for (int repeat = 0; repeat < 2; repeat++) {
      for (int k = 0; k < 5; k++) {
        resampler.slice(k, 1, RowSource.of(data, in), slice);
        for (int i = 0; i < 12; i++) {
          assertEquals(expected[k * 12 + i], slice[i], 0.005, "half precision, seed 10");
          assertEquals(Half.round(slice[i]), slice[i]);
        }
      }
    }
  }

  @Test
  void equalShapesLeaveTheDataUntouched() {
    int[] shape = {2, 3, 5};
    float[] data = random(shape, 11);
    ResampleGrid grid = new ResampleGrid(shape, shape, 0);
    assertSame(data, resample(data, grid, joint(3)));
    assertSame(data, resample(data, grid, new ResampleMethod.None()));
    SliceResampler resampler = new SliceResampler(grid, joint(3), 1, true);
    assertTrue(resampler.streams());
    float[] slice = new float[15];
    resampler.slice(1, 0, RowSource.of(data, shape), slice);
    assertArrayEquals(Arrays.copyOfRange(data, 15, 30), slice);
  }

  @Test
  void aMethodThatResamplesNothingRefusesAnotherShape() {
    ResampleGrid grid = new ResampleGrid(new int[] {2, 2, 2}, new int[] {2, 2, 3}, -1);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> resample(new float[8], grid, new ResampleMethod.None()));
    assertEquals(
        "the plans resample nothing, but the array has [2, 2, 2] voxels and must get [2, 2, 3]:"
            + " give an image at the model's spacing",
        refused.getMessage());
    refused =
        assertThrows(IllegalArgumentException.class, () -> resample(new float[7], grid, joint(1)));
    assertEquals("the channel has 7 values but the grid [2, 2, 2] has 8", refused.getMessage());
    refused =
        assertThrows(
            IllegalArgumentException.class, () -> new ResampleMethod.Spline(2, 0, SeparateZ.AUTO));
    assertEquals(
        "resampling has spline orders 0, 1 and 3, got order 2, order_z 0", refused.getMessage());
  }

  @Test
  void aLargeScanNeedsFarLessThanAGibibyte() {
    int[] in = {260, 320, 320};
    int[] out = {130, 256, 256};
    for (int axis : new int[] {-1, 0}) {
      long bytes =
          ImageResampler.peakBytes(
              new ResampleGrid(in, out, axis), new ResampleMethod.Spline(3, 0, SeparateZ.AUTO), 2);
      assertTrue(bytes < 300L << 20, bytes + " bytes");
    }
  }

  private static ResampleMethod joint(int order) {
    return new ResampleMethod.Spline(order, 0, SeparateZ.NEVER);
  }

  private static float[] resample(float[] data, ResampleGrid grid, ResampleMethod method) {
    return ImageResampler.resample(data, grid, method, Workers.of(2));
  }

  private static float[] random(int[] shape, long seed) {
    Random random = new Random(seed);
    float[] data = new float[shape[0] * shape[1] * shape[2]];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) random.nextGaussian() * 3;
    }
    return data;
  }

  private static void assertClose(double[] expected, float[] actual, String where) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], TOLERANCE, where + " voxel " + i);
    }
  }

  // The plain forms.

  private static double at(int k, int in, int out) {
    return (k + 0.5) * ((double) in / out) - 0.5;
  }

  private static double eightTaps(float[] data, int[] in, int[] out, int z, int y, int x) {
    double sum = 0;
    int[] k = {z, y, x};
    for (int tap = 0; tap < 8; tap++) {
      double product = Double.NaN;
      int index = 0;
      double[] weights = new double[3];
      for (int axis = 0; axis < 3; axis++) {
        double c = Math.min(Math.max(at(k[axis], in[axis], out[axis]), 0), in[axis] - 1);
        int floor = (int) Math.floor(c);
        boolean second = (tap >> 2 - axis & 1) == 1;
        index = index * in[axis] + Math.min(floor + (second ? 1 : 0), in[axis] - 1);
        weights[axis] = second ? 1 - (1 - (c - floor)) : 1 - (c - floor);
      }
      product = data[index] * weights[0] * weights[1] * weights[2];
      sum += product;
    }
    return sum;
  }

  /** 64 taps on coefficients of the padded array, clipped to the range of the data. */
  private static double[] cubic(float[] data, int[] in, int[] out) {
    int[] n = {in[0] + 24, in[1] + 24, in[2] + 24};
    double[] c = new double[n[0] * n[1] * n[2]];
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < c.length; i++) {
      int z = clamp(i / n[2] / n[1] - 12, in[0]);
      int y = clamp(i / n[2] % n[1] - 12, in[1]);
      int x = clamp(i % n[2] - 12, in[2]);
      c[i] = data[(z * in[1] + y) * in[2] + x];
      low = Math.min(low, c[i]);
      high = Math.max(high, c[i]);
    }
    solve(c, n[0], n[1] * n[2], new int[] {n[1] * n[2]}, new int[] {1});
    solve(c, n[1], n[2], new int[] {n[0], n[2]}, new int[] {n[1] * n[2], 1});
    solve(c, n[2], 1, new int[] {n[0] * n[1]}, new int[] {n[2]});
    double[] result = new double[out[0] * out[1] * out[2]];
    for (int i = 0; i < result.length; i++) {
      int[] k = {i / out[2] / out[1], i / out[2] % out[1], i % out[2]};
      double sum = 0;
      for (int tap = 0; tap < 64; tap++) {
        int index = 0;
        double weight = 1;
        for (int axis = 0; axis < 3; axis++) {
          double x = at(k[axis], in[axis], out[axis]) + 12;
          int node = (int) Math.floor(x) - 1 + (tap >> 4 - 2 * axis & 3);
          index = index * n[axis] + clamp(node, n[axis]);
          weight *= bSpline(x - node);
        }
        sum += c[index] * weight;
      }
      result[i] = Math.min(Math.max(sum, low), high);
    }
    return result;
  }

  private static double bSpline(double x) {
    double a = Math.abs(x);
    return a < 1 ? 2.0 / 3 - a * a + a * a * a / 2 : a < 2 ? Math.pow(2 - a, 3) / 6 : 0;
  }

  private static int clamp(int index, int length) {
    return Math.min(Math.max(index, 0), length - 1);
  }

  /** Solves (c[i−1] + 4 c[i] + c[i+1]) / 6 = s[i], c reflected at the ends, by elimination. */
  private static void solve(double[] s, int n, int step, int[] counts, int[] strides) {
    int second = counts.length > 1 ? counts[1] : 1;
    for (int a = 0; a < counts[0]; a++) {
      for (int b = 0; b < second; b++) {
        int base = a * strides[0] + (counts.length > 1 ? b * strides[1] : 0);
        double[] diagonal = new double[n];
        double[] right = new double[n];
        for (int i = 0; i < n; i++) {
          diagonal[i] = i == 0 || i == n - 1 ? 5 : 4;
          right[i] = 6 * s[base + i * step];
          if (i > 0) {
            diagonal[i] -= 1 / diagonal[i - 1];
            right[i] -= right[i - 1] / diagonal[i - 1];
          }
        }
        for (int i = n - 1; i >= 0; i--) {
          double next = i == n - 1 ? 0 : s[base + (i + 1) * step];
          s[base + i * step] = (right[i] - next) / diagonal[i];
        }
      }
    }
  }

  /** Planes first, each by itself, then along the axis. */
  private static double[] separate(
      float[] data, int[] in, int[] out, int axis, int order, int orderZ) {
    int[] between = out.clone();
    between[axis] = in[axis];
    double[] planes = new double[between[0] * between[1] * between[2]];
    for (int s = 0; s < in[axis]; s++) {
      int[] one = in.clone();
      int[] oneOut = out.clone();
      one[axis] = 1;
      oneOut[axis] = 1;
      float[] plane = new float[one[0] * one[1] * one[2]];
      for (int i = 0; i < plane.length; i++) {
        plane[i] = data[index(i, one, in, axis, s)];
      }
      double[] resized = plain(plane, one, oneOut, order);
      for (int i = 0; i < resized.length; i++) {
        planes[index(i, oneOut, between, axis, s)] = resized[i];
      }
    }
    double[] result = new double[out[0] * out[1] * out[2]];
    for (int i = 0; i < result.length; i++) {
      int[] k = {i / out[2] / out[1], i / out[2] % out[1], i % out[2]};
      int[] flat = out.clone();
      flat[axis] = 1;
      int[] at = k.clone();
      at[axis] = 0;
      int inPlane = (at[0] * flat[1] + at[1]) * flat[2] + at[2];
      double[] column = new double[in[axis]];
      for (int s = 0; s < column.length; s++) {
        column[s] = planes[index(inPlane, flat, between, axis, s)];
      }
      result[i] = alongLine(column, k[axis], out[axis], orderZ);
    }
    return result;
  }

  /** The flat index in {@code into} of voxel i of a one-slice array, at slice s of the axis. */
  private static int index(int i, int[] one, int[] into, int axis, int s) {
    int[] at = {i / one[2] / one[1], i / one[2] % one[1], i % one[2]};
    at[axis] = s;
    return (at[0] * into[1] + at[1]) * into[2] + at[2];
  }

  private static double[] plain(float[] data, int[] in, int[] out, int order) {
    if (order == 3) {
      return cubic(data, in, out);
    }
    double[] result = new double[out[0] * out[1] * out[2]];
    for (int i = 0; i < result.length; i++) {
      int z = i / out[2] / out[1];
      int y = i / out[2] % out[1];
      int x = i % out[2];
      result[i] =
          order == 1
              ? eightTaps(data, in, out, z, y, x)
              : data[
                  (nearest(z, in[0], out[0]) * in[1] + nearest(y, in[1], out[1])) * in[2]
                      + nearest(x, in[2], out[2])];
    }
    return result;
  }

  private static int nearest(int k, int in, int out) {
    return clamp((int) Math.floor(at(k, in, out) + 0.5), in);
  }

  private static double alongLine(double[] line, int k, int out, int order) {
    int n = line.length;
    if (n == out) {
      return line[k];
    }
    double x = at(k, n, out);
    if (order == 0) {
      return line[nearest(k, n, out)];
    }
    if (order == 1) {
      double c = Math.min(Math.max(x, 0), n - 1);
      int floor = (int) Math.floor(c);
      return line[floor] + (c - floor) * (line[Math.min(floor + 1, n - 1)] - line[floor]);
    }
    double[] padded = new double[n + 24];
    for (int i = 0; i < padded.length; i++) {
      padded[i] = line[clamp(i - 12, n)];
    }
    solve(padded, padded.length, 1, new int[] {1}, new int[] {0});
    double sum = 0;
    for (int node = 0; node < padded.length; node++) {
      sum += padded[node] * bSpline(x + 12 - node);
    }
    return sum;
  }
}
