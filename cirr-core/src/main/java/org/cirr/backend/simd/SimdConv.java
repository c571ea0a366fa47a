package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.function.Function;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.backend.cpu.Window;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** {@link Conv}: direct, one band of output rows after another. */
/*
 * Design. The plain form is ScalarConv. A task is a band of output rows of one slice:
 *
 *   copy the input rows under the band, with their zero border, into the thread's scratch
 *   for each block of output channels
 *     sums = bias
 *     for each run (kz, ky) and each piece of it that fits the L1 cache with its weights
 *       for each row of the band: SimdRows.add over the whole row
 *     write the sums
 *
 * The copy costs 2 · kz vector instructions per 16 inputs against kz·ky·kx·Cout/16 multiply-adds
 * each, and buys rows without borders: every position is computed by the widest loop.
 *
 * A layer with few input channels (the first one has 1 to 4) would have runs of only kx · Cin values.
 * There the copy puts the kz · ky neighbours of a voxel side by side ("folded"), so that the whole
 * kernel is one run and the rest of the code sees a 1 × 1 × kx convolution.
 */
final class SimdConv implements Kernel {
  /** Weights of one piece of a run: 192 × 32 × 4 bytes = 24 KiB of the 32 KiB of an L1 cache. */
  private static final int PIECE = 192;

  /** Floats of copied input per band: 256 KiB, a quarter of a common L2 cache. */
  private static final int BAND = 1 << 16;

  /** Fewest tasks to make, so that many threads find work. */
  private static final int TASKS = 64;

  private final Window window;
  private final Extents in;
  private final Extents out;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;
  private final int[] dilation;
  private final boolean folded;
  private final ChannelBlocks blocks;
  private final int channels; // of the copied input: in.c(), or kz · ky · in.c() when folded
  private final int perGroup; // channels one group reads
  private final int line; // copied positions per row
  private final int bandRows;
  private final int bands;
  private final int blockShare; // blocks per task

  SimdConv(Conv conv, Step step, Function<Node, Tensor> parameters) {
    window = Window.of(conv, step);
    in = window.in();
    out = window.out();
    kernel = window.kernel();
    stride = window.stride();
    padding = window.padding();
    dilation = window.dilation();
    int planes = kernel[0] * kernel[1];
    int taps = planes * kernel[2];
    folded = in.c() <= 4 && planes > 1 && conv.groups() == 1 && dilation[2] == 1;
    channels = folded ? planes * in.c() : in.c();
    perGroup = folded ? channels : in.c() / conv.groups();
    float[] bias =
        step.node().inputs().size() > 2
            ? parameters.apply(step.node().inputs().get(2)).array()
            : null;
    float[] w = parameters.apply(step.node().inputs().get(1)).array();
    int cin = in.c() / conv.groups();
    ChannelBlocks.Source source =
        folded
            // channel = (kz, ky, ci), tap = kx
            ? (o, i, tap) -> w[((o * cin + i % cin) * planes + i / cin) * kernel[2] + tap]
            : (o, i, tap) -> w[(o * cin + i) * taps + tap];
    blocks =
        new ChannelBlocks(
            out.c(), conv.groups(), perGroup, folded ? kernel[2] : taps, source, bias);
    line = (out.w() - 1) * stride[2] + (kernel[2] - 1) * dilation[2] + 1;
    bandRows = chooseBand();
    bands = (out.h() + bandRows - 1) / bandRows;
    int bandTasks = Math.max(1, out.n() * out.d() * bands);
    int shares = Math.min(blocks.count(), Math.max(1, TASKS / bandTasks));
    blockShare = (blocks.count() + shares - 1) / shares;
  }

  private int chooseBand() {
    int rows = out.h();
    while (rows > 1 && (long) copiedRows(rows) * line * channels > BAND) {
      rows = (rows + 1) / 2;
    }
    return rows;
  }

  /** Rows of copied input under a band: all planes' rows, or one folded row per output row. */
  private int copiedRows(int rows) {
    return folded ? rows : kernel[0] * ((rows - 1) * stride[1] + (kernel[1] - 1) * dilation[1] + 1);
  }

  @Override
  public long scratchLength() {
    long copied = (long) copiedRows(bandRows) * line * channels;
    return copied + (long) bandRows * out.w() * 2 * Lanes.COUNT;
  }

  @Override
  public void run(View[] inputs, View output, float[][] scratch, Workers workers) {
    int shares = (blocks.count() + blockShare - 1) / blockShare;
    workers.forEach(
        out.n() * out.d() * bands * shares,
        (slot, task) -> {
          int share = task % shares;
          int band = task / shares % bands;
          int slice = task / shares / bands;
          band(inputs[0], output, scratch[slot], slice, band * bandRows, share * blockShare);
        });
  }

  private void band(View input, View output, float[] scratch, int slice, int y0, int firstBlock) {
    int n = slice / out.d();
    int z = slice % out.d();
    int rows = Math.min(bandRows, out.h() - y0);
    if (folded) {
      for (int y = 0; y < rows; y++) {
        copyFolded(input, scratch, n, z, y0 + y, y * line * channels);
      }
    } else {
      copyPlanes(input, scratch, n, z, y0, rows);
    }
    int sumsAt = copiedRows(bandRows) * line * channels;
    int last = Math.min(blocks.count(), firstBlock + blockShare);
    for (int b = firstBlock; b < last; b++) {
      blocks.startSums(b, scratch, sumsAt, rows * out.w());
      addRuns(scratch, z, rows, blocks.get(b), sumsAt);
      write(scratch, sumsAt, output, (slice * out.h() + y0) * out.w(), rows, blocks.get(b));
    }
  }

  /** Copies the rows of every plane kz, zero where they leave the input. */
  private void copyPlanes(View input, float[] scratch, int n, int z, int y0, int rows) {
    int planeRows = copiedRows(rows) / kernel[0];
    for (int kz = 0; kz < kernel[0]; kz++) {
      int iz = window.source(0, z, kz);
      if (iz < 0 || iz >= in.d()) {
        continue; // addRuns leaves this plane out
      }
      for (int row = 0; row < planeRows; row++) {
        int iy = y0 * stride[1] - padding[1] + row;
        copyRow(input, scratch, n, iz, iy, (kz * planeRows + row) * line * channels);
      }
    }
  }

  private void copyRow(View input, float[] scratch, int n, int iz, int iy, int to) {
    int left = Math.min(line, padding[2]);
    int length = Math.max(0, Math.min(in.w(), line - left));
    boolean inside = iy >= 0 && iy < in.h();
    if (!inside) {
      Arrays.fill(scratch, to, to + line * channels, 0);
      return;
    }
    int from = input.offset + ((n * in.d() + iz) * in.h() + iy) * in.w() * channels;
    Arrays.fill(scratch, to, to + left * channels, 0);
    System.arraycopy(input.array, from, scratch, to + left * channels, length * channels);
    Arrays.fill(scratch, to + (left + length) * channels, to + line * channels, 0);
  }

  /** For each x of the padded row, the kz · ky neighbours side by side. */
  private void copyFolded(View input, float[] scratch, int n, int z, int y, int to) {
    int cin = in.c();
    for (int kz = 0; kz < kernel[0]; kz++) {
      int iz = window.source(0, z, kz);
      for (int ky = 0; ky < kernel[1]; ky++) {
        int iy = window.source(1, y, ky);
        boolean inside = iz >= 0 && iz < in.d() && iy >= 0 && iy < in.h();
        int from = input.offset + ((n * in.d() + iz) * in.h() + iy) * in.w() * cin;
        int at = to + (kz * kernel[1] + ky) * cin;
        for (int x = 0; x < line; x++, at += channels) {
          int ix = x - padding[2];
          boolean there = inside && ix >= 0 && ix < in.w();
          for (int c = 0; c < cin; c++) {
            scratch[at + c] = there ? input.array[from + ix * cin + c] : 0;
          }
        }
      }
    }
  }

  private void addRuns(float[] scratch, int z, int rows, ChannelBlocks.Block block, int sumsAt) {
    int firstChannel = block.group() * perGroup;
    if (folded) {
      addRun(scratch, firstChannel, kernel[2] * perGroup, block.at(), rows, 1, block, sumsAt);
      return;
    }
    boolean wholeRow = perGroup == channels && dilation[2] == 1;
    int planeRows = copiedRows(rows) / kernel[0];
    for (int kz = 0; kz < kernel[0]; kz++) {
      int iz = window.source(0, z, kz);
      if (iz < 0 || iz >= in.d()) {
        continue;
      }
      for (int ky = 0; ky < kernel[1]; ky++) {
        int from = (kz * planeRows + ky * dilation[1]) * line * channels + firstChannel;
        int w = block.at() + (kz * kernel[1] + ky) * kernel[2] * perGroup * block.width();
        if (wholeRow) {
          addRun(scratch, from, kernel[2] * perGroup, w, rows, stride[1], block, sumsAt);
        } else {
          for (int kx = 0; kx < kernel[2]; kx++) {
            int tap = from + kx * dilation[2] * channels;
            int tapWeight = w + kx * perGroup * block.width();
            addRun(scratch, tap, perGroup, tapWeight, rows, stride[1], block, sumsAt);
          }
        }
      }
    }
  }

  /** Adds one run, piece by piece, to all rows of the band. */
  private void addRun(
      float[] scratch,
      int from,
      int length,
      int weightAt,
      int rows,
      int rowStep,
      ChannelBlocks.Block block,
      int sumsAt) {
    int width = block.width();
    for (int done = 0; done < length; done += PIECE) {
      int piece = Math.min(PIECE, length - done);
      for (int y = 0; y < rows; y++) {
        SimdRows.add(
            scratch,
            from + done + y * rowStep * line * channels,
            stride[2] * channels,
            piece,
            blocks.weight(),
            weightAt + done * width,
            block.vectors(),
            scratch,
            sumsAt + y * out.w() * width,
            out.w());
      }
    }
  }

  private void write(
      float[] scratch, int from, View output, int voxel, int rows, ChannelBlocks.Block block) {
    int to = output.offset + voxel * out.c() + block.first();
    for (int k = 0; k < rows * out.w(); k++) {
      System.arraycopy(
          scratch, from + k * block.width(), output.array, to + k * out.c(), block.channels());
    }
  }

  @Override
  public String describe() {
    return (folded ? "direct, folded" : "direct") + ", bands of " + bandRows + " rows";
  }

  @Override
  public long weightBytes() {
    return blocks.bytes();
  }
}
