package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.backend.cpu.Window;
import org.cirr.op.ConvWeightGradient;
import org.cirr.parallel.Workers;

/** {@link ConvWeightGradient}: outer products of input and gradient rows, summed in registers. */
/*
 * Design. The plain form is ScalarConvWeightGradient. A pair is a chunk of input channels
 * (SimdRows.CHUNK) and a block of output channels (two vectors) of one group. A band is some rows of
 * the gradient in one slice. For each slice of the kernel, the input rows under a band are copied by
 * InputRows (normalised, with their border of zeros), those and their columns sorted by their place
 * within the stride: [row % stride][column % stride][row][column]. The gradient's rows are copied with
 * zeros behind them, so that they are as far apart as the input's. Then the voxels of all rows of the
 * band are one run of OuterProducts for every tap, and the longer a run, the less do loading and
 * storing the sums cost.
 *
 * Few input channels: the taps of a kernel's row and their channels lie side by side in the input, and
 * count as channels.
 *
 * A share is some pairs with the same input channels, so that these are copied once for all of them;
 * not all, since each band reads and writes all their sums. With many shares each is a task. With few, the
 * bands are cut into parts too, each with sums of its own in shared memory, which are added in a fixed
 * order at the end. All follow from the shapes alone.
 */
final class SimdConvWeightGradient implements Kernel {
  private static final int CHUNK = SimdRows.CHUNK;
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int WIDTH = OuterProducts.WIDTH;

  /** Tasks that keep any machine busy. */
  private static final int TASKS = 16;

  /** Pairs of a share: with AVX2 sums of 442 KB where the kernel has 27 taps; more gain nothing. */
  private static final int JOINED = 8;

  /** Voxels of a run: with both sides of more, the L1 cache would overflow. */
  private static final int RUN = 144;

  private final Window window;
  private final Extents in;
  private final Extents out;
  private final InputRows inputRows;
  private final int pairs;
  private final int shares;
  private final int joined; // pairs of a share, the last one of a chunk may have fewer
  private final int parts;
  private final int groupChunks;
  private final int groupBlocks;
  private final int inPerGroup;
  private final int outPerGroup;
  private final boolean merged; // whether taps of a row count as channels
  private final int voxel; // floats from one copied voxel to the next
  private final int rows; // of a band
  private final int pitch; // voxels from one row to the next
  private final int phaseRows; // input rows of a band with the same place within the stride
  private final int[] places; // of the voxels of a copied row
  private final int gradientAt;

  SimdConvWeightGradient(ConvWeightGradient op, Step step) {
    window = Window.of(op, step);
    in = window.in();
    out = window.out();
    inputRows = new InputRows(in, op.groups(), step.parts().subList(0, step.parts().size() - 1));
    inPerGroup = in.c() / op.groups();
    outPerGroup = out.c() / op.groups();
    groupChunks = inputRows.chunks() / op.groups();
    groupBlocks = blocks(op, window);
    pairs = pairs(op, window);
    shares = shares(op, window);
    joined = Math.min(JOINED, groupBlocks);
    parts = parts(op, window);
    merged = merged(window, op);
    voxel = merged ? inPerGroup : CHUNK;
    pitch = pitch(window);
    rows = rows(window);
    int strideY = window.stride()[1];
    int strideX = window.stride()[2];
    phaseRows = (inputRows(rows) + strideY - 1) / strideY;
    places =
        IntStream.range(0, pitch * strideX)
            .map(x -> (x % strideX * phaseRows * pitch + x / strideX) * voxel)
            .toArray();
    gradientAt = Operands.FIRST + roundUp(strideY * strideX * phaseRows * pitch * voxel + CHUNK);
  }

  private static int roundUp(int floats) {
    return (floats + 15) / 16 * 16;
  }

  private static int blocks(ConvWeightGradient op, Window window) {
    return (window.out().c() / op.groups() + WIDTH - 1) / WIDTH;
  }

  private static int pairs(ConvWeightGradient op, Window window) {
    int chunks = (window.in().c() / op.groups() + CHUNK - 1) / CHUNK;
    return op.groups() * chunks * blocks(op, window);
  }

  private static int shares(ConvWeightGradient op, Window window) {
    int blocks = Math.max(1, blocks(op, window));
    return pairs(op, window) / blocks * ((blocks + JOINED - 1) / JOINED);
  }

  private static boolean merged(Window window, ConvWeightGradient op) {
    return window.kernel()[2] * (window.in().c() / op.groups()) <= CHUNK
        && window.kernel()[2] > 1
        && window.dilation()[2] == 1
        && window.stride()[1] == 1
        && window.stride()[2] == 1;
  }

  /** A row of the gradient, and the input voxels with the same place within the stride under it. */
  private static int pitch(Window window) {
    int reach = (window.kernel()[2] - 1) * window.dilation()[2];
    return window.out().w() + reach / window.stride()[2];
  }

  private static int rows(Window window) {
    return Math.max(1, Math.min(window.out().h(), RUN / Math.max(1, pitch(window))));
  }

  private static int bands(Window window) {
    int each = (window.out().h() + rows(window) - 1) / rows(window);
    return window.out().n() * window.out().d() * each;
  }

  private static int parts(ConvWeightGradient op, Window window) {
    int wanted = TASKS / Math.max(1, shares(op, window));
    return Math.max(1, Math.min(bands(window), wanted));
  }

  private static int sumsLength(Window window) {
    return window.taps() * CHUNK * WIDTH;
  }

  /** Floats that all threads share: the sums of all tasks. */
  static long sharedLength(ConvWeightGradient op, Step step) {
    Window window = Window.of(op, step);
    return (long) pairs(op, window) * parts(op, window) * sumsLength(window);
  }

  /** The input rows that some rows of the gradient reach with one slice of the kernel. */
  private int inputRows(int count) {
    int reach = (window.kernel()[1] - 1) * window.dilation()[1];
    return (count - 1) * window.stride()[1] + reach + 1;
  }

  @Override
  public long scratchLength() {
    return gradientAt + (long) joined * rows * pitch * WIDTH;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    workers.forEach(
        shares * parts,
        (slot, task) -> part(operands, operands.scratch[slot], task / parts, task % parts));
    workers.forEach(
        pairs,
        pair -> {
          for (int i = 0; i < inputs(pair); i++) {
            write(operands, pair, i);
          }
        });
  }

  private int firstInput(int pair) {
    return pair / groupBlocks / groupChunks * inPerGroup + pair / groupBlocks % groupChunks * CHUNK;
  }

  private int inputs(int pair) {
    return Math.min(CHUNK, inPerGroup - pair / groupBlocks % groupChunks * CHUNK);
  }

  private int firstOutput(int pair) {
    return pair / groupBlocks / groupChunks * outPerGroup + pair % groupBlocks * WIDTH;
  }

  private int outputs(int pair) {
    return Math.min(WIDTH, outPerGroup - pair % groupBlocks * WIDTH);
  }

  /** The sums of a share over some bands. */
  private void part(Operands operands, float[] own, int share, int part) {
    int perChunk = (groupBlocks + joined - 1) / joined;
    int chunk = share / perChunk;
    int first = chunk * groupBlocks + share % perChunk * joined;
    int last = Math.min((chunk + 1) * groupBlocks, first + joined);
    for (int pair = first; pair < last; pair++) {
      int at = sumsAt(operands, pair, part);
      Arrays.fill(operands.shared.array, at, at + sumsLength(window), 0);
    }
    int each = (out.h() + rows - 1) / rows;
    int end = (int) ((long) bands(window) * (part + 1) / parts);
    for (int band = (int) ((long) bands(window) * part / parts); band < end; band++) {
      int n = band / each / out.d();
      int z = band / each % out.d();
      int y = band % each * rows;
      int count = Math.min(rows, out.h() - y);
      for (int pair = first; pair < last; pair++) {
        int row = (n * out.d() + z) * out.h() + y;
        copyGradient(operands, own, pair, row, count, gradientAt(pair - first));
      }
      for (int tap = 0; tap < window.kernel()[0]; tap++) {
        int iz = window.source(0, z, tap);
        if (iz >= 0 && iz < in.d()) {
          copyInput(operands, own, chunk, n, iz, y, count);
          for (int pair = first; pair < last; pair++) {
            int at = sumsAt(operands, pair, part);
            slice(own, pair, tap, count, gradientAt(pair - first), operands.shared.array, at);
          }
        }
      }
    }
  }

  private int sumsAt(Operands operands, int pair, int part) {
    return operands.shared.offset + (pair * parts + part) * sumsLength(window);
  }

  /** Where the copied gradient of a pair of a share begins. */
  private int gradientAt(int pair) {
    return gradientAt + pair * rows * pitch * WIDTH;
  }

  /** Rows of the gradient, the channels of the block only, with zeros behind each. */
  private void copyGradient(Operands operands, float[] own, int pair, int row, int count, int at) {
    View gradient = operands.inputs[operands.inputs.length - 1];
    int channels = outputs(pair);
    for (int k = 0; k < count; k++) {
      int from = gradient.offset + (row + k) * out.w() * out.c() + firstOutput(pair);
      int to = at + k * pitch * WIDTH;
      if (channels == WIDTH) {
        copyVectors(gradient.array, from, own, to);
      } else {
        copyFew(gradient.array, from, channels, own, to);
      }
      Arrays.fill(own, to + out.w() * WIDTH, to + pitch * WIDTH, 0);
    }
  }

  /** A row of two vectors of channels; a call of System.arraycopy for each voxel takes longer. */
  private void copyVectors(float[] from, int at, float[] own, int to) {
    for (int x = 0; x < out.w(); x++) {
      FloatVector.fromArray(F, from, at + x * out.c()).intoArray(own, to + x * WIDTH);
      FloatVector second = FloatVector.fromArray(F, from, at + x * out.c() + LANES);
      second.intoArray(own, to + x * WIDTH + LANES);
    }
  }

  /** A row of fewer channels, with zeros behind those of each voxel. */
  private void copyFew(float[] from, int at, int channels, float[] own, int to) {
    Arrays.fill(own, to, to + out.w() * WIDTH, 0);
    for (int x = 0; x < out.w(); x++) {
      for (int c = 0; c < channels; c++) {
        own[to + x * WIDTH + c] = from[at + x * out.c() + c];
      }
    }
  }

  /** The input rows under a band, in one slice. */
  private void copyInput(
      Operands operands, float[] own, int chunk, int n, int iz, int y, int count) {
    int first = window.source(1, y, 0);
    int strideY = window.stride()[1];
    for (int row = 0; row < inputRows(count); row++) {
      int place = row % strideY * window.stride()[2] * phaseRows + row / strideY;
      inputRows.copy(
          operands,
          chunk,
          n,
          iz,
          first + row,
          -window.padding()[2],
          places.length,
          places,
          own,
          Operands.FIRST + place * pitch * voxel);
    }
  }

  /** The products of a band with all taps of one slice of the kernel. */
  private void slice(
      float[] own, int pair, int tapZ, int count, int gradient, float[] sums, int at) {
    int[] kernel = window.kernel();
    int strideY = window.stride()[1];
    int strideX = window.stride()[2];
    int columns = merged ? 1 : kernel[2];
    int channels = merged ? kernel[2] * inputs(pair) : inputs(pair);
    channels = (channels + 3) / 4 * 4; // sums of what lies behind are never read
    int voxels = (count - 1) * pitch + out.w();
    for (int tap = 0; tap < kernel[1] * columns; tap++) {
      int y = tap / columns * window.dilation()[1];
      int x = tap % columns * window.dilation()[2];
      int phase = y % strideY * strideX + x % strideX;
      int from = (phase * phaseRows + y / strideY) * pitch + x / strideX;
      int first = Operands.FIRST + from * voxel;
      int to = at + (tapZ * kernel[1] * columns + tap) * CHUNK * WIDTH;
      if (merged) {
        OuterProducts.addDense(own, first, voxel, channels, own, gradient, voxels, sums, to);
      } else {
        int vectors = outputs(pair) > LANES ? 2 : 1;
        OuterProducts.add(own, first, channels, own, gradient, vectors, voxels, sums, to);
      }
    }
  }

  /**
   * Adds the parts of an input channel of a pair and puts its taps where the weights lie: side by
   * side for each output channel, whose sums of all taps are in the L1 cache by then.
   */
  private void write(Operands operands, int pair, int i) {
    int taps = window.taps();
    int columns = merged ? window.kernel()[2] : 1; // then a channel's taps are that many channels
    int first = operands.shared.offset + pair * parts * sumsLength(window);
    int to = firstOutput(pair) * inPerGroup + firstInput(pair) % inPerGroup + i;
    for (int tap = 0; tap < taps; tap++) {
      addParts(operands.shared.array, first + row(tap, columns, i) * WIDTH);
    }
    for (int o = 0; o < outputs(pair); o++) {
      int target = operands.output.offset + (to + o * inPerGroup) * taps;
      for (int tap = 0; tap < taps; tap++) {
        float sum = operands.shared.array[first + row(tap, columns, i) * WIDTH + o];
        operands.output.array[target + tap] = sum;
      }
    }
  }

  /** Which row of the sums a tap of an input channel has. */
  private int row(int tap, int columns, int i) {
    return columns == 1 ? tap * CHUNK + i : tap / columns * CHUNK + tap % columns * inPerGroup + i;
  }

  private void addParts(float[] sums, int at) {
    for (int part = 1; part < parts; part++) {
      int from = at + part * sumsLength(window);
      for (int o = 0; o < WIDTH; o++) {
        sums[at + o] += sums[from + o];
      }
    }
  }

  @Override
  public String describe() {
    return String.format(
        "%d pairs of channel blocks, %d at a time, in %d parts, runs of %d",
        pairs, joined, parts, rows * pitch);
  }
}
