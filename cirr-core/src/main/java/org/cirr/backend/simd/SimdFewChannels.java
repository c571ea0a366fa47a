package org.cirr.backend.simd;

import java.util.Arrays;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.Window;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;

/** {@link Conv} of few input channels: the first layer of a network. */
/*
 * Design. The plain form is ScalarConv. With 1 to 4 channels the runs of SimdDirectConv would be as
 * short. Here the rows under a band of outputs are copied without gaps, {@code [kz][row][x][channel]}
 * with their zero border, and a table says where the inputs of a position are, from its first one on:
 * taps · channels of them, all in one loop.
 *
 * Rejected: putting the inputs under each position side by side first ("folding"), for the loops of a
 * constant pitch. Writing 27 floats for every voxel costs more than the products: 41 ms, with vectors
 * as with scalars, for 1 → 32 channels of 32 × 128 × 128.
 */
final class SimdFewChannels implements Kernel {
  /** Most input channels. */
  private static final int CHANNELS = 4;

  /** Sums of a band: half of a common L1 cache. */
  private static final int BAND = 1 << 12;

  private final Window window;
  private final Extents in;
  private final Extents out;
  private final int sliceChannels;
  private final int[] stride;
  private final int[] padding;
  private final int rows; // output rows of a band
  private final int columns;
  private final int rowLength; // floats of a copied row
  private final int planeRows;
  private final InputRows inputRows;
  private final boolean plain;
  private final int[] places;
  private final int[] taps;
  private final WeightLayout layout;
  private final ChannelBlocks blocks;
  private final int writerAt;
  private final int chunkAt;
  private final int copyAt;
  private final int scratchLength;

  SimdFewChannels(Conv conv, Step step, WeightLayout layout) {
    this.layout = layout;
    window = Window.of(conv, step);
    in = window.in();
    out = window.out();
    sliceChannels = step.sliceChannels();
    stride = window.stride();
    padding = window.padding();
    int[] kernel = window.kernel();
    int[] dilation = window.dilation();
    rows = bandRows(window);
    columns = reach(2, out.w());
    rowLength = columns * in.c();
    planeRows = reach(1, rows);
    inputRows = new InputRows(in, 1, step.parts());
    plain = step.parts().size() == 1 && step.parts().get(0).isPlain();
    places = inputRows.places(columns, 1);
    taps = new int[window.taps() * in.c()];
    for (int i = 0; i < taps.length; i++) {
      int tap = i / in.c();
      int kz = tap / kernel[2] / kernel[1];
      int row = kz * planeRows + tap / kernel[2] % kernel[1] * dilation[1];
      taps[i] = row * rowLength + tap % kernel[2] * dilation[2] * in.c() + i % in.c();
    }
    blocks = new ChannelBlocks(out.c(), 1, taps.length, Math.max(1, taps.length), 1);
    writerAt = Operands.FIRST + (rows * out.w() * 2 * Lanes.COUNT + 15) / 16 * 16;
    chunkAt = writerAt + SumsWriter.LENGTH;
    copyAt = chunkAt + columns * SimdRows.CHUNK;
    scratchLength = copyAt + kernel[0] * planeRows * rowLength;
  }

  /** Whether a convolution can be computed this way. */
  static boolean computes(Conv conv, Window window) {
    return window.in().c() <= CHANNELS && conv.groups() == 1;
  }

  /** Bands of a sample, a record of statistics each. */
  static int bands(Window window) {
    return window.out().d() * perSlice(window);
  }

  private static int perSlice(Window window) {
    int rows = bandRows(window);
    return (window.out().h() + rows - 1) / rows;
  }

  private static int bandRows(Window window) {
    int row = Math.max(1, window.out().w() * 2 * Lanes.COUNT);
    return Math.max(1, Math.min(window.out().h(), BAND / row));
  }

  /** Inputs along an axis under neighbouring outputs. */
  private int reach(int axis, int outputs) {
    return Math.max(0, outputs - 1) * stride[axis]
        + (window.kernel()[axis] - 1) * window.dilation()[axis]
        + 1;
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    float[] w = parameters.input(1);
    blocks.pack(
        (slot, block, first, count, to, at) -> {
          for (int i = first; i < first + count; i++) {
            for (int c = 0; c < block.channels(); c++) {
              int from = layout.at(block.group(), block.first() + c, i % in.c(), i / in.c());
              to[at + (i - first) * block.width() + c] = w[from];
            }
          }
        },
        parameters.input(2),
        workers);
  }

  @Override
  public long scratchLength() {
    return scratchLength;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    int perSlice = perSlice(window);
    workers.forEach(
        out.n() * bands(window),
        (slot, task) -> {
          float[] own = operands.scratch[slot];
          int y = task % perSlice * rows;
          int z = task / perSlice % out.d();
          int n = task / perSlice / out.d();
          int count = Math.min(rows, out.h() - y);
          copy(operands, own, n, z, y, count);
          for (int b = 0; b < blocks.count(); b++) {
            block(operands, own, b, n, z, y, count, task);
          }
        });
  }

  /** Copies the input rows under a band. */
  private void copy(Operands operands, float[] own, int n, int z, int y, int count) {
    for (int kz = 0; kz < window.kernel()[0]; kz++) {
      int iz = z * stride[0] - padding[0] + kz * window.dilation()[0];
      for (int row = 0; row < reach(1, count); row++) {
        int iy = y * stride[1] - padding[1] + row;
        int to = copyAt + (kz * planeRows + row) * rowLength;
        if (iz < 0 || iz >= in.d() || iy < 0 || iy >= in.h()) {
          Arrays.fill(own, to, to + rowLength, 0);
        } else if (plain) {
          copyPlain(operands, own, ((n * in.d() + iz) * in.h() + iy) * in.w(), to);
        } else {
          inputRows.copy(operands, 0, n, iz, iy, -padding[2], columns, places, own, chunkAt);
          for (int i = 0; i < rowLength; i++) {
            own[to + i] = own[chunkAt + i / in.c() * SimdRows.CHUNK + i % in.c()];
          }
        }
      }
    }
  }

  /** A row that the step before did not leave raw, with its border. */
  private void copyPlain(Operands operands, float[] own, int voxel, int to) {
    int left = Math.min(columns, padding[2]);
    int right = Math.max(left, Math.min(columns, padding[2] + in.w()));
    int from = operands.inputs[0].offset + voxel * in.c();
    Arrays.fill(own, to, to + left * in.c(), 0);
    System.arraycopy(
        operands.inputs[0].array, from, own, to + left * in.c(), (right - left) * in.c());
    Arrays.fill(own, to + right * in.c(), to + rowLength, 0);
  }

  /** All sums of one block of output channels of a band, written. */
  private void block(
      Operands operands, float[] own, int b, int n, int z, int y, int count, int record) {
    ChannelBlocks.Block block = blocks.get(b);
    int weight = blocks.at(b, 0, 0);
    int step = stride[2] * in.c();
    for (int row = 0; row < count; row++) {
      int from = copyAt + row * stride[1] * rowLength;
      int to = Operands.FIRST + row * out.w() * block.width();
      sum(own, from, step, block.vectors(), weight, to);
    }
    SumsWriter writer = new SumsWriter(operands, blocks, b, out, sliceChannels, 1, own, writerAt);
    int voxel = ((n * out.d() + z) * out.h() + y) * out.w();
    writer.write(own, Operands.FIRST, voxel, count * out.w());
    writer.finish(record);
  }

  /** All sums of one row of a block. */
  private void sum(float[] own, int from, int step, int vectors, int q, int to) {
    float[] weight = blocks.weight();
    if (step == 1 && vectors == 2) {
      SimdTapRows1.setTwo(own, from, taps, out.w(), weight, q, own, to);
    } else if (step == 1) {
      SimdTapRows1.setOne(own, from, taps, out.w(), weight, q, own, to);
    } else if (vectors == 2) {
      SimdTapRows.setTwo(own, from, step, taps, out.w(), weight, q, own, to);
    } else {
      SimdTapRows.setOne(own, from, step, taps, out.w(), weight, q, own, to);
    }
  }

  @Override
  public String describe() {
    return "direct, few channels, bands of " + rows + (rows == 1 ? " row" : " rows");
  }

  @Override
  public long weightBytes() {
    return blocks.bytes();
  }
}
