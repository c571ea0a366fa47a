package org.cirr.benchmarks.ladder;

import java.util.Arrays;

/**
 * A 3×3×3 convolution of stride 1 with zero padding 1: the extents stay as they are.
 *
 * @param in input channels
 * @param out output channels
 */
public record ConvShape(int in, int out, int depth, int height, int width) {
  /** The shape written as {@code in-out@DxHxW}. */
  public static ConvShape parse(String text) {
    if (!text.matches("[1-9]\\d{0,4}-[1-9]\\d{0,4}@[1-9]\\d{0,3}x[1-9]\\d{0,3}x[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException(
          "a shape is written as in-out@DxHxW, such as 64-64@16x64x64, not '" + text + "'");
    }
    int[] sizes = Arrays.stream(text.split("[-@x]")).mapToInt(Integer::parseInt).toArray();
    return new ConvShape(sizes[0], sizes[1], sizes[2], sizes[3], sizes[4]);
  }

  int voxels() {
    return depth * height * width;
  }

  /** Multiplications and additions of the direct form in 10⁹, the padding's zeros included. */
  double gigaFlop() {
    return 2.0 * 27 * in * out * voxels() / 1e9;
  }

  @Override
  public String toString() {
    return in + "-" + out + "@" + depth + "x" + height + "x" + width;
  }
}
