package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.TransposedWindow;
import org.cirr.op.ConvTranspose;
import org.cirr.parallel.Workers;

/** {@link ConvTranspose}: output row by output row, the columns of one phase together. */
/*
 * Design. The plain form is ScalarConvTranspose. Output columns x with the same (x + padding) mod
 * stride form a phase: they use the same kernel columns kx, on neighbouring input columns. So a phase
 * of a row is a small convolution with runs of Cin values, and SimdRows does the work; only the
 * writing has a step. With kernel = stride (nnU-Net) every output voxel has exactly one tap. A phase has
 * few taps, so runs are short; chunks of 64 input channels, where all are such, make them twice as
 * long. A task is a band of output rows: neighbours read the same input rows (a kernel of 3 with stride
 * 2 reads each of them for three), which are copied once for all of them.
 */
final class SimdConvTranspose implements Kernel {
  private static final int CHUNK = SimdRows.CHUNK;

  /** Copied floats of a band: 256 KB, half of a small L2 cache. */
  private static final int BAND = 1 << 16;

  /** Tasks that keep any machine busy. */
  private static final int TASKS = 32;

  private final TransposedWindow window;
  private final Extents in;
  private final Extents out;
  private final int sliceChannels;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;
  private final int[] dilation;
  private final WeightLayout layout;
  private final ChannelBlocks blocks;
  private final InputRows inputRows;
  private final int band; // output rows of a task
  private final int bandRows; // input rows of a slice that they reach
  private final int pitch; // chunks of InputRows that lie side by side: 1 or 2
  private final int[] places; // of the columns of a copied row
  private final int sumsAt;
  private final int writerAt;

  SimdConvTranspose(ConvTranspose conv, Step step) {
    window = TransposedWindow.of(conv, step);
    in = window.in();
    out = window.out();
    sliceChannels = step.sliceChannels();
    kernel = window.kernel();
    stride = window.stride();
    padding = window.padding();
    dilation = window.dilation();
    inputRows = new InputRows(in, conv.groups(), step.parts());
    int perGroup = in.c() / conv.groups();
    pitch = perGroup % (2 * CHUNK) == 0 ? 2 : 1;
    places = IntStream.range(0, in.w()).map(x -> x * pitch * CHUNK).toArray();
    band = band();
    bandRows = inputRows(band);
    sumsAt = Operands.FIRST + slices() * bandRows * inputRows.chunks() * in.w() * CHUNK;
    writerAt = sumsAt + ((out.w() - 1) / stride[2] + 1) * 2 * Lanes.COUNT;
    int outPerGroup = out.c() / conv.groups();
    int taps = window.taps();
    layout = new WeightLayout(0, (perGroup - 1) * outPerGroup * taps, taps, outPerGroup * taps, 1);
    int chunk = pitch * CHUNK;
    blocks = new ChannelBlocks(out.c(), conv.groups(), perGroup, chunk, taps);
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    blocks.pack(parameters.input(1), layout, parameters.input(2), workers);
  }

  @Override
  public long scratchLength() {
    return writerAt + SumsWriter.LENGTH;
  }

  /** The input slices that reach an output slice. */
  private int slices() {
    int taps = 0; // of all whose places differ by whole strides
    for (int k = 0; k < kernel[0]; k++) {
      taps += k * dilation[0] % stride[0] == 0 ? 1 : 0;
    }
    return taps;
  }

  /** The input rows that some output rows reach in a slice, at most. */
  private int inputRows(int count) {
    return (count - 1 + (kernel[1] - 1) * dilation[1]) / stride[1] + 1;
  }

  /** Four steps of the stride where neighbours share input rows, if there are tasks enough. */
  private int band() {
    int rows = (kernel[1] - 1) * dilation[1] < stride[1] ? stride[1] : 4 * stride[1];
    while (rows > stride[1] && (isLarge(rows) || isFew(rows))) {
      rows -= stride[1];
    }
    return rows;
  }

  private boolean isLarge(int rows) {
    return (long) slices() * inputRows(rows) * inputRows.chunks() * in.w() * CHUNK > BAND;
  }

  private boolean isFew(int rows) {
    return (long) out.n() * out.d() * bands(rows) < TASKS;
  }

  private int bands(int rows) {
    return (out.h() + rows - 1) / rows;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    int bands = bands(band);
    workers.forEach(
        out.n() * out.d() * bands,
        (slot, task) -> {
          float[] own = operands.scratch[slot];
          int z = task / bands % out.d();
          int n = task / bands / out.d();
          int first = task % bands * band;
          int end = Math.min(out.h(), first + band);
          copyRows(operands, own, n, z, first, end);
          for (int y = first; y < end; y++) {
            row(operands, own, n, z, y, firstRow(first));
          }
        });
  }

  /** The first input row that output rows from {@code y} on reach. */
  private int firstRow(int y) {
    int least = y + padding[1] - (kernel[1] - 1) * dilation[1];
    return Math.max(0, -Math.floorDiv(-least, stride[1]));
  }

  private void row(Operands operands, float[] own, int n, int z, int y, int firstRow) {
    for (int b = 0; b < blocks.count(); b++) {
      ChannelBlocks.Block block = blocks.get(b);
      SumsWriter writer =
          new SumsWriter(operands, blocks, b, out, sliceChannels, stride[2], own, writerAt);
      for (int first = 0; first < Math.min(stride[2], out.w()); first++) {
        int count = (out.w() - first + stride[2] - 1) / stride[2];
        Arrays.fill(own, sumsAt, sumsAt + count * block.width(), 0);
        addRows(own, z, y, first, count, b, firstRow);
        writer.write(own, sumsAt, ((n * out.d() + z) * out.h() + y) * out.w() + first, count);
      }
    }
  }

  /** Copies the input rows that output rows {@code y} to {@code end} reach, slice by slice. */
  private void copyRows(Operands operands, float[] own, int n, int z, int y, int end) {
    int firstRow = firstRow(y);
    int lastRow = Math.min(in.h() - 1, (end - 1 + padding[1]) / stride[1]);
    int slice = 0;
    for (int tap = 0; tap < kernel[0]; tap++) {
      int iz = window.source(0, z, tap);
      for (int iy = firstRow; iy <= lastRow && iz >= 0; iy++) {
        for (int chunk = 0; chunk < inputRows.chunks(); chunk++) {
          int at = rowAt(slice, iy - firstRow, chunk / pitch * pitch) + chunk % pitch * CHUNK;
          inputRows.copy(operands, chunk, n, iz, iy, 0, in.w(), places, own, at);
        }
      }
      slice += iz >= 0 ? 1 : 0;
    }
  }

  /** Where a copied row begins: the slices' rows one after another. */
  private int rowAt(int slice, int row, int chunk) {
    int plane = (slice * bandRows + row) * inputRows.chunks() + chunk;
    return Operands.FIRST + plane * in.w() * CHUNK;
  }

  private void addRows(float[] own, int z, int y, int first, int count, int b, int firstRow) {
    int slice = 0;
    for (int tapZ = 0; tapZ < kernel[0]; tapZ++) {
      if (window.source(0, z, tapZ) < 0) {
        continue;
      }
      for (int tapY = 0; tapY < kernel[1]; tapY++) {
        int iy = window.source(1, y, tapY);
        if (iy >= 0) {
          int from = rowAt(slice, iy - firstRow, 0);
          addColumns(own, from, (tapZ * kernel[1] + tapY) * kernel[2], first, count, b);
        }
      }
      slice++;
    }
  }

  /** Adds the kernel columns that reach the phase of output column {@code first}. */
  private void addColumns(float[] own, int from, int tap, int first, int count, int b) {
    ChannelBlocks.Block block = blocks.get(b);
    int firstChunk = inputRows.firstChunk(block.group());
    for (int kx = 0; kx < kernel[2]; kx++) {
      int reach = first + padding[2] - kx * dilation[2];
      if (Math.floorMod(reach, stride[2]) != 0) {
        continue; // another phase's column
      }
      int shift = Math.floorDiv(reach, stride[2]); // input column of position 0
      int low = Math.max(0, -shift);
      int high = Math.min(count, in.w() - shift);
      for (int chunk = 0; chunk < blocks.chunks() && low < high; chunk++) {
        SimdRows.add(
            pitch,
            false,
            own,
            from + ((firstChunk + chunk * pitch) * in.w() + (low + shift) * pitch) * CHUNK,
            high - low,
            blocks.chunkLength(chunk),
            blocks.weight(),
            blocks.at(b, chunk, tap + kx),
            block.vectors(),
            own,
            sumsAt + low * block.width());
      }
    }
  }

  @Override
  public String describe() {
    return "rows by phase, " + band + " at a time";
  }

  @Override
  public long weightBytes() {
    return blocks.bytes();
  }
}
