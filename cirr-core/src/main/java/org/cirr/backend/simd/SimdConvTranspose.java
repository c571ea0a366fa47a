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
 * long.
 */
final class SimdConvTranspose implements Kernel {
  private static final int CHUNK = SimdRows.CHUNK;

  private final TransposedWindow window;
  private final Extents in;
  private final Extents out;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;
  private final int[] dilation;
  private final WeightLayout layout;
  private final ChannelBlocks blocks;
  private final int group; // output rows that read the same input rows
  private final InputRows inputRows;
  private final int pitch; // chunks of InputRows that lie side by side: 1 or 2
  private final int[] places; // of the columns of a copied row
  private final int sumsAt;
  private final int writerAt;

  SimdConvTranspose(ConvTranspose conv, Step step) {
    window = TransposedWindow.of(conv, step);
    in = window.in();
    out = window.out();
    kernel = window.kernel();
    stride = window.stride();
    padding = window.padding();
    group = kernel[1] == stride[1] && padding[1] == 0 ? stride[1] : 1;
    inputRows = new InputRows(in, conv.groups(), step.parts());
    int perGroup = in.c() / conv.groups();
    pitch = perGroup % (2 * CHUNK) == 0 ? 2 : 1;
    places = IntStream.range(0, in.w()).map(x -> x * pitch * CHUNK).toArray();
    int reached = ((kernel[0] - 1) / stride[0] + 1) * ((kernel[1] - 1) / stride[1] + 1);
    sumsAt = Operands.FIRST + reached * inputRows.chunks() * in.w() * CHUNK;
    writerAt = sumsAt + ((out.w() - 1) / stride[2] + 1) * 2 * Lanes.COUNT;
    dilation = window.dilation();
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

  @Override
  public void run(Operands operands, Workers workers) {
    int groups = (out.h() + group - 1) / group;
    workers.forEach(
        out.n() * out.d() * groups,
        (slot, task) -> {
          float[] own = operands.scratch[slot];
          int z = task / groups % out.d();
          int n = task / groups / out.d();
          int first = task % groups * group;
          int rows = copyRows(operands, own, n, z, first);
          for (int y = first; y < Math.min(out.h(), first + group); y++) {
            row(operands, own, n, z, y, rows);
          }
        });
  }

  private void row(Operands operands, float[] own, int n, int z, int y, int rows) {
    for (int b = 0; b < blocks.count(); b++) {
      ChannelBlocks.Block block = blocks.get(b);
      SumsWriter writer = new SumsWriter(operands, blocks, b, out.c(), stride[2], own, writerAt);
      for (int first = 0; first < Math.min(stride[2], out.w()); first++) {
        int count = (out.w() - first + stride[2] - 1) / stride[2];
        Arrays.fill(own, sumsAt, sumsAt + count * block.width(), 0);
        addRows(own, z, y, first, count, b, rows);
        writer.write(own, sumsAt, ((n * out.d() + z) * out.h() + y) * out.w() + first, count);
      }
    }
  }

  /** Copies the input rows that reach an output row, one after another; returns how many. */
  private int copyRows(Operands operands, float[] own, int n, int z, int y) {
    int rows = 0;
    for (int tap = 0; tap < kernel[0] * kernel[1]; tap++) {
      int iz = window.source(0, z, tap / kernel[1]);
      int iy = window.source(1, y, tap % kernel[1]);
      if (iz >= 0 && iy >= 0) {
        for (int chunk = 0; chunk < inputRows.chunks(); chunk++) {
          int plane = rows * inputRows.chunks() + chunk / pitch * pitch;
          int at = Operands.FIRST + (plane * in.w() + chunk % pitch) * CHUNK;
          inputRows.copy(operands, chunk, n, iz, iy, 0, in.w(), places, own, at);
        }
        rows++;
      }
    }
    return rows;
  }

  private void addRows(float[] own, int z, int y, int first, int count, int b, int rows) {
    int row = 0;
    for (int tap = 0; tap < kernel[0] * kernel[1] && row < rows; tap++) {
      int iz = window.source(0, z, tap / kernel[1]);
      int iy = window.source(1, y, tap % kernel[1]);
      if (iz >= 0 && iy >= 0) {
        int from = Operands.FIRST + row * inputRows.chunks() * in.w() * CHUNK;
        addColumns(own, from, tap * kernel[2], first, count, b);
        row++;
      }
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
    return "rows by phase";
  }

  @Override
  public long weightBytes() {
    return blocks.bytes();
  }
}
