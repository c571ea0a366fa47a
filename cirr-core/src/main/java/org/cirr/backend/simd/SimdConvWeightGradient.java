package org.cirr.backend.simd;

import java.util.Arrays;
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
 * (SimdRows.CHUNK) and a block of output channels (two vectors) of one group. For each row of the
 * gradient and each kernel row, the input row that it reads is copied by InputRows (normalised, with
 * its border of zeros) and OuterProducts adds, for every tap, products of up to 12 input channels and
 * two vectors of output channels over all voxels of the row.
 *
 * With many pairs each is a task. With few, the rows are cut into parts too, each with sums of its own
 * in shared memory, which are added in a fixed order at the end. Both follow from the shapes alone.
 */
final class SimdConvWeightGradient implements Kernel {
  private static final int WIDTH = 2 * Lanes.COUNT;

  /** Tasks that keep any machine busy. */
  private static final int TASKS = 16;

  private final Window window;
  private final InputRows inputRows;
  private final int pairs;
  private final int parts;
  private final int groupChunks;
  private final int groupBlocks;
  private final int inPerGroup;
  private final int outPerGroup;
  private final int sumsLength; // of one pair and part
  private final int[] places; // of the voxels of a copied row
  private final int gradientAt;

  SimdConvWeightGradient(ConvWeightGradient op, Step step) {
    window = Window.of(op, step);
    inputRows =
        new InputRows(window.in(), op.groups(), step.parts().subList(0, step.parts().size() - 1));
    inPerGroup = window.in().c() / op.groups();
    outPerGroup = window.out().c() / op.groups();
    groupChunks = inputRows.chunks() / op.groups();
    groupBlocks = blocks(op, window);
    pairs = pairs(op, window);
    parts = parts(op, window);
    sumsLength = sumsLength(window);
    int columns = columns(window);
    places = InputRows.places(columns, 1);
    gradientAt = Operands.FIRST + columns * SimdRows.CHUNK;
  }

  private static int blocks(ConvWeightGradient op, Window window) {
    return (window.out().c() / op.groups() + WIDTH - 1) / WIDTH;
  }

  private static int pairs(ConvWeightGradient op, Window window) {
    int chunks = (window.in().c() / op.groups() + SimdRows.CHUNK - 1) / SimdRows.CHUNK;
    return op.groups() * chunks * blocks(op, window);
  }

  private static int rows(Window window) {
    return window.out().n() * window.out().d() * window.out().h();
  }

  private static int parts(ConvWeightGradient op, Window window) {
    int wanted = TASKS / Math.max(1, pairs(op, window));
    return Math.max(1, Math.min(rows(window), wanted));
  }

  private static int sumsLength(Window window) {
    return window.taps() * SimdRows.CHUNK * WIDTH;
  }

  /** The input columns that a row of the gradient reaches. */
  private static int columns(Window window) {
    int last = Math.max(0, window.out().w() - 1);
    return last * window.stride()[2] + (window.kernel()[2] - 1) * window.dilation()[2] + 1;
  }

  /** Floats that all threads share: the sums of all tasks. */
  static long sharedLength(ConvWeightGradient op, Step step) {
    Window window = Window.of(op, step);
    return (long) pairs(op, window) * parts(op, window) * sumsLength(window);
  }

  @Override
  public long scratchLength() {
    return gradientAt + (long) window.out().w() * WIDTH;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    workers.forEach(
        pairs * parts,
        (slot, task) -> {
          int at = operands.shared.offset + task * sumsLength;
          Arrays.fill(operands.shared.array, at, at + sumsLength, 0);
          part(operands, operands.scratch[slot], task / parts, task % parts, at);
        });
    workers.forEach(pairs, pair -> write(operands, pair));
  }

  private int firstInput(int pair) {
    return pair / groupBlocks / groupChunks * inPerGroup
        + pair / groupBlocks % groupChunks * SimdRows.CHUNK;
  }

  private int inputs(int pair) {
    return Math.min(SimdRows.CHUNK, inPerGroup - pair / groupBlocks % groupChunks * SimdRows.CHUNK);
  }

  private int firstOutput(int pair) {
    return pair / groupBlocks / groupChunks * outPerGroup + pair % groupBlocks * WIDTH;
  }

  private int outputs(int pair) {
    return Math.min(WIDTH, outPerGroup - pair % groupBlocks * WIDTH);
  }

  /** The sums of one pair over some rows of the gradient. */
  private void part(Operands operands, float[] own, int pair, int part, int at) {
    Extents out = window.out();
    int rows = rows(window);
    int first = (int) ((long) rows * part / parts);
    int end = (int) ((long) rows * (part + 1) / parts);
    int[] kernel = window.kernel();
    for (int row = first; row < end; row++) {
      int n = row / out.h() / out.d();
      int z = row / out.h() % out.d();
      int y = row % out.h();
      copyGradient(operands, own, pair, row);
      for (int tap = 0; tap < kernel[0] * kernel[1]; tap++) {
        int iz = window.source(0, z, tap / kernel[1]);
        int iy = window.source(1, y, tap % kernel[1]);
        boolean inside = iz >= 0 && iz < window.in().d() && iy >= 0 && iy < window.in().h();
        if (inside) {
          row(operands, own, pair, n, iz, iy, tap * kernel[2], at);
        }
      }
    }
  }

  /** A row of the gradient, the channels of the block only. */
  private void copyGradient(Operands operands, float[] own, int pair, int row) {
    Extents out = window.out();
    View gradient = operands.inputs[operands.inputs.length - 1];
    int from = gradient.offset + row * out.w() * out.c() + firstOutput(pair);
    int count = outputs(pair);
    for (int x = 0; x < out.w(); x++) {
      int to = gradientAt + x * WIDTH;
      System.arraycopy(gradient.array, from + x * out.c(), own, to, count);
      if (count < WIDTH) {
        Arrays.fill(own, to + count, to + WIDTH, 0);
      }
    }
  }

  private void row(
      Operands operands, float[] own, int pair, int n, int iz, int iy, int tap, int at) {
    int chunk = pair / groupBlocks;
    int[] kernel = window.kernel();
    inputRows.copy(
        operands,
        chunk,
        n,
        iz,
        iy,
        -window.padding()[2],
        places.length,
        places,
        own,
        Operands.FIRST);
    for (int kx = 0; kx < kernel[2]; kx++) {
      OuterProducts.add(
          own,
          Operands.FIRST + kx * window.dilation()[2] * SimdRows.CHUNK,
          window.stride()[2] * SimdRows.CHUNK,
          inputs(pair),
          own,
          gradientAt,
          outputs(pair) > Lanes.COUNT ? 2 : 1,
          window.out().w(),
          operands.shared.array,
          at + (tap + kx) * SimdRows.CHUNK * WIDTH);
    }
  }

  /** Adds the parts of a pair and puts them where the weights lie. */
  private void write(Operands operands, int pair) {
    float[] sums = operands.shared.array;
    int at = operands.shared.offset + pair * parts * sumsLength;
    for (int part = 1; part < parts; part++) {
      for (int i = 0; i < sumsLength; i++) {
        sums[at + i] += sums[at + part * sumsLength + i];
      }
    }
    int taps = window.taps();
    View to = operands.output;
    int firstInGroup = firstInput(pair) % inPerGroup;
    for (int o = 0; o < outputs(pair); o++) {
      for (int i = 0; i < inputs(pair); i++) {
        int target = ((firstOutput(pair) + o) * inPerGroup + firstInGroup + i) * taps;
        for (int tap = 0; tap < taps; tap++) {
          to.array[to.offset + target + tap] = sums[at + (tap * SimdRows.CHUNK + i) * WIDTH + o];
        }
      }
    }
  }

  @Override
  public String describe() {
    return pairs + " pairs of channel blocks in " + parts + " parts";
  }
}
