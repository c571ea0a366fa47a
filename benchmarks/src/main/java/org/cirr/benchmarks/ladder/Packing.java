package org.cirr.benchmarks.ladder;

/** Weights in the order in which they are read. */
final class Packing {
  private Packing() {}

  /**
   * {@code [out, in, 3, 3, 3] → [blocks, 27, in, width]}: the output channels in blocks of a width,
   * side by side; missing channels of the last block are zero.
   */
  static float[] blocks(ConvShape shape, float[] weight, int width) {
    int blocks = blocks(shape, width);
    float[] packed = new float[blocks * 27 * shape.in() * width];
    for (int o = 0; o < shape.out(); o++) {
      for (int i = 0; i < shape.in(); i++) {
        for (int tap = 0; tap < 27; tap++) {
          int at = ((o / width * 27 + tap) * shape.in() + i) * width + o % width;
          packed[at] = weight[(o * shape.in() + i) * 27 + tap];
        }
      }
    }
    return packed;
  }

  static int blocks(ConvShape shape, int width) {
    return (shape.out() + width - 1) / width;
  }
}
