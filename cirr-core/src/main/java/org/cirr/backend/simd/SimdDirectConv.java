package org.cirr.backend.simd;

import java.util.Arrays;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.backend.cpu.Window;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;

/** {@link Conv} of any kind: direct, one band of output rows after another. */
/*
 * Design. The plain form is ScalarConv. A task is a band of output rows of one slice, for some blocks
 * of output channels:
 *
 *   sums = 0
 *   for each chunk of input channels
 *     copy the input rows under the band, with their zero border, into the thread's scratch
 *     for each block of output channels and each run of taps (kz, ky)
 *       for each row of the band: SimdRows.add
 *   write the sums
 *
 * Chunks come first so that only one of them is copied at a time: the band can have the more rows, and
 * every weight, which comes from beyond the L2 cache, serves them all.
 *
 * The copy costs a few vector instructions per 16 inputs against kz·ky·kx·Cout/16 multiply-adds
 * each, and buys rows without borders: every position is computed by the widest loop. InputRows
 * normalises on the way what the step before left raw.
 *
 * 1×1×1 convolutions of rows that lie as SimdRows wants them, with nothing to normalise, copy nothing.
 *
 * Deep layers have few positions and large weights. There one band is the whole sample, copied once
 * for all threads, and the tasks are the blocks of output channels, so every weight is read once.
 */
final class SimdDirectConv implements Kernel {

  /** Fewest tasks to make, so that many threads find work. */
  private static final int TASKS = 64;

  private final Window window;
  private final Extents in;
  private final Extents out;
  private final int sliceChannels;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;
  private final int[] dilation;
  private final ConvBands bands;
  private final InputRows inputRows;
  private final DepthPieces inPlace; // or null: the input is copied
  private final int voxel; // floats between the voxels of a copied row
  private final int[] places; // of the columns of a copied row
  private final int phaseLength;
  private final WeightLayout layout;
  private final ChannelBlocks blocks;
  private final int line;
  private final int planeLength;
  private final int chunkLength;
  private final int blockShare; // blocks per task
  private final int bandPositions;
  private final int sumsAt;
  private final int writerAt;
  private final int copyAt;

  /** Output rows that are computed together; {@code record} is where their statistics go. */
  private record Band(int n, int z, int y, int rows, int record) {}

  SimdDirectConv(Conv conv, Step step, WeightLayout layout) {
    this.layout = layout;
    window = Window.of(conv, step);
    in = window.in();
    out = window.out();
    sliceChannels = step.sliceChannels();
    kernel = window.kernel();
    stride = window.stride();
    padding = window.padding();
    dilation = window.dilation();
    bands = ConvBands.of(conv, window);
    voxel = bands.voxel();
    inputRows = new InputRows(in, conv.groups(), step.parts(), voxel);
    boolean plain = step.parts().size() == 1 && step.parts().get(0).isPlain();
    DepthPieces pieces = new DepthPieces(in.c());
    boolean lies = SimdFewOutputs.isPointwise(conv.groups(), window) && pieces.inPlace();
    inPlace = plain && lies && !bands.whole() ? pieces : null;
    places = inputRows.places(bands.columns(), bands.phases());
    phaseLength = InputRows.phaseLength(bands.columns(), bands.phases());
    blocks = new ChannelBlocks(out.c(), conv.groups(), in.c() / conv.groups(), window.taps());
    line = bands.line();
    planeLength = (int) bands.planeLength();
    chunkLength = (int) bands.chunkLength();
    int tasks = Math.max(1, out.n() * bands.perSample());
    int shares = Math.min(blocks.count(), Math.max(1, TASKS / tasks));
    blockShare = bands.whole() ? 1 : (blocks.count() + shares - 1) / shares;
    bandPositions = bands.depth() * bands.slicePositions();
    sumsAt = Operands.FIRST;
    writerAt = sumsAt + (int) sumsLength();
    copyAt = writerAt + SumsWriter.LENGTH;
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    blocks.pack(parameters.input(1), layout, parameters.input(2), workers);
  }

  @Override
  public void warmUp() {
    int pitch = inPlace == null ? bands.pitch() : inPlace.pitch(0);
    SimdRows.warmUp(pitch, blocks.get(0).vectors());
  }

  private long sumsLength() {
    return (long) bandPositions * blockShare * 2 * Lanes.COUNT;
  }

  @Override
  public long scratchLength() {
    long copy = bands.whole() || inPlace != null ? 0 : bands.chunkLength();
    return Operands.FIRST + sumsLength() + SumsWriter.LENGTH + copy;
  }

  /** Floats that all threads share. */
  static long sharedLength(ConvBands bands) {
    return bands.whole() ? bands.chunks() * bands.chunkLength() : 0;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    if (bands.whole()) {
      for (int n = 0; n < out.n(); n++) {
        whole(operands, new Band(n, 0, 0, out.h(), n), workers);
      }
      return;
    }
    int shares = (blocks.count() + blockShare - 1) / blockShare;
    workers.forEach(
        out.n() * bands.perSample() * shares,
        (slot, task) -> {
          int record = task / shares;
          int y = record % bands.perSlice() * bands.rows();
          int z = record / bands.perSlice() % out.d();
          int rows = Math.min(bands.rows(), out.h() - y);
          Band band = new Band(record / bands.perSample(), z, y, rows, record);
          int first = task % shares * blockShare;
          int end = Math.min(blocks.count(), first + blockShare);
          blocks(operands, band, first, end, operands.scratch[slot]);
        });
  }

  /** A whole sample: copied by all threads, then a block of output channels for each. */
  private void whole(Operands operands, Band sample, Workers workers) {
    float[] shared = operands.shared.array;
    int at = operands.shared.offset;
    workers.forEach(
        inputRows.chunks() * bands.planes(),
        i -> {
          int chunk = i / bands.planes();
          int to = at + chunk * chunkLength;
          copyPlane(operands, chunk, sample, i % bands.planes(), shared, to);
        });
    workers.forEach(
        blocks.count(),
        (slot, b) -> {
          float[] own = operands.scratch[slot];
          clear(b, own, sumsAt);
          for (int chunk = 0; chunk < blocks.chunks(); chunk++) {
            int from = at + (inputRows.firstChunk(blocks.get(b).group()) + chunk) * chunkLength;
            addChunk(shared, from, b, chunk, sample, own, sumsAt);
          }
          write(operands, b, sample, own, sumsAt);
        });
  }

  /** Some blocks of output channels of a band. */
  private void blocks(Operands operands, Band band, int first, int end, float[] own) {
    if (inPlace != null) {
      for (int b = first; b < end; b++) {
        addInPlace(operands.inputs[0], b, band, own, sumsOf(b, first));
        write(operands, b, band, own, sumsOf(b, first));
      }
      return;
    }
    for (int b = first; b < end; b++) {
      clear(b, own, sumsOf(b, first));
    }
    int lastGroup = blocks.get(end - 1).group();
    for (int group = blocks.get(first).group(); group <= lastGroup; group++) {
      for (int chunk = 0; chunk < blocks.chunks(); chunk++) {
        for (int plane = 0; plane < bands.planes(); plane++) {
          copyPlane(operands, inputRows.firstChunk(group) + chunk, band, plane, own, copyAt);
        }
        for (int b = first; b < end; b++) {
          if (blocks.get(b).group() == group) {
            addChunk(own, copyAt, b, chunk, band, own, sumsOf(b, first));
          }
        }
      }
    }
    for (int b = first; b < end; b++) {
      write(operands, b, band, own, sumsOf(b, first));
    }
  }

  private void addInPlace(View view, int b, Band band, float[] own, int sums) {
    int width = blocks.get(b).width();
    int voxel = ((band.n * in.d() + band.z) * in.h() + band.y) * in.w();
    for (int run = 0; run < in.c(); run += DepthPieces.RUN) {
      SimdRows.add(
          inPlace.pitch(0),
          run == 0,
          view.array,
          view.offset + voxel * in.c() + run,
          band.rows * out.w(),
          Math.min(DepthPieces.RUN, in.c() - run),
          blocks.weight(),
          blocks.at(b, 0, 0) + run * width,
          width / Lanes.COUNT,
          own,
          sums);
    }
  }

  private int sumsOf(int b, int first) {
    return sumsAt + (b - first) * bandPositions * 2 * Lanes.COUNT;
  }

  private void clear(int b, float[] own, int sums) {
    Arrays.fill(own, sums, sums + bandPositions * blocks.get(b).width(), 0);
  }

  /** Copies the rows of one plane under a band; addRun leaves out planes beyond the input. */
  private void copyPlane(
      Operands operands, int chunk, Band band, int plane, float[] to, int chunkAt) {
    int z = band.z * stride[0] - padding[0] + plane;
    if (z < 0 || z >= in.d()) {
      return;
    }
    int at = chunkAt + plane * planeLength;
    for (int row = 0; row < bands.copiedRows(band.rows); row++, at += line * voxel) {
      int y = band.y * stride[1] - padding[1] + row;
      inputRows.copy(operands, chunk, band.n, z, y, -padding[2], bands.columns(), places, to, at);
    }
  }

  /** Writes the finished sums of one block of output channels. */
  private void write(Operands operands, int b, Band band, float[] own, int sums) {
    int sliceStep = bands.slicePositions() * blocks.get(b).width();
    SumsWriter writer = new SumsWriter(operands, blocks, b, out, sliceChannels, 1, own, writerAt);
    for (int slice = 0; slice < bands.depth(); slice++) {
      int voxel = ((band.n * out.d() + band.z + slice) * out.h() + band.y) * out.w();
      writer.write(own, sums + slice * sliceStep, voxel, band.rows * out.w());
    }
    writer.finish(band.record);
  }

  /** Adds one chunk of input channels, tap by tap; a row of taps that lie side by side at once. */
  private void addChunk(
      float[] copy, int from, int b, int chunk, Band band, float[] own, int sums) {
    int length = blocks.chunkLength(chunk);
    boolean merged = length == voxel && bands.phases() == 1 && dilation[2] == 1;
    for (int tap = 0; tap < window.taps(); tap += merged ? kernel[2] : 1) {
      int kz = tap / kernel[2] / kernel[1];
      int row = tap / kernel[2] % kernel[1] * dilation[1];
      int column = tap % kernel[2] * dilation[2];
      int place = column % bands.phases() * phaseLength + column / bands.phases();
      addRun(
          copy,
          from + (row * line + place) * voxel,
          merged ? kernel[2] * voxel : length,
          b,
          blocks.at(b, chunk, tap),
          band,
          kz * dilation[0],
          own,
          sums);
    }
  }

  /** Adds one run to all rows of the band. */
  private void addRun(
      float[] copy,
      int from,
      int length,
      int b,
      int weight,
      Band band,
      int firstPlane,
      float[] own,
      int sums) {
    ChannelBlocks.Block block = blocks.get(b);
    int rowStep = stride[1] * line * voxel;
    for (int slice = 0; slice < bands.depth(); slice++) {
      int plane = firstPlane + slice * stride[0];
      int z = band.z * stride[0] - padding[0] + plane;
      if (z < 0 || z >= in.d()) {
        continue; // padding counts as zero
      }
      for (int row = 0; row < band.rows; row++) {
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
            sums + (slice * bands.slicePositions() + row * out.w()) * block.width());
      }
    }
  }

  @Override
  public String describe() {
    if (bands.whole()) {
      return "direct, whole";
    } else if (inPlace != null) {
      return "direct, in place";
    }
    return "direct, bands of " + bands.rows() + " rows";
  }

  @Override
  public long weightBytes() {
    return blocks.bytes();
  }
}
