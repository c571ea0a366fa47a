package org.cirr.cuda;

/**
 * How {@code tensor_conv.cu} cuts a convolution into bricks of output voxels.
 *
 * @param edge of a brick along each axis: binary logarithms
 * @param load the voxels that a brick reads along each axis
 * @param count the bricks of a sample along each axis
 * @param pieces of 16 bytes that a voxel's channels have in shared memory at a time: binary
 *     logarithm
 * @param columns the output channels of a block
 */
/*
 * Design. Shared memory holds what a brick reads for some channels, so large kernels, strides and dilations
 * get half the channels at a time, or smaller bricks. The cost is in units of what tensor cores do for one
 * row and one tap: a voxel that is loaded costs about six of them (an estimate from the bandwidth of an H100's
 * second-level cache; nobody has measured it). All is chosen without looking at the GPU, so that a plan's memory is known
 * without one; 99 KiB is what every GPU since Ampere has.
 */
record Bricks(int[] edge, int[] load, int[] count, int pieces, int columns) {
  static final int MOST_SHARED = 99 << 10;

  private static final int ROWS_LOG = 8; // ROWS in tensor.cuh
  private static final int STAGES = 4;
  private static final int LOAD_COST = 6;
  private static final int WIDE = 64;
  private static final int NARROW = 32;

  /** The cheapest bricks; null where none fits into shared memory. */
  static Bricks of(TensorConv conv) {
    int columns = conv.columns() <= NARROW ? NARROW : WIDE;
    Bricks best = null;
    double least = Double.POSITIVE_INFINITY;
    for (int pieces = 2; pieces >= 1; pieces--) {
      for (int x = ROWS_LOG; x >= 0; x--) {
        for (int y = ROWS_LOG - x; y >= 0; y--) {
          for (int z = ROWS_LOG - x - y; z >= 0; z--) {
            Bricks bricks = of(conv, new int[] {z, y, x}, pieces, columns);
            double cost = bricks == null ? Double.POSITIVE_INFINITY : bricks.cost(conv);
            if (cost < least) {
              least = cost;
              best = bricks;
            }
          }
        }
      }
    }
    return best;
  }

  private static Bricks of(TensorConv conv, int[] edge, int pieces, int columns) {
    int[] out = {conv.out().d(), conv.out().h(), conv.out().w()};
    int[] load = new int[3];
    int[] count = new int[3];
    long voxels = 1;
    for (int axis = 0; axis < 3; axis++) {
      int length = 1 << edge[axis];
      if (length > 1 && length / 2 >= out[axis]) {
        return null; // half of it is never used
      }
      long reach =
          (length - 1L) * conv.stride()[axis]
              + (conv.kernel()[axis] - 1L) * conv.dilation()[axis]
              + 1;
      voxels = Math.min(voxels * reach, MOST_SHARED);
      load[axis] = (int) Math.min(reach, MOST_SHARED);
      count[axis] = (out[axis] + length - 1) / length;
    }
    Bricks bricks = new Bricks(edge, load, count, pieces, columns);
    return bricks.sharedBytes() <= MOST_SHARED ? bricks : null;
  }

  /** A block always computes all rows, whatever part of them its brick has. */
  private double cost(TensorConv conv) {
    double products = conv.taps() * (double) (1 << ROWS_LOG);
    double loads = LOAD_COST * (double) voxels();
    // Half the channels at a time: as much to do, with twice as many barriers.
    return perSample() * (products + loads) * (pieces == 1 ? 1.1 : 1);
  }

  private long voxels() {
    return (long) load[0] * load[1] * load[2];
  }

  /** The bricks of a sample. */
  int perSample() {
    return count[0] * count[1] * count[2];
  }

  /** The brick, the ring of weights, and where each row of voxels lies. */
  long sharedBytes() {
    long row = 16L << pieces;
    return voxels() * row + STAGES * columns * row + (long) Integer.BYTES * load[0] * load[1];
  }

  /** The output channels with those that fill the last block. */
  int paddedColumns(TensorConv conv) {
    return (conv.columns() + columns - 1) / columns * columns;
  }
}
