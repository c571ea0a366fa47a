package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.List;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Part;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.Window;
import org.cirr.op.ConvWeightGradient;
import org.cirr.parallel.Workers;

/**
 * {@link ConvWeightGradient} for 3×3 taps in the plane with stride 1, with a quarter of the
 * products, and with a sixth where there are three taps in z.
 */
/*
 * Design. The transforms in the plane are WinogradGradient's, those in z WinogradDepth's; other
 * numbers of taps in z are added directly. The work is cut as WeightGradientTiling says. The tiles of
 * a block are WeightGradientTiles; then, point by point, come their products, runs of OuterProducts
 * over all tiles. With three taps in z the factors of all pairs of slices are made for one point and
 * stay in the L2 cache. Otherwise a tap only moves the run of the input by one slice.
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

  /** Taps in the plane. */
  private static final int TAPS = 9;

  /** Fewest tiles of a block that pay for loading and storing the sums. */
  private static final int FEWEST = 8;

  /** The same for the fourth product in z, which takes an outer transform more. */
  private static final int FEWEST_IN_PAIRS = 32;

  /** From the sums of two vectors of output channels to those of the next. */
  private static final int SUMS = CHUNK * DOUBLE + WeightGradientTiles.LINE;

  private final Window window;
  private final Extents in;
  private final WeightGradientTiling tiling;
  private final WeightGradientTiles tiles;
  private final int kz;
  private final boolean inPairs; // of slices, by WinogradDepth
  private final int products; // in z
  private final int doubles; // of a square
  private final int pairInputAt;
  private final int pairInputProduct; // from one product in z to the next
  private final int pairGradientAt;
  private final int pairGradientProduct;
  private final int sumsAt;
  private final int end;

  SimdWinogradWeightGradient(ConvWeightGradient op, Step step) {
    window = Window.of(op, step);
    in = window.in();
    tiling = new WeightGradientTiling(window);
    kz = window.kernel()[0];
    inPairs = kz == 3 && tiling.slices > 1 && tiling.slices * tiling.tiles > FEWEST_IN_PAIRS;
    products = inPairs ? WinogradDepth.PRODUCTS : kz;
    doubles = tiling.width / DOUBLE;
    List<Part> parts = step.parts().subList(0, step.parts().size() - 1);
    tiles = new WeightGradientTiles(window, parts, tiling, inPairs);
    int voxels = WinogradDepth.pairs(tiling.slices) * tiling.tiles;
    pairInputAt = tiles.end();
    pairInputProduct = voxels * tiling.chunks * CHUNK + WeightGradientTiles.LINE;
    pairGradientAt = pairInputAt + (inPairs ? products * pairInputProduct : 0);
    pairGradientProduct = voxels * tiling.width + WeightGradientTiles.LINE;
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
    int count = tiling.tiles(block);
    int depth = tiling.slices(block);
    int pairs = WinogradDepth.pairs(depth);
    tiles.transform(operands, own, square, block);
    for (int point = 0; point < POINTS; point++) {
      if (inPairs) {
        pairs(own, square, point, pairs, count);
        pairProducts(own, square, point, pairs, count);
      } else {
        products(own, square, point, depth, count);
      }
    }
  }

  /** The factors of all products in z of one point. */
  private void pairs(float[] own, int square, int point, int pairs, int count) {
    int slice = count * CHUNK;
    for (int c = 0; c * CHUNK < tiling.inputs(square); c++) {
      int even = tiles.input(point) + c * tiles.inputChunk();
      int odd = even + (pairs + 1) * slice;
      int to = pairInputAt + c * pairs * slice;
      WinogradDepth.inputs(own, even, odd, slice, pairs, to, pairInputProduct);
    }
    int length = pairs * count * DOUBLE;
    for (int d = 0; d * DOUBLE < tiling.outputs(square); d++) {
      int even = tiles.gradient(point) + d * tiles.gradientDouble();
      int to = pairGradientAt + d * length;
      WinogradDepth.gradients(own, even, even + length, length, to, pairGradientProduct);
    }
  }

  private void pairProducts(float[] own, int square, int point, int pairs, int count) {
    int voxels = pairs * count;
    for (int product = 0; product < products; product++) {
      int input = pairInputAt + product * pairInputProduct;
      int gradient = tiles.gradient(point);
      int gradientStep = tiles.gradientDouble();
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
    int inputStep = tiles.inputChunk();
    int gradient = tiles.gradient(point);
    int gradientStep = tiles.gradientDouble();
    int voxels = depth * count;
    for (int tap = 0; tap < kz; tap++) {
      int input = tiles.input(point) + tap * count * CHUNK;
      add(own, square, point, tap, input, inputStep, gradient, gradientStep, voxels);
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
