package org.cirr.benchmarks.ladder;

import java.util.Arrays;

/**
 * Rung 4: blocks of 12 positions × 2 vectors of output channels, see {@link RegisterBlock}.
 *
 * <p>A copy of the whole input with a border of zeros spares the question what is inside. For one
 * (kz, ky) the inputs of a position are then one run of {@code 3 · in} values.
 *
 * <p>What is slow: with many channels the weights of a run do not fit the L1 cache and come from L2
 * again for every row, and the copy goes through memory twice.
 */
final class RegisterConvolution implements Convolution {
  private final ConvShape shape;
  private final float[] packed; // [blocks][27][in][2 · lanes]

  RegisterConvolution(ConvShape shape, float[] weight) {
    this.shape = shape;
    packed = Packing.blocks(shape, weight, RegisterBlock.WIDTH);
  }

  @Override
  public void run(float[] input, float[] output) {
    float[] padded = pad(input);
    float[] sums = new float[shape.width() * RegisterBlock.WIDTH];
    for (int z = 0; z < shape.depth(); z++) {
      for (int y = 0; y < shape.height(); y++) {
        for (int block = 0; block < Packing.blocks(shape, RegisterBlock.WIDTH); block++) {
          row(padded, z, y, block, sums);
          write(sums, output, z, y, block * RegisterBlock.WIDTH);
        }
      }
    }
  }

  private void row(float[] padded, int z, int y, int block, float[] sums) {
    Arrays.fill(sums, 0);
    int line = (shape.width() + 2) * shape.in();
    for (int plane = 0; plane < 9; plane++) {
      int from = ((z + plane / 3) * (shape.height() + 2) + y + plane % 3) * line;
      int at = (block * 27 + plane * 3) * shape.in() * RegisterBlock.WIDTH;
      RegisterBlock.addRows(
          padded, from, line, shape.in(), 3 * shape.in(), packed, at, sums, 1, shape.width());
    }
  }

  private void write(float[] sums, float[] output, int z, int y, int first) {
    int channels = Math.min(RegisterBlock.WIDTH, shape.out() - first);
    int to = (z * shape.height() + y) * shape.width() * shape.out() + first;
    for (int x = 0; x < shape.width(); x++) {
      System.arraycopy(sums, x * RegisterBlock.WIDTH, output, to + x * shape.out(), channels);
    }
  }

  private float[] pad(float[] input) {
    int row = shape.width() * shape.in();
    int line = (shape.width() + 2) * shape.in();
    float[] padded = new float[(shape.depth() + 2) * (shape.height() + 2) * line];
    for (int z = 0; z < shape.depth(); z++) {
      for (int y = 0; y < shape.height(); y++) {
        int to = ((z + 1) * (shape.height() + 2) + y + 1) * line + shape.in();
        System.arraycopy(input, (z * shape.height() + y) * row, padded, to, row);
      }
    }
    return padded;
  }
}
