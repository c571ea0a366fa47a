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

/**
 * {@link ConvWeightGradient} for 3×3 taps in the plane with stride 1, with a quarter of the work.
 */
/*
 * Design. The transforms are WinogradGradient's; the taps in z are added directly. A pair is a chunk of
 * 32 input channels and two vectors of output channels. The tiles of all samples are numbered row by
 * row. A block is some slices of a range of tiles: its gradient tiles and its input tiles (with kz − 1
 * more slices) are transformed into scratch, [point][slice][tile][channel]. Then for each point and
 * each tap in z the products over all tiles of the block are one run of OuterProducts, because a tap
 * in z only moves the run of the input by one slice. The sums [point][kz][32][2 vectors] stay in the
 * scratch of the thread (442 KB, with AVX2 half of it) until the task ends; the outer transform is
 * done once.
 *
 * Every block reads and writes all the sums once, so it should have many tiles; but sums and both
 * transformed sides have to stay in the L2 cache together. The taps are the innermost loop: then a
 * point's tiles are read into the L1 cache once.
 *
 * Tasks are pairs, and parts of the blocks where there are few pairs; both follow from the shapes
 * alone.
 */
final class SimdWinogradWeightGradient implements Kernel {
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = SimdRows.CHUNK;
  private static final int WIDTH = 2 * LANES;
  private static final int POINTS = WinogradF4.PRODUCTS;
  private static final int SIZE = WinogradF4.IN;
  private static final int STEP = WinogradF4.OUT;

  /** Tasks that keep any machine busy. */
  private static final int TASKS = 16;

  /**
   * Tiles of one block, over all its slices; narrow vectors have smaller sums to leave room for.
   */
  private static final int TILES = LANES >= 16 ? 32 : 48;

  /** Slices of one block at most. */
  private static final int SLICES = 8;

  /** Fewest tiles of a block that pay for loading and storing the sums. */
  private static final int FEWEST = 8;

  /** Floats of a cache line: points a power of two apart would all compete for one set of lines. */
  private static final int LINE = 16;

  /** From the sums of one point and tap to those of the next. */
  private static final int SUMS = CHUNK * WIDTH + LINE;

  private final Window window;
  private final Extents in;
  private final Extents out;
  private final InputRows inputRows;
  private final int outBlocks;
  private final int pairs;
  private final int parts;
  private final int kz;
  private final int slices; // of a block
  private final int tiles; // of a slice of a block
  private final int tilesX;
  private final int tilesY;
  private final int[] places;
  private final int rowLength; // of one copied row
  private final int columnsAt;
  private final int inputPoint; // from one point of the input's tiles to the next
  private final int gradientPoint;
  private final int inputAt;
  private final int gradientAt;
  private final int sumsAt;
  private final int end;

  SimdWinogradWeightGradient(ConvWeightGradient op, Step step) {
    window = Window.of(op, step);
    in = window.in();
    out = window.out();
    inputRows = new InputRows(in, 1, step.parts().subList(0, step.parts().size() - 1));
    outBlocks = outBlocks(window);
    pairs = pairs(window);
    kz = window.kernel()[0];
    slices = slices(window);
    tiles = tiles(window);
    tilesX = tilesX(window);
    tilesY = (out.h() + STEP - 1) / STEP;
    parts = parts(window);
    int columns = Math.min(tiles, tilesX) * STEP + SIZE - STEP;
    places = inputRows.places(columns, 1);
    rowLength = columns * CHUNK;
    columnsAt = Operands.FIRST + SIZE * rowLength;
    inputAt = columnsAt + SIZE * rowLength;
    inputPoint = (slices + kz - 1) * tiles * CHUNK + LINE;
    gradientPoint = slices * tiles * WIDTH + LINE;
    gradientAt = inputAt + POINTS * inputPoint;
    sumsAt = gradientAt + POINTS * gradientPoint;
    end = sumsAt + kz * POINTS * SUMS;
  }

  /** Whether it computes the op at all, and with less work than directly. */
  static boolean fits(ConvWeightGradient op, Step step) {
    Window window = Window.of(op, step);
    int[] kernel = window.kernel();
    boolean plain = kernel[1] == 3 && kernel[2] == 3 && op.groups() == 1;
    for (int axis = 0; axis < 3; axis++) {
      plain &= window.stride()[axis] == 1 && window.dilation()[axis] == 1;
    }
    boolean large = window.in().c() >= 8 && window.out().c() >= 8;
    return plain && large && slices(window) * tiles(window) >= FEWEST;
  }

  private static int outBlocks(Window window) {
    return (window.out().c() + WIDTH - 1) / WIDTH;
  }

  private static int pairs(Window window) {
    return (window.in().c() + CHUNK - 1) / CHUNK * outBlocks(window);
  }

  private static int tilesX(Window window) {
    return (window.out().w() + STEP - 1) / STEP;
  }

  /** The tiles of one slice of all samples. */
  private static int allTiles(Window window) {
    return window.out().n() * ((window.out().h() + STEP - 1) / STEP) * tilesX(window);
  }

  private static int slices(Window window) {
    return Math.max(1, Math.min(SLICES, window.out().d()));
  }

  /** As many as there is room for, and blocks of the same size. */
  private static int tiles(Window window) {
    int most = TILES / slices(window);
    int all = Math.max(1, allTiles(window));
    int pieces = (all + most - 1) / most;
    return (all + pieces - 1) / pieces;
  }

  /** The blocks: bands of slices, pieces of the tiles. */
  private static int blocks(Window window) {
    int bands = (window.out().d() + slices(window) - 1) / slices(window);
    return bands * ((allTiles(window) + tiles(window) - 1) / tiles(window));
  }

  private static int parts(Window window) {
    return Math.max(1, Math.min(blocks(window), TASKS / Math.max(1, pairs(window))));
  }

  private static int partLength(Window window) {
    return window.taps() * CHUNK * WIDTH;
  }

  /** Floats that all threads share: the weights of all pairs and parts. */
  static long sharedLength(ConvWeightGradient op, Step step) {
    Window window = Window.of(op, step);
    return parts(window) == 1 ? 0 : (long) pairs(window) * parts(window) * partLength(window);
  }

  @Override
  public long scratchLength() {
    return end;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    workers.forEach(
        pairs * parts,
        (slot, task) -> {
          float[] own = operands.scratch[slot];
          Arrays.fill(own, sumsAt, end, 0);
          int blocks = blocks(window);
          int part = task % parts;
          int last = (int) ((long) blocks * (part + 1) / parts);
          for (int block = (int) ((long) blocks * part / parts); block < last; block++) {
            block(operands, own, task / parts, block);
          }
          write(operands, own, task);
        });
    if (parts > 1) {
      workers.forEach(pairs * WIDTH, task -> addParts(operands, task / WIDTH, task % WIDTH));
    }
  }

  private void block(Operands operands, float[] own, int pair, int block) {
    int pieces = (allTiles(window) + tiles - 1) / tiles;
    int firstTile = block % pieces * tiles;
    int z = block / pieces * slices;
    int count = Math.min(tiles, allTiles(window) - firstTile);
    int depth = Math.min(slices, out.d() - z);
    for (int k = 0; k < depth + kz - 1; k++) {
      int from = inputAt + k * count * CHUNK;
      inputSlice(
          operands, own, pair / outBlocks, z + k - window.padding()[0], firstTile, count, from);
    }
    for (int k = 0; k < depth; k++) {
      int from = gradientAt + k * count * WIDTH;
      gradientSlice(operands, own, pair % outBlocks, z + k, firstTile, count, from);
    }
    int vectors = out.c() - pair % outBlocks * WIDTH > LANES ? 2 : 1;
    for (int point = 0; point < POINTS; point++) {
      for (int tap = 0; tap < kz; tap++) {
        OuterProducts.add(
            own,
            inputAt + point * inputPoint + tap * count * CHUNK,
            inputs(pair),
            own,
            gradientAt + point * gradientPoint,
            vectors,
            depth * count,
            own,
            sumsAt + (point * kz + tap) * SUMS);
      }
    }
  }

  private int inputs(int pair) {
    return Math.min(CHUNK, in.c() - pair / outBlocks * CHUNK);
  }

  private int outputs(int pair) {
    return Math.min(WIDTH, out.c() - pair % outBlocks * WIDTH);
  }

  /** Copies and transforms the input tiles of one slice, row of tiles by row of tiles. */
  private void inputSlice(
      Operands operands, float[] own, int chunk, int z, int firstTile, int count, int to) {
    if (z < 0 || z >= in.d()) {
      for (int point = 0; point < POINTS; point++) {
        int at = to + point * inputPoint;
        Arrays.fill(own, at, at + count * CHUNK, 0);
      }
      return;
    }
    for (int done = 0; done < count; ) {
      int tile = firstTile + done;
      int x = tile % tilesX;
      int y = tile / tilesX % tilesY * STEP - window.padding()[1];
      int n = tile / tilesX / tilesY;
      int some = Math.min(count - done, tilesX - x);
      int line = some * STEP + SIZE - STEP;
      int left = x * STEP - window.padding()[2];
      for (int row = 0; row < SIZE; row++) {
        int at = Operands.FIRST + row * rowLength;
        inputRows.copy(operands, chunk, n, z, y + row, left, line, places, own, at);
      }
      int width = inputRows.width(chunk);
      if (width == CHUNK) {
        columns(own, line);
      } else {
        for (int channel = 0; channel < width; channel += LANES) {
          columns(own, line, channel);
        }
      }
      for (int row = 0; row < SIZE; row++) {
        int from = columnsAt + row * rowLength;
        row(own, from, some, width, to + row * SIZE * inputPoint + done * CHUNK);
      }
      done += some;
    }
  }

  private void columns(float[] own, int line) {
    for (int i = 0; i < line * CHUNK; i += LANES) {
      WinogradF4.input(own, Operands.FIRST + i, rowLength, own, columnsAt + i, rowLength);
    }
  }

  private void columns(float[] own, int line, int channel) {
    for (int x = 0; x < line; x++) {
      int i = x * CHUNK + channel;
      WinogradF4.input(own, Operands.FIRST + i, rowLength, own, columnsAt + i, rowLength);
    }
  }

  private void row(float[] own, int from, int count, int width, int to) {
    for (int tile = 0; tile < count; tile++) {
      int inTile = from + tile * STEP * CHUNK;
      for (int i = 0; i < width; i += LANES) {
        WinogradF4.input(own, inTile + i, CHUNK, own, to + tile * CHUNK + i, inputPoint);
      }
    }
  }

  /** Transforms the gradient's tiles of one slice; those that are not whole are copied before. */
  private void gradientSlice(
      Operands operands, float[] own, int outBlock, int z, int firstTile, int count, int to) {
    View gradient = operands.inputs[operands.inputs.length - 1];
    int first = outBlock * WIDTH;
    int channels = Math.min(WIDTH, out.c() - first);
    for (int k = 0; k < count; k++) {
      int tile = firstTile + k;
      int x = tile % tilesX * STEP;
      int y = tile / tilesX % tilesY * STEP;
      int n = tile / tilesX / tilesY;
      int from = gradient.offset + (((n * out.d() + z) * out.h() + y) * out.w() + x) * out.c();
      int target = to + k * WIDTH;
      if (channels == WIDTH && y + STEP <= out.h() && x + STEP <= out.w()) {
        transform(gradient.array, from + first, out.c(), out.w() * out.c(), own, target);
      } else {
        Arrays.fill(own, Operands.FIRST, Operands.FIRST + STEP * STEP * WIDTH, 0);
        for (int row = 0; row < Math.min(STEP, out.h() - y); row++) {
          for (int column = 0; column < Math.min(STEP, out.w() - x); column++) {
            int voxel = from + first + (row * out.w() + column) * out.c();
            int at = Operands.FIRST + (row * STEP + column) * WIDTH;
            System.arraycopy(gradient.array, voxel, own, at, channels);
          }
        }
        transform(own, Operands.FIRST, WIDTH, STEP * WIDTH, own, target);
      }
    }
  }

  /** One tile of the gradient, both vectors of channels. */
  private void transform(float[] from, int p, int column, int row, float[] own, int to) {
    for (int c = 0; c < WIDTH; c += LANES) {
      WinogradGradient.gradient(from, p + c, column, row, own, to + c, gradientPoint);
    }
  }

  /** The outer transform: into the weights, or into shared memory where there are more parts. */
  private void write(Operands operands, float[] own, int task) {
    int pair = task / parts;
    int taps = window.taps();
    boolean whole = parts == 1;
    float[] to = whole ? operands.output.array : operands.shared.array;
    int base = whole ? operands.output.offset : operands.shared.offset + task * partLength(window);
    int step = (whole ? in.c() : CHUNK) * taps; // from one output channel to the next
    for (int i = 0; i < inputs(pair); i++) {
      for (int tap = 0; tap < kz; tap++) {
        int from = sumsAt + tap * SUMS + i * WIDTH;
        for (int o = 0; o < outputs(pair); o += LANES) {
          WinogradGradient.kernel(own, from + o, kz * SUMS, own, Operands.FIRST);
          int at = base + (whole ? place(pair, o, i) : (o * CHUNK + i) * taps) + tap * 9;
          scatter(own, Math.min(LANES, outputs(pair) - o), to, at, step);
        }
      }
    }
  }

  /** Nine taps of some output channels. */
  private static void scatter(float[] own, int count, float[] to, int at, int step) {
    for (int o = 0; o < count; o++) {
      for (int tap = 0; tap < 9; tap++) {
        to[at + o * step + tap] = own[Operands.FIRST + tap * LANES + o];
      }
    }
  }

  /** Where the taps of two channels of a pair lie among the weights. */
  private int place(int pair, int o, int i) {
    int channel = pair % outBlocks * WIDTH + o;
    return (channel * in.c() + pair / outBlocks * CHUNK + i) * window.taps();
  }

  /** The weights of one output channel of a pair, part after part. */
  private void addParts(Operands operands, int pair, int o) {
    if (o >= outputs(pair)) {
      return;
    }
    int length = inputs(pair) * window.taps();
    int to = operands.output.offset + place(pair, o, 0);
    int from = operands.shared.offset + pair * parts * partLength(window);
    from += o * CHUNK * window.taps();
    System.arraycopy(operands.shared.array, from, operands.output.array, to, length);
    for (int part = 1; part < parts; part++) {
      from += partLength(window);
      for (int k = 0; k < length; k++) {
        operands.output.array[to + k] += operands.shared.array[from + k];
      }
    }
  }

  @Override
  public String describe() {
    return "Winograd, " + pairs + " pairs in " + parts + " parts";
  }
}
