package org.cirr.benchmarks.ladder;

/**
 * Rung 1: the formula as it is written, channels first.
 *
 * <p>What is slow: neighbouring terms of the innermost sum lie far apart in memory (a channel is
 * {@code depth · height · width} floats), each needs an index and a question whether it is inside,
 * and every addition waits for the one before.
 */
record PlainConvolution(ConvShape shape, float[] weight) implements Convolution {
  @Override
  public void run(float[] input, float[] output) {
    for (int o = 0; o < shape.out(); o++) {
      for (int z = 0; z < shape.depth(); z++) {
        for (int y = 0; y < shape.height(); y++) {
          for (int x = 0; x < shape.width(); x++) {
            output[at(o, z, y, x)] = sum(input, o, z, y, x);
          }
        }
      }
    }
  }

  private float sum(float[] input, int o, int z, int y, int x) {
    float sum = 0;
    for (int i = 0; i < shape.in(); i++) {
      for (int kz = 0; kz < 3; kz++) {
        for (int ky = 0; ky < 3; ky++) {
          for (int kx = 0; kx < 3; kx++) {
            if (inside(z + kz - 1, y + ky - 1, x + kx - 1)) {
              sum +=
                  input[at(i, z + kz - 1, y + ky - 1, x + kx - 1)]
                      * weight[(((o * shape.in() + i) * 3 + kz) * 3 + ky) * 3 + kx];
            }
          }
        }
      }
    }
    return sum;
  }

  private int at(int channel, int z, int y, int x) {
    return ((channel * shape.depth() + z) * shape.height() + y) * shape.width() + x;
  }

  private boolean inside(int z, int y, int x) {
    return z >= 0
        && z < shape.depth()
        && y >= 0
        && y < shape.height()
        && x >= 0
        && x < shape.width();
  }
}
