package org.cirr.benchmarks.ladder;

import java.util.Arrays;

/**
 * Rung 2: channels last, the output channels innermost.
 *
 * <p>The innermost loop now reads and writes what lies side by side, has no condition in it, and
 * its additions do not wait for each other: each goes to another output channel. The JIT turns it
 * into vector instructions by itself.
 *
 * <p>What is slow: for one multiplication and one addition there are two loads and a store.
 */
final class ChannelsLastConvolution implements Convolution {
  private final ConvShape shape;
  private final float[] packed; // [27][in][out]

  ChannelsLastConvolution(ConvShape shape, float[] weight) {
    this.shape = shape;
    packed = Packing.blocks(shape, weight, shape.out());
  }

  @Override
  public void run(float[] input, float[] output) {
    Arrays.fill(output, 0);
    for (int z = 0; z < shape.depth(); z++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int x = 0; x < shape.width(); x++) {
          voxel(input, output, z, y, x);
        }
      }
    }
  }

  private void voxel(float[] input, float[] output, int z, int y, int x) {
    int to = ((z * shape.height() + y) * shape.width() + x) * shape.out();
    for (int tap = 0; tap < 27; tap++) {
      int iz = z + tap / 9 - 1;
      int iy = y + tap / 3 % 3 - 1;
      int ix = x + tap % 3 - 1;
      if (iz < 0 || iz >= shape.depth() || iy < 0 || iy >= shape.height()) {
        continue;
      }
      if (ix < 0 || ix >= shape.width()) {
        continue;
      }
      int from = ((iz * shape.height() + iy) * shape.width() + ix) * shape.in();
      for (int i = 0; i < shape.in(); i++) {
        addProducts(input[from + i], (tap * shape.in() + i) * shape.out(), output, to);
      }
    }
  }

  /** One input value times its weights for all output channels. */
  private void addProducts(float value, int at, float[] output, int to) {
    for (int o = 0; o < shape.out(); o++) {
      output[to + o] += value * packed[at + o];
    }
  }
}
