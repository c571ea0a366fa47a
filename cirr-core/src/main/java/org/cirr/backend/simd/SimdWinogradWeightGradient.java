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
 * {@link ConvWeightGradient} for 3×3 taps in the plane with stride 1, with a quarter of the
 * products, and with a sixth where there are three taps in z.
 */
/*
 * Design. The transforms in the plane are WinogradGradient's, those in z WinogradDepth's; other
 * numbers of taps in z are added directly. The work is cut as WeightGradientTiling says.
 *
 * Of each block the gradient's tiles and the input's are transformed into scratch, [point][chunk or
 * two vectors of channels][slice][tile][channel]; chunks of the input's slices are as many as the taps
 * in z need more. Then, point by point, come the products over all tiles of the block, runs of
 * OuterProducts. With three taps in z even slices lie before odd ones, so that the factors of all
 * pairs of slices are made in one run, too; they are made for one point and stay in the L2 cache.
 * Otherwise a tap only moves the run of the input by one slice.
 *
 * The sums [point][product in z][chunk][two vectors][32][two vectors] stay in the scratch of the
 * thread until the task ends; the outer transforms are done once. With 64×64 channels they are 2.4 MB
 * and the tiles of a block 2.7 MB: more than an L2 cache, but all is read and written front to back,
 * once a block, and the products of a point need far longer than its sums and tiles take from the L3
 * cache. Squares of 32×16 channels, whose sums and tiles are all in the L2 cache, transform the same
 * tiles two to four times as often: 1.3 to 1.6 times the time (AVX2).
 */
final class SimdWinogradWeightGradient implements Kernel {
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = SimdRows.CHUNK;

  /** Output channels that OuterProducts takes at once. */
  private static final int DOUBLE = OuterProducts.WIDTH;

  private static final int POINTS = WinogradF4.PRODUCTS;
  private static final int SIZE = WinogradF4.IN;
  private static final int STEP = WinogradF4.OUT;

  /** Taps in the plane. */
  private static final int TAPS = 9;

  /** Fewest tiles of a block that pay for loading and storing the sums. */
  private static final int FEWEST = 8;

  /** The same for the fourth product in z, which takes an outer transform more. */
  private static final int FEWEST_IN_PAIRS = 32;

  /** Floats of a cache line: points a power of two apart would all compete for one set of lines. */
  private static final int LINE = 16;

  /** From the sums of two vectors of output channels to those of the next. */
  private static final int SUMS = CHUNK * DOUBLE + LINE;

  private final Window window;
  private final Extents in;
  private final Extents out;
  private final InputRows inputRows;
  private final WeightGradientTiling tiling;
  private final int kz;
  private final boolean inPairs; // of slices, by WinogradDepth
  private final int products; // in z
  private final int doubles; // of a square
  private final int[] places;
  private final int rowLength; // of one copied row
  private final int columnsAt;
  private final int inputAt;
  private final int inputChunk; // from one chunk of the input's tiles to the next
  private final int inputPoint; // from one point to the next
  private final int gradientAt;
  private final int gradientDouble; // from two vectors of channels to the next
  private final int gradientPoint;
  private final int pairInputAt;
  private final int pairInputProduct; // from one product in z to the next
  private final int pairGradientAt;
  private final int pairGradientProduct;
  private final int sumsAt;
  private final int end;

  SimdWinogradWeightGradient(ConvWeightGradient op, Step step) {
    window = Window.of(op, step);
    in = window.in();
    out = window.out();
    inputRows = new InputRows(in, 1, step.parts().subList(0, step.parts().size() - 1));
    tiling = new WeightGradientTiling(window);
    kz = window.kernel()[0];
    inPairs = kz == 3 && tiling.slices > 1 && tiling.slices * tiling.tiles > FEWEST_IN_PAIRS;
    products = inPairs ? WinogradDepth.PRODUCTS : kz;
    doubles = tiling.width / DOUBLE;
    int columns = Math.min(tiling.tiles, tiling.tilesX) * STEP + SIZE - STEP;
    places = inputRows.places(columns, 1);
    rowLength = columns * CHUNK;
    columnsAt = Operands.FIRST + SIZE * rowLength;
    inputAt = columnsAt + SIZE * rowLength;
    int tiles = tiling.tiles;
    int pairs = pairs(tiling.slices);
    inputChunk = (inPairs ? 2 * pairs + 2 : tiling.slices + kz - 1) * tiles * CHUNK;
    inputPoint = tiling.chunks * inputChunk + LINE;
    gradientAt = inputAt + POINTS * inputPoint;
    gradientDouble = (inPairs ? 2 * pairs : tiling.slices) * tiles * DOUBLE;
    gradientPoint = doubles * gradientDouble + LINE;
    pairInputAt = gradientAt + POINTS * gradientPoint;
    pairInputProduct = pairs * tiles * tiling.chunks * CHUNK + LINE;
    pairGradientAt = pairInputAt + (inPairs ? products * pairInputProduct : 0);
    pairGradientProduct = pairs * tiles * tiling.width + LINE;
    sumsAt = pairGradientAt + (inPairs ? 2 * pairGradientProduct : 0);
    end = sumsAt + POINTS * sumsPoint();
  }

  /** Whether it computes the op at all, and with less work than directly. */
  static boolean fits(ConvWeightGradient op, Step step) {
    Window window = Window.of(op, step);
    int[] kernel = window.kernel();
    boolean plain = kernel[1] == 3 && kernel[2] == 3 && op.groups() == 1;
    for (int axis = 0; axis < 3; axis++) {
      plain &= window.stride()[axis] == 1 && window.dilation()[axis] == 1;
    }
    if (!plain || window.in().c() < 8 || window.out().c() < 8) {
      return false;
    }
    WeightGradientTiling tiling = new WeightGradientTiling(window);
    return tiling.slices * tiling.tiles >= FEWEST;
  }

  /** Floats that all threads share. */
  static long sharedLength(ConvWeightGradient op, Step step) {
    return new WeightGradientTiling(Window.of(op, step)).sharedLength();
  }

  private static int pairs(int slices) {
    return (slices + 1) / 2;
  }

  /** From the sums of one point to those of the next. */
  private int sumsPoint() {
    return products * tiling.chunks * doubles * SUMS;
  }

  @Override
  public long scratchLength() {
    return end;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    int parts = tiling.parts;
    workers.forEach(
        tiling.squares * parts,
        (slot, task) -> {
          float[] own = operands.scratch[slot];
          Arrays.fill(own, sumsAt, end, 0);
          int last = tiling.firstBlock(task % parts + 1);
          for (int block = tiling.firstBlock(task % parts); block < last; block++) {
            block(operands, own, task / parts, block);
          }
          write(operands, own, task);
        });
    if (parts > 1) {
      int channels = tiling.chunks * CHUNK;
      workers.forEach(
          tiling.squares * channels,
          (slot, task) -> {
            int square = task / channels;
            if (task % channels < tiling.inputs(square)) {
              addParts(operands, operands.scratch[slot], square, task % channels);
            }
          });
    }
  }

  private void block(Operands operands, float[] own, int square, int block) {
    int firstTile = block % tiling.blocksPerBand() * tiling.tiles;
    int count = Math.min(tiling.tiles, tiling.allTiles - firstTile);
    int z = block / tiling.blocksPerBand() * tiling.slices;
    int depth = Math.min(tiling.slices, out.d() - z);
    int pairs = pairs(depth);
    int inputSlices = inPairs ? 2 * pairs + 2 : depth + kz - 1;
    for (int k = 0; k < inputSlices; k++) {
      for (int c = 0; c * CHUNK < tiling.inputs(square); c++) {
        int chunk = tiling.firstInput(square) / CHUNK + c;
        int to = inputAt + c * inputChunk + place(k, pairs + 1) * count * CHUNK;
        inputSlice(operands, own, chunk, z + k - window.padding()[0], firstTile, count, to);
      }
    }
    int gradientSlices = inPairs ? 2 * pairs : depth;
    for (int k = 0; k < gradientSlices; k++) {
      for (int d = 0; d * DOUBLE < tiling.outputs(square); d++) {
        int to = gradientAt + d * gradientDouble + place(k, pairs) * count * DOUBLE;
        if (k < depth) {
          int first = tiling.firstOutput(square) + d * DOUBLE;
          gradientSlice(operands, own, first, z + k, firstTile, count, to);
        } else {
          clearGradient(own, count, to);
        }
      }
    }
    for (int point = 0; point < POINTS; point++) {
      if (inPairs) {
        pairs(own, square, point, pairs, count);
        pairProducts(own, square, point, pairs, count);
      } else {
        products(own, square, point, depth, count);
      }
    }
  }

  /** Where a slice lies: in pairs, even ones lie before odd ones. */
  private int place(int slice, int evenSlices) {
    return inPairs ? slice % 2 * evenSlices + slice / 2 : slice;
  }

  /** The factors of all products in z of one point. */
  private void pairs(float[] own, int square, int point, int pairs, int count) {
    int slice = count * CHUNK;
    for (int c = 0; c * CHUNK < tiling.inputs(square); c++) {
      int even = inputAt + point * inputPoint + c * inputChunk;
      int odd = even + (pairs + 1) * slice;
      int to = pairInputAt + c * pairs * slice;
      WinogradDepth.inputs(own, even, odd, slice, pairs, to, pairInputProduct);
    }
    int length = pairs * count * DOUBLE;
    for (int d = 0; d * DOUBLE < tiling.outputs(square); d++) {
      int even = gradientAt + point * gradientPoint + d * gradientDouble;
      int to = pairGradientAt + d * length;
      WinogradDepth.gradients(own, even, even + length, length, to, pairGradientProduct);
    }
  }

  private void pairProducts(float[] own, int square, int point, int pairs, int count) {
    int voxels = pairs * count;
    for (int product = 0; product < products; product++) {
      int input = pairInputAt + product * pairInputProduct;
      int gradient = gradientAt + point * gradientPoint;
      int gradientStep = gradientDouble;
      if (product == 1 || product == 2) {
        gradient = pairGradientAt + (product - 1) * pairGradientProduct;
        gradientStep = voxels * DOUBLE;
      } else if (product == 3) {
        gradient += voxels * DOUBLE; // the odd slices
      }
      add(own, square, point, product, input, voxels * CHUNK, gradient, gradientStep, voxels);
    }
  }

  private void products(float[] own, int square, int point, int depth, int count) {
    int gradient = gradientAt + point * gradientPoint;
    for (int tap = 0; tap < kz; tap++) {
      int input = inputAt + point * inputPoint + tap * count * CHUNK;
      add(own, square, point, tap, input, inputChunk, gradient, gradientDouble, depth * count);
    }
  }

  /** The products of all channels of a square, for one point and one product in z. */
  private void add(
      float[] own,
      int square,
      int point,
      int product,
      int input,
      int inputStep,
      int gradient,
      int gradientStep,
      int voxels) {
    int inputs = tiling.inputs(square);
    int outputs = tiling.outputs(square);
    for (int c = 0; c * CHUNK < inputs; c++) {
      int channels = Math.min(CHUNK, inputs - c * CHUNK);
      for (int d = 0; d * DOUBLE < outputs; d++) {
        int vectors = outputs - d * DOUBLE > LANES ? 2 : 1;
        int from = gradient + d * gradientStep;
        int to = sums(product, c, d) + point * sumsPoint();
        int at = input + c * inputStep;
        OuterProducts.add(own, at, channels, own, from, vectors, voxels, own, to);
      }
    }
  }

  /** Where the sums of point 0 begin. */
  private int sums(int product, int chunk, int twoVectors) {
    return sumsAt + ((product * tiling.chunks + chunk) * doubles + twoVectors) * SUMS;
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
      int x = tile % tiling.tilesX;
      int y = tile / tiling.tilesX % tiling.tilesY * STEP - window.padding()[1];
      int n = tile / tiling.tilesX / tiling.tilesY;
      int some = Math.min(count - done, tiling.tilesX - x);
      int line = some * STEP + SIZE - STEP;
      int left = x * STEP - window.padding()[2];
      for (int row = 0; row < SIZE; row++) {
        int at = Operands.FIRST + row * rowLength;
        inputRows.copy(operands, chunk, n, z, y + row, left, line, places, own, at);
      }
      int width = inputRows.width(chunk);
      if (width == CHUNK) {
        columns(own, 0, line * CHUNK);
      } else {
        for (int column = 0; column < line; column++) {
          columns(own, column * CHUNK, column * CHUNK + width);
        }
      }
      for (int row = 0; row < SIZE; row++) {
        int from = columnsAt + row * rowLength;
        row(own, from, some, width, to + row * SIZE * inputPoint + done * CHUNK);
      }
      done += some;
    }
  }

  private void columns(float[] own, int from, int end) {
    for (int i = from; i < end; i += LANES) {
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

  /**
   * Transforms the gradient's tiles of one slice, two vectors of channels; those that are not whole
   * are copied before. All channels of a tile at once would write to four times as many places,
   * more pages than a processor keeps at hand.
   */
  private void gradientSlice(
      Operands operands, float[] own, int first, int z, int firstTile, int count, int to) {
    View gradient = operands.inputs[operands.inputs.length - 1];
    int channels = Math.min(DOUBLE, out.c() - first);
    for (int k = 0; k < count; k++) {
      int tile = firstTile + k;
      int x = tile % tiling.tilesX * STEP;
      int y = tile / tiling.tilesX % tiling.tilesY * STEP;
      int n = tile / tiling.tilesX / tiling.tilesY;
      int from = (((n * out.d() + z) * out.h() + y) * out.w() + x) * out.c() + first;
      from += gradient.offset;
      int target = to + k * DOUBLE;
      if (channels == DOUBLE && y + STEP <= out.h() && x + STEP <= out.w()) {
        transform(gradient.array, from, out.c(), out.w() * out.c(), own, target);
      } else {
        Arrays.fill(own, Operands.FIRST, Operands.FIRST + STEP * STEP * DOUBLE, 0);
        for (int row = 0; row < Math.min(STEP, out.h() - y); row++) {
          for (int column = 0; column < Math.min(STEP, out.w() - x); column++) {
            int voxel = from + (row * out.w() + column) * out.c();
            int at = Operands.FIRST + (row * STEP + column) * DOUBLE;
            System.arraycopy(gradient.array, voxel, own, at, channels);
          }
        }
        transform(own, Operands.FIRST, DOUBLE, STEP * DOUBLE, own, target);
      }
    }
  }

  /** One tile of the gradient, two vectors of channels. */
  private void transform(float[] from, int at, int column, int row, float[] own, int to) {
    for (int c = 0; c < DOUBLE; c += LANES) {
      WinogradGradient.gradient(from, at + c, column, row, own, to + c, gradientPoint);
    }
  }

  /** A slice behind the last of an odd number. */
  private void clearGradient(float[] own, int count, int to) {
    for (int point = 0; point < POINTS; point++) {
      int at = to + point * gradientPoint;
      Arrays.fill(own, at, at + count * DOUBLE, 0);
    }
  }

  /** The outer transforms: into the weights, or into shared memory where there are more parts. */
  private void write(Operands operands, float[] own, int task) {
    int square = task / tiling.parts;
    int outputs = tiling.outputs(square);
    int vector = window.taps() * LANES;
    for (int i = 0; i < tiling.inputs(square); i++) {
      for (int o = 0; o < outputs; o += LANES) {
        taps(own, i, o);
        if (tiling.parts == 1) {
          scatter(operands, own, square, i, o);
        } else {
          int to = taskAt(operands, task) + (i * tiling.width + o) * window.taps();
          System.arraycopy(own, Operands.FIRST, operands.shared.array, to, vector);
        }
      }
    }
  }

  /** The taps of one input channel and a vector of output channels, from the first float on. */
  private void taps(float[] own, int i, int o) {
    for (int product = 0; product < products; product++) {
      int from = sums(product, i / CHUNK, o / DOUBLE) + i % CHUNK * DOUBLE + o % DOUBLE;
      int to = Operands.FIRST + product * TAPS * LANES;
      WinogradGradient.kernel(own, from, sumsPoint(), own, to);
    }
    if (inPairs) {
      for (int tap = 0; tap < TAPS; tap++) {
        WinogradDepth.taps(own, Operands.FIRST + tap * LANES, TAPS * LANES);
      }
    }
  }

  /** A vector of output channels' taps, from the first float on, into the weights. */
  private void scatter(Operands operands, float[] own, int square, int i, int o) {
    int taps = window.taps();
    int channels = Math.min(LANES, tiling.outputs(square) - o);
    for (int c = 0; c < channels; c++) {
      int channel = tiling.firstOutput(square) + o + c;
      int weight = channel * in.c() + tiling.firstInput(square) + i;
      int to = operands.output.offset + weight * taps;
      for (int tap = 0; tap < taps; tap++) {
        operands.output.array[to + tap] = own[Operands.FIRST + tap * LANES + c];
      }
    }
  }

  private int taskAt(Operands operands, int task) {
    return operands.shared.offset + task * tiling.taskLength();
  }

  /** The weights of one input channel of a square, part after part. */
  private void addParts(Operands operands, float[] own, int square, int i) {
    int vector = window.taps() * LANES;
    for (int o = 0; o < tiling.outputs(square); o += LANES) {
      Arrays.fill(own, Operands.FIRST, Operands.FIRST + vector, 0);
      for (int part = 0; part < tiling.parts; part++) {
        int from = taskAt(operands, square * tiling.parts + part);
        from += (i * tiling.width + o) * window.taps();
        for (int k = 0; k < vector; k++) {
          own[Operands.FIRST + k] += operands.shared.array[from + k];
        }
      }
      scatter(operands, own, square, i, o);
    }
  }

  @Override
  public String describe() {
    String tasks = tiling.squares + " squares of channels in " + tiling.parts + " parts";
    return (inPairs ? "Winograd, pairs of slices, " : "Winograd, ") + tasks;
  }
}
