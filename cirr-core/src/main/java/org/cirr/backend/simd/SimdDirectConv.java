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

/** {@link Conv} of any kind: direct, one band of output rows after another. */
/*
 * Design. The plain form is ScalarConv. A task is a band of output rows of one slice:
 *
 *   copy the input rows under the band, with their zero border, into the thread's scratch
 *   for each block of output channels
 *     sums = 0
 *     for each chunk of input channels and each run of taps (kz, ky):
 *       for each row of the band: SimdRows.add
 *     write the sums
 *
 * The copy costs a few vector instructions per 16 inputs against kz·ky·kx·Cout/16 multiply-adds
 * each, and buys rows without borders: every position is computed by the widest loop. InputRows
 * normalises on the way what the step before left raw.
 *
 * Deep layers have few positions and large weights. There one band is the whole sample, copied once
 * for all threads, and the tasks are the blocks of output channels, so every weight is read once.
 */
final class SimdDirectConv implements Kernel {
  private static final int CHUNK = SimdRows.CHUNK;

  /** Fewest tasks to make, so that many threads find work. */
  private static final int TASKS = 64;

  private final Window window;
  private final Extents in;
  private final Extents out;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;
  private final int[] dilation;
  private final ConvBands bands;
  private final InputRows inputRows;
  private final int[] places; // of the columns of a copied row
  private final int phaseLength;
  private final WeightLayout layout;
  private final ChannelBlocks blocks;
  private final int line;
  private final int planeLength;
  private final int chunkLength;
  private final int blockShare; // blocks per task
  private final int sumsAt;
  private final int writerAt;
  private final int copyAt;

  SimdDirectConv(Conv conv, Step step, WeightLayout layout) {
    this.layout = layout;
    window = Window.of(conv, step);
    in = window.in();
    out = window.out();
    kernel = window.kernel();
    stride = window.stride();
    padding = window.padding();
    dilation = window.dilation();
    bands = ConvBands.of(conv, window);
    inputRows = new InputRows(in, conv.groups(), step.parts());
    places = InputRows.places(bands.columns(), bands.phases());
    phaseLength = InputRows.phaseLength(bands.columns(), bands.phases());
    blocks = new ChannelBlocks(out.c(), conv.groups(), in.c() / conv.groups(), window.taps());
    line = bands.line();
    planeLength = (int) bands.planeLength();
    chunkLength = (int) bands.chunkLength();
    int tasks = Math.max(1, out.n() * bands.perSample());
    int shares = Math.min(blocks.count(), Math.max(1, TASKS / tasks));
    blockShare = bands.whole() ? 1 : (blocks.count() + shares - 1) / shares;
    sumsAt = Operands.FIRST;
    writerAt = sumsAt + (int) sumsLength();
    copyAt = writerAt + SumsWriter.LENGTH;
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    blocks.pack(parameters.input(1), layout, parameters.input(2), workers);
  }

  private long sumsLength() {
    long positions = (long) bands.depth() * bands.slicePositions();
    return (positions * 2 * Lanes.COUNT + 15) / 16 * 16;
  }

  @Override
  public long scratchLength() {
    long copy = bands.whole() ? 0 : bands.copiedLength();
    return Operands.FIRST + sumsLength() + SumsWriter.LENGTH + copy;
  }

  /** Floats that all threads share. */
  static long sharedLength(ConvBands bands) {
    return bands.whole() ? bands.copiedLength() : 0;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    int shares = (blocks.count() + blockShare - 1) / blockShare;
    if (bands.whole()) {
      for (int n = 0; n < out.n(); n++) {
        int sample = n;
        float[] shared = operands.shared.array;
        int at = operands.shared.offset;
        workers.forEach(
            bands.planes(), p -> copyPlane(operands, shared, at, sample, 0, p, 0, out.h()));
        workers.forEach(
            blocks.count(),
            (slot, b) ->
                block(operands, b, shared, at, operands.scratch[slot], sample, 0, 0, sample));
      }
      return;
    }
    workers.forEach(
        out.n() * bands.perSample() * shares,
        (slot, task) -> {
          float[] own = operands.scratch[slot];
          int record = task / shares;
          int y = record % bands.perSlice() * bands.rows();
          int z = record / bands.perSlice() % out.d();
          int n = record / bands.perSample();
          int rows = Math.min(bands.rows(), out.h() - y);
          copy(operands, own, n, z, y, rows);
          int first = task % shares * blockShare;
          for (int b = first; b < Math.min(blocks.count(), first + blockShare); b++) {
            block(operands, b, own, copyAt, own, n, z, y, record);
          }
        });
  }

  private void copy(Operands operands, float[] own, int n, int z, int y, int rows) {
    for (int plane = 0; plane < bands.planes(); plane++) {
      copyPlane(operands, own, copyAt, n, z, plane, y, rows);
    }
  }

  /** Copies the rows of one plane under a band; addRuns leaves out planes beyond the input. */
  private void copyPlane(
      Operands operands, float[] to, int at, int n, int z, int plane, int y, int rows) {
    int iz = z * stride[0] - padding[0] + plane;
    if (iz < 0 || iz >= in.d()) {
      return;
    }
    for (int chunk = 0; chunk < inputRows.chunks(); chunk++) {
      for (int row = 0; row < bands.copiedRows(rows); row++) {
        int iy = y * stride[1] - padding[1] + row;
        int rowAt = at + chunk * chunkLength + plane * planeLength + row * line * CHUNK;
        inputRows.copy(operands, chunk, n, iz, iy, -padding[2], bands.columns(), places, to, rowAt);
      }
    }
  }

  /** All sums of one block of output channels of a band, written. */
  private void block(
      Operands operands,
      int b,
      float[] copy,
      int at,
      float[] own,
      int n,
      int z,
      int y,
      int record) {
    ChannelBlocks.Block block = blocks.get(b);
    int rows = Math.min(bands.rows(), out.h() - y);
    int positions = rows * out.w();
    int sliceStep = bands.slicePositions() * block.width();
    Arrays.fill(own, sumsAt, sumsAt + bands.depth() * sliceStep, 0);
    for (int chunk = 0; chunk < blocks.chunks(); chunk++) {
      int from = at + (inputRows.firstChunk(block.group()) + chunk) * chunkLength;
      addChunk(copy, from, b, chunk, z, rows, own);
    }
    SumsWriter writer = new SumsWriter(operands, blocks, b, out.c(), 1, own, writerAt);
    for (int slice = 0; slice < bands.depth(); slice++) {
      int voxel = ((n * out.d() + z + slice) * out.h() + y) * out.w();
      writer.write(own, sumsAt + slice * sliceStep, voxel, positions);
    }
    writer.finish(record);
  }

  /** Adds one chunk of input channels, tap by tap; a row of taps that lie side by side at once. */
  private void addChunk(float[] copy, int from, int b, int chunk, int z, int rows, float[] own) {
    int length = blocks.chunkLength(chunk);
    boolean merged = length == CHUNK && bands.phases() == 1 && dilation[2] == 1;
    for (int tap = 0; tap < window.taps(); tap += merged ? kernel[2] : 1) {
      int kz = tap / kernel[2] / kernel[1];
      int row = tap / kernel[2] % kernel[1] * dilation[1];
      int column = tap % kernel[2] * dilation[2];
      int place = column % bands.phases() * phaseLength + column / bands.phases();
      addRun(
          copy,
          from + (row * line + place) * CHUNK,
          merged ? kernel[2] * CHUNK : length,
          b,
          blocks.at(b, chunk, tap),
          z,
          kz * dilation[0],
          rows,
          own);
    }
  }

  /** Adds one run to all rows of the band. */
  private void addRun(
      float[] copy,
      int from,
      int length,
      int b,
      int weight,
      int z,
      int firstPlane,
      int rows,
      float[] own) {
    ChannelBlocks.Block block = blocks.get(b);
    int rowStep = stride[1] * line * CHUNK;
    for (int slice = 0; slice < bands.depth(); slice++) {
      int plane = firstPlane + slice * stride[0];
      int iz = z * stride[0] - padding[0] + plane;
      if (iz < 0 || iz >= in.d()) {
        continue; // padding counts as zero
      }
      for (int row = 0; row < rows; row++) {
        SimdRows.add(
            bands.pitch(),
            false,
            copy,
            from + plane * planeLength + row * rowStep,
            out.w(),
            length,
            blocks.weight(),
            weight,
            block.vectors(),
            own,
            sumsAt + (slice * bands.slicePositions() + row * out.w()) * block.width());
      }
    }
  }

  @Override
  public String describe() {
    if (bands.whole()) {
      return "direct, whole";
    }
    return "direct, bands of " + bands.rows() + " rows";
  }

  @Override
  public long weightBytes() {
    return blocks.bytes();
  }
}
