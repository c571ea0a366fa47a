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
 * 32 input channels and two vectors of output channels. A block is some slices of some tiles of a row
 * of tiles: its gradient tiles (slices · tiles) and its input tiles (with kz − 1 more slices) are
 * transformed into scratch, [point][slice][tile][channel]. Then for each point and each tap in z the
 * products over all tiles of the block are one run of OuterProducts, because a tap in z only moves the
 * run of the input by one slice. The sums [kz][point][32][2 vectors] stay in the scratch of the thread
 * (442 KB) until the task ends; the outer transform is done once.
 *
 * Blocks of about 32 tiles keep both transformed sides in the L2 cache. Tasks are pairs, and parts of
 * the blocks where there are few pairs; both follow from the shapes alone.
 */
final class SimdWinogradWeightGradient implements Kernel {
  private static final int WIDTH = 2 * Lanes.COUNT;
  private static final int POINTS = WinogradGradient.POINTS;
  private static final int STEP = WinogradGradient.STEP;

  /** Tasks that keep any machine busy. */
  private static final int TASKS = 16;

  /** Tiles of one block. */
  private static final int TILES = 32;

  /** Floats of a cache line: points a power of two apart would all compete for one set of lines. */
  private static final int LINE = 16;

  /** From the sums of one point to those of the next. */
  private static final int SUMS = SimdRows.CHUNK * WIDTH + LINE;

  /** Slices of one block at most. */
  private static final int SLICES = 8;

  private final Window window;
  private final InputRows inputRows;
  private final int chunks;
  private final int outBlocks;
  private final int parts;
  private final int kz;
  private final int slices; // of a block
  private final int tiles; // of a block
  private final int tilesX;
  private final int tilesY;
  private final int[] places;
  private final int rowLength; // of one copied row
  private final int inputPoint; // from one point of the input's tiles to the next
  private final int gradientPoint;
  private final int tileAt;
  private final int inputAt;
  private final int gradientAt;
  private final int sumsAt;
  private final int end;

  SimdWinogradWeightGradient(ConvWeightGradient op, Step step) {
    window = Window.of(op, step);
    inputRows = new InputRows(window.in(), 1, step.parts().subList(0, step.parts().size() - 1));
    chunks = inputRows.chunks();
    outBlocks = outBlocks(window);
    kz = window.kernel()[0];
    slices = slices(window);
    tiles = tiles(window);
    tilesX = tilesX(window);
    tilesY = (window.out().h() + STEP - 1) / STEP;
    parts = parts(window);
    int columns = tiles * STEP + 2;
    places = InputRows.places(columns, 1);
    rowLength = columns * SimdRows.CHUNK;
    tileAt = Operands.FIRST + WinogradGradient.SIZE * rowLength;
    inputAt = tileAt + POINTS * Lanes.COUNT;
    inputPoint = (slices + kz - 1) * tiles * SimdRows.CHUNK + LINE;
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
    // The run of a block must be long enough to pay for loading and storing its sums.
    boolean large = window.in().c() >= 8 && window.out().c() >= 8;
    return plain && large && slices(window) * tiles(window) >= 8;
  }

  private static int outBlocks(Window window) {
    return (window.out().c() + WIDTH - 1) / WIDTH;
  }

  private static int pairs(Window window) {
    return (window.in().c() + SimdRows.CHUNK - 1) / SimdRows.CHUNK * outBlocks(window);
  }

  private static int tilesX(Window window) {
    return (window.out().w() + STEP - 1) / STEP;
  }

  private static int slices(Window window) {
    return Math.max(1, Math.min(SLICES, window.out().d()));
  }

  private static int tiles(Window window) {
    return Math.max(1, Math.min(tilesX(window), TILES / slices(window)));
  }

  /** The blocks: samples, bands of slices, rows of tiles, pieces of such a row. */
  private static int blocks(Window window) {
    int bands = (window.out().d() + slices(window) - 1) / slices(window);
    int rows = (window.out().h() + STEP - 1) / STEP;
    int pieces = (tilesX(window) + tiles(window) - 1) / tiles(window);
    return window.out().n() * bands * rows * pieces;
  }

  private static int parts(Window window) {
    return Math.max(1, Math.min(blocks(window), TASKS / Math.max(1, pairs(window))));
  }

  private static int partLength(Window window) {
    return window.taps() * SimdRows.CHUNK * WIDTH;
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
    int pairs = chunks * outBlocks;
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
      workers.forEach(pairs, pair -> addParts(operands, pair));
    }
  }

  private void block(Operands operands, float[] own, int pair, int block) {
    int pieces = (tilesX + tiles - 1) / tiles;
    int bands = (window.out().d() + slices - 1) / slices;
    int firstTile = block % pieces * tiles;
    int y = block / pieces % tilesY * STEP;
    int z = block / pieces / tilesY % bands * slices;
    int n = block / pieces / tilesY / bands;
    int count = Math.min(tiles, tilesX - firstTile);
    int depth = Math.min(slices, window.out().d() - z);
    for (int k = 0; k < depth + kz - 1; k++) {
      inputSlice(operands, own, pair / outBlocks, n, z + k - window.padding()[0], y, firstTile, k);
    }
    for (int k = 0; k < depth; k++) {
      gradientSlice(operands, own, pair % outBlocks, n, z + k, y, firstTile, count, k);
    }
    int channels = Math.min(SimdRows.CHUNK, window.in().c() - pair / outBlocks * SimdRows.CHUNK);
    int vectors = window.out().c() - pair % outBlocks * WIDTH > Lanes.COUNT ? 2 : 1;
    for (int tap = 0; tap < kz; tap++) {
      for (int point = 0; point < POINTS; point++) {
        OuterProducts.add(
            own,
            inputAt + point * inputPoint + tap * tiles * SimdRows.CHUNK,
            SimdRows.CHUNK,
            channels,
            own,
            gradientAt + point * gradientPoint,
            vectors,
            depth * tiles,
            own,
            sumsAt + (tap * POINTS + point) * SUMS);
      }
    }
  }

  /** Copies and transforms the input tiles of one slice; tiles that are not there become zeros. */
  private void inputSlice(
      Operands operands, float[] own, int chunk, int n, int z, int y, int firstTile, int k) {
    for (int row = 0; row < WinogradGradient.SIZE; row++) {
      inputRows.copy(
          operands,
          chunk,
          n,
          z,
          y + row - window.padding()[1],
          firstTile * STEP - window.padding()[2],
          places.length,
          places,
          own,
          Operands.FIRST + row * rowLength);
    }
    for (int tile = 0; tile < tiles; tile++) {
      for (int c = 0; c < SimdRows.CHUNK; c += Lanes.COUNT) {
        WinogradGradient.input(
            own,
            Operands.FIRST + tile * STEP * SimdRows.CHUNK + c,
            SimdRows.CHUNK,
            rowLength,
            own,
            tileAt,
            own,
            inputAt + (k * tiles + tile) * SimdRows.CHUNK + c,
            inputPoint);
      }
    }
  }

  private void gradientSlice(
      Operands operands,
      float[] own,
      int outBlock,
      int n,
      int z,
      int y,
      int firstTile,
      int count,
      int k) {
    Extents out = window.out();
    View gradient = operands.inputs[operands.inputs.length - 1];
    int first = outBlock * WIDTH;
    int channels = Math.min(WIDTH, out.c() - first);
    int whole = y + STEP <= out.h() && channels == WIDTH ? out.w() / STEP - firstTile : 0;
    int direct = Math.max(0, Math.min(tiles, whole)); // tiles that are read where they lie
    int corner =
        gradient.offset
            + (((n * out.d() + z) * out.h() + y) * out.w() + firstTile * STEP) * out.c()
            + first;
    for (int tile = 0; tile < direct; tile++) {
      transform(
          gradient.array,
          corner + tile * STEP * out.c(),
          out.c(),
          out.w() * out.c(),
          own,
          gradientAt + (k * tiles + tile) * WIDTH);
    }
    if (direct == tiles) {
      return;
    }
    for (int row = 0; row < STEP; row++) {
      int to = Operands.FIRST + row * rowLength;
      int inside = y + row < out.h() ? Math.min(tiles * STEP, out.w() - firstTile * STEP) : 0;
      int from =
          gradient.offset
              + (((n * out.d() + z) * out.h() + y + row) * out.w() + firstTile * STEP) * out.c()
              + first;
      for (int x = 0; x < inside; x++) {
        int at = to + x * WIDTH;
        System.arraycopy(gradient.array, from + x * out.c(), own, at, channels);
        if (channels < WIDTH) {
          Arrays.fill(own, at + channels, at + WIDTH, 0);
        }
      }
      Arrays.fill(own, to + Math.max(0, inside) * WIDTH, to + tiles * STEP * WIDTH, 0);
    }
    for (int tile = direct; tile < tiles; tile++) {
      int from = Operands.FIRST + tile * STEP * WIDTH;
      transform(own, from, WIDTH, rowLength, own, gradientAt + (k * tiles + tile) * WIDTH);
    }
  }

  /** One tile of the gradient, both vectors of channels. */
  private void transform(float[] in, int p, int column, int row, float[] own, int to) {
    for (int c = 0; c < WIDTH; c += Lanes.COUNT) {
      WinogradGradient.gradient(in, p + c, column, row, own, tileAt, own, to + c, gradientPoint);
    }
  }

  /** The outer transform: into the weights, or into shared memory where there are more parts. */
  private void write(Operands operands, float[] own, int task) {
    int pair = task / parts;
    int taps = window.taps();
    int inputs = Math.min(SimdRows.CHUNK, window.in().c() - pair / outBlocks * SimdRows.CHUNK);
    int outputs = Math.min(WIDTH, window.out().c() - pair % outBlocks * WIDTH);
    double[] small = new double[27];
    for (int i = 0; i < inputs; i++) {
      for (int tap = 0; tap < kz; tap++) {
        for (int o = 0;
            o < outputs;
            o++) { // inside, so that the lines of sums stay in the L1 cache
          int from = sumsAt + tap * POINTS * SUMS + i * WIDTH + o;
          if (parts == 1) {
            int to = operands.output.offset + place(pair, o, i) + tap * 9;
            WinogradGradient.kernel(own, from, SUMS, small, operands.output.array, to);
          } else {
            int to = operands.shared.offset + task * partLength(window);
            int at = to + (o * SimdRows.CHUNK + i) * taps + tap * 9;
            WinogradGradient.kernel(own, from, SUMS, small, operands.shared.array, at);
          }
        }
      }
    }
  }

  /** Where the taps of two channels of a pair lie among the weights. */
  private int place(int pair, int o, int i) {
    int channel = pair % outBlocks * WIDTH + o;
    return (channel * window.in().c() + pair / outBlocks * SimdRows.CHUNK + i) * window.taps();
  }

  private void addParts(Operands operands, int pair) {
    int taps = window.taps();
    int length = partLength(window);
    int inputs = Math.min(SimdRows.CHUNK, window.in().c() - pair / outBlocks * SimdRows.CHUNK);
    int outputs = Math.min(WIDTH, window.out().c() - pair % outBlocks * WIDTH);
    int first = operands.shared.offset + pair * parts * length;
    for (int o = 0; o < outputs; o++) {
      for (int i = 0; i < inputs; i++) {
        int to = operands.output.offset + place(pair, o, i);
        int from = first + (o * SimdRows.CHUNK + i) * taps;
        for (int tap = 0; tap < taps; tap++) {
          float sum = 0;
          for (int part = 0; part < parts; part++) {
            sum += operands.shared.array[from + part * length + tap];
          }
          operands.output.array[to + tap] = sum;
        }
      }
    }
  }

  @Override
  public String describe() {
    return "Winograd, " + chunks * outBlocks + " pairs in " + parts + " parts";
  }
}
