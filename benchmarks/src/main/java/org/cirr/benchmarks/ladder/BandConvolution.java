package org.cirr.benchmarks.ladder;

import java.util.Arrays;
import org.cirr.parallel.Workers;

/**
 * Rung 5, and with several threads rung 6: the same inner loop on pieces that stay in the caches.
 *
 * <p>A task is a band of output rows of one slice. Its input rows are copied, with their border,
 * into a buffer that fits the L2 cache. The run of one (kz, ky) is cut into pieces whose weights
 * fit half of the L1 cache; each piece is added to all rows of the band before the next is read, so
 * that weights come from L2 once for each band and not once for each row.
 *
 * <p>Bands do not share outputs, so threads take them one after another. Their size depends on the
 * shape alone: the result is the same for every number of threads.
 */
final class BandConvolution implements Convolution {
  private static final int PIECE = 128; // · 32 channels · 4 bytes = 16 KiB of 32
  private static final int BAND = 1 << 16; // floats, 256 KiB

  private final ConvShape shape;
  private final Workers workers;
  private final float[] packed; // [blocks][27][in][2 · lanes]
  private final int line;
  private final int bandRows;
  private final float[][] copies; // of each thread
  private final float[][] sums;

  BandConvolution(ConvShape shape, float[] weight, Workers workers) {
    this.shape = shape;
    this.workers = workers;
    packed = Packing.blocks(shape, weight, RegisterBlock.WIDTH);
    line = (shape.width() + 2) * shape.in();
    bandRows = Math.max(1, Math.min(shape.height(), BAND / (3 * line) - 2));
    copies = new float[workers.threads()][3 * (bandRows + 2) * line];
    sums = new float[workers.threads()][bandRows * shape.width() * RegisterBlock.WIDTH];
  }

  @Override
  public void run(float[] input, float[] output) {
    int bands = (shape.height() + bandRows - 1) / bandRows;
    workers.forEach(
        shape.depth() * bands,
        (slot, task) ->
            band(input, output, task / bands, task % bands * bandRows, copies[slot], sums[slot]));
  }

  private void band(float[] input, float[] output, int z, int y0, float[] copy, float[] sums) {
    int rows = Math.min(bandRows, shape.height() - y0);
    for (int kz = 0; kz < 3; kz++) {
      for (int row = 0; row < rows + 2; row++) {
        copyRow(input, z + kz - 1, y0 + row - 1, copy, (kz * (bandRows + 2) + row) * line);
      }
    }
    for (int block = 0; block < Packing.blocks(shape, RegisterBlock.WIDTH); block++) {
      Arrays.fill(sums, 0);
      for (int plane = 0; plane < 9; plane++) {
        for (int done = 0; done < 3 * shape.in(); done += PIECE) {
          addPiece(copy, plane, done, block, sums, rows);
        }
      }
      write(sums, output, z, y0, rows, block * RegisterBlock.WIDTH);
    }
  }

  private void addPiece(float[] copy, int plane, int done, int block, float[] sums, int rows) {
    int at = ((block * 27 + plane * 3) * shape.in() + done) * RegisterBlock.WIDTH;
    int length = Math.min(PIECE, 3 * shape.in() - done);
    int first = (plane / 3 * (bandRows + 2) + plane % 3) * line + done;
    RegisterBlock.addRows(
        copy, first, line, shape.in(), length, packed, at, sums, rows, shape.width());
  }

  private void copyRow(float[] input, int z, int y, float[] copy, int to) {
    Arrays.fill(copy, to, to + line, 0);
    if (z >= 0 && z < shape.depth() && y >= 0 && y < shape.height()) {
      int row = shape.width() * shape.in();
      System.arraycopy(input, (z * shape.height() + y) * row, copy, to + shape.in(), row);
    }
  }

  private void write(float[] sums, float[] output, int z, int y0, int rows, int first) {
    int channels = Math.min(RegisterBlock.WIDTH, shape.out() - first);
    int to = (z * shape.height() + y0) * shape.width() * shape.out() + first;
    for (int k = 0; k < rows * shape.width(); k++) {
      System.arraycopy(sums, k * RegisterBlock.WIDTH, output, to + k * shape.out(), channels);
    }
  }
}
