package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.MatrixProduct;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Linear;
import org.cirr.op.MatMul;
import org.cirr.parallel.Workers;

/** {@link MatMul} and {@link Linear}: tiles of rows and columns. */
/*
 * Design. The plain form is ScalarMatMul. Lanes run along the columns of the right matrix, which is
 * packed into blocks of four vectors of columns (two without AVX-512's registers), once when the
 * program is compiled if it is known then, else at the beginning of every run. A task is a tile, some
 * rows times some blocks:
 *
 *   for each slab of the depth, mostly one
 *     lay its rows of the left matrix                     in the L2 cache, in DepthPieces
 *     for each block of columns
 *       for each run, whose weights fit the L1 cache
 *         sums += rows × weights                          SimdRows
 *       after the last slab: result = sums + bias
 *
 * So weights come from beyond the L2 cache once per tile, and the sums of a block are still in a
 * cache when they are written. Tiles are as large as the number of threads allows; values do not
 * depend on them. Laying a value costs a quarter of a cycle against columns / 32 cycles of products,
 * and buys a constant pitch and neighbouring addresses: rows of 1024 values, read where they lie, are
 * on a page each, and the processor fetches nothing ahead. Rows of 1, 2 or 6 chunks are read in
 * place.
 */
final class SimdMatMul implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int FIRST = Operands.FIRST;
  private static final int LONGEST = DepthPieces.LONGEST;

  /** Vectors of a block: with four, six rows have as many sums as twelve have with two. */
  private static final int WIDE = LANES >= 16 ? 4 : 2;

  /** Rows come in multiples of what SimdRows does together. */
  private static final int ROWS = 12;

  /** Most rows of a tile. */
  private static final int MOST_ROWS = 10 * ROWS;

  /**
   * Most pieces of a slab: laid, the rows of a tile take half of the L2 cache of a processor with
   * AVX-512, 1 MiB, or a third of what is common without.
   */
  private static final int SLAB = LANES >= 16 ? 6 : 2;

  /** Most blocks of columns of a tile. */
  private static final int MOST_BLOCKS = 512 / (WIDE * LANES);

  /** Fewest blocks that are worth laying the rows for. */
  private static final int FEW_BLOCKS = 128 / (WIDE * LANES);

  /** Tasks per thread, so that none waits long for the last one. */
  private static final int TASKS = 4;

  /** Multiply-adds that are worth a task. */
  private static final long WORK = 1 << 19;

  private final MatrixProduct product;
  private final FixedInputs fixed;
  private final boolean biased;
  private final float[] packed; // or null: packed in every run
  private final int[] matrices; // where the different right matrices begin
  private final int[] matrix; // which of them each product takes
  private final DepthPieces pieces;
  private final int vectors; // of a row of the result
  private final int mostRows; // of a tile
  private final int mostBlocks;

  SimdMatMul(Step step) {
    product = product(step);
    fixed = new FixedInputs(step);
    biased = step.node().inputs().size() > 2;
    matrices = Arrays.stream(product.right()).distinct().sorted().toArray();
    matrix = Arrays.stream(product.right()).map(at -> Arrays.binarySearch(matrices, at)).toArray();
    pieces = new DepthPieces(product.depth());
    vectors = vectors(product);
    packed = fixed.isFixed(1) ? new float[Math.toIntExact(FIRST + packedLength(product))] : null;
    mostRows = upToRows(Math.max(1, Math.min(MOST_ROWS, product.rows())));
    mostBlocks = Math.max(1, Math.min(MOST_BLOCKS, blockCount()));
  }

  private static int upToRows(int count) {
    return (count + ROWS - 1) / ROWS * ROWS;
  }

  /** The rows and blocks of a tile. */
  private record Tiles(Chunks rows, Chunks blocks) {}

  /** The largest tiles that make enough tasks, even ones. */
  private Tiles tiles(int threads) {
    long enough = threads == 1 ? 1 : (long) TASKS * threads;
    int rows = mostRows;
    int blocks = mostBlocks;
    while (tasks(rows, blocks) < enough
        && (long) rows * blocks * WIDE * LANES * product.depth() > 2 * WORK) {
      if (blocks > FEW_BLOCKS || rows == ROWS && blocks > 1) {
        blocks = (blocks + 1) / 2;
      } else if (rows > ROWS) {
        rows = upToRows(rows / 2);
      } else {
        break;
      }
    }
    int high = Math.max(1, new Chunks(product.rows(), rows).count());
    int even = upToRows(Math.max(0, product.rows() - 1) / high + 1);
    return new Tiles(new Chunks(product.rows(), even), new Chunks(blockCount(), blocks));
  }

  private long tasks(int rows, int blocks) {
    long high = new Chunks(product.rows(), rows).count();
    return product.batches() * high * new Chunks(blockCount(), blocks).count();
  }

  private boolean inPlace() {
    return pieces.inPlace() && !product.leftTransposed();
  }

  private static MatrixProduct product(Step step) {
    return step.node().op() instanceof Linear linear
        ? MatrixProduct.of(linear, step)
        : MatrixProduct.of((MatMul) step.node().op(), step);
  }

  private static int vectors(MatrixProduct product) {
    return (product.columns() + LANES - 1) / LANES;
  }

  private static long packedLength(MatrixProduct product) {
    long each = (long) vectors(product) * LANES * product.depth();
    return each * Arrays.stream(product.right()).distinct().count();
  }

  /** Floats shared by all threads: the packed right side, where it comes with the run. */
  static long sharedLength(Step step) {
    return FixedInputs.fixed(step.node().inputs().get(1)) ? 0 : packedLength(product(step));
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
    if (packed != null) {
      packAll(fixed.get(null, 1), packed, FIRST, workers);
    }
  }

  @Override
  public void warmUp() {
    int last = vectors == 0 ? 0 : pieces.count(); // all but the last are alike
    for (int piece = Math.max(0, last - 2); piece < last; piece++) {
      SimdRows.warmUp(pieces.pitch(piece), vectors(0));
    }
  }

  @Override
  public long scratchLength() {
    return laidAt() + (inPlace() ? 0 : (long) mostRows * Math.min(SLAB, pieces.count()) * LONGEST);
  }

  /** Where a thread lays rows: behind the sums. */
  private int laidAt() {
    return FIRST + mostRows * (oneSlab() ? 1 : mostBlocks) * WIDE * LANES;
  }

  private boolean oneSlab() {
    return pieces.count() <= SLAB;
  }

  private int blockCount() {
    int rest = vectors % WIDE;
    return vectors / WIDE + (rest == 3 ? 2 : rest > 0 ? 1 : 0);
  }

  /**
   * The first vector of a block: the last ones may be narrower, 2 and 1 vectors where 3 are left.
   */
  private int first(int block) {
    int whole = vectors / WIDE;
    return block <= whole ? block * WIDE : whole * WIDE + 2;
  }

  /** The vectors of a block. */
  private int vectors(int block) {
    int rest = vectors - first(block);
    return rest >= WIDE ? WIDE : Math.min(2, rest);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View left = fixed.get(operands.inputs, 0);
    View right = fixed.get(operands.inputs, 1);
    View bias = biased ? fixed.get(operands.inputs, 2) : null;
    float[] weight = packed == null ? operands.shared.array : packed;
    int weightAt = packed == null ? operands.shared.offset : FIRST;
    if (packed == null) {
      packAll(right, weight, weightAt, workers);
    }
    Tiles tiles = tiles(workers.threads());
    int high = tiles.rows.count();
    int wide = tiles.blocks.count();
    workers.forEach(
        product.batches() * high * wide,
        (slot, task) -> {
          int batch = task / wide / high;
          int chunk = task / wide % high;
          Tile tile = new Tile(batch, tiles.rows, chunk, tiles.blocks, task % wide);
          int at = weightAt + packedAt(matrix[batch], 0);
          multiply(tile, left, weight, at, bias, operands.scratch[slot], operands.output);
        });
  }

  private int packedAt(int index, int block) {
    return (index * vectors + first(block)) * LANES * product.depth();
  }

  private void packAll(View right, float[] weight, int at, Workers workers) {
    int count = matrices.length * blockCount();
    int share = Math.max(1, (1 << 14) / Math.max(1, product.depth() * LANES));
    Chunks chunks = new Chunks(count, share);
    workers.forEach(
        chunks.count(),
        chunk -> {
          for (int i = chunks.from(chunk); i < chunks.to(chunk); i++) {
            pack(right, weight, at, i);
          }
        });
  }

  /** One block of one right matrix: {@code [depth][vectors · lanes]}, zero behind the columns. */
  private void pack(View right, float[] to, int at, int index) {
    int block = index % blockCount();
    int from = right.offset + matrices[index / blockCount()];
    int first = first(block) * LANES;
    int width = vectors(block) * LANES;
    int columns = Math.min(width, product.columns() - first);
    int start = at + packedAt(index / blockCount(), block);
    int depth = product.depth();
    if (columns < width) {
      Arrays.fill(to, start, start + depth * width, 0);
    }
    if (product.rightTransposed()) {
      for (int c = 0; c < columns; c++) {
        int row = from + (first + c) * depth;
        for (int k = 0; k < depth; k++) {
          to[start + k * width + c] = right.array[row + k];
        }
      }
    } else {
      for (int k = 0; k < depth; k++) {
        copy(right.array, from + k * product.columns() + first, to, start + k * width, columns);
      }
    }
  }

  /** Some rows and blocks of the product of one batch. */
  private record Tile(int batch, int row, int rows, int block, int end) {
    Tile(int batch, Chunks rows, int chunk, Chunks blocks, int share) {
      this(batch, rows.from(chunk), rows.count(chunk), blocks.from(share), blocks.to(share));
    }
  }

  private void multiply(
      Tile tile, View left, float[] weight, int weightAt, View bias, float[] scratch, View output) {
    int from = left.offset + product.left()[tile.batch];
    for (int slab = 0; slab < pieces.count(); slab += SLAB) {
      int end = Math.min(pieces.count(), slab + SLAB);
      if (!inPlace()) {
        laySlab(tile, slab, end, left.array, from, scratch);
      }
      for (int block = tile.block; block < tile.end; block++) {
        int sumsAt = FIRST + (oneSlab() ? 0 : (block - tile.block) * tile.rows * WIDE * LANES);
        int at = weightAt + packedAt(0, block);
        for (int piece = slab; piece < end; piece++) {
          if (inPlace()) {
            int p = from + tile.row * product.depth();
            addPiece(tile, block, piece, left.array, p, weight, at, scratch, sumsAt);
          } else {
            int p = laidAt(tile, piece - slab);
            addPiece(tile, block, piece, scratch, p, weight, at, scratch, sumsAt);
          }
        }
        if (end == pieces.count()) {
          write(tile, block, scratch, sumsAt, bias, output);
        }
      }
    }
  }

  private int laidAt(Tile tile, int index) {
    return laidAt() + index * tile.rows * LONGEST;
  }

  private void laySlab(Tile tile, int slab, int end, float[] in, int from, float[] scratch) {
    for (int piece = slab; piece < end; piece++) {
      int at = laidAt(tile, piece - slab);
      if (product.leftTransposed()) {
        turn(in, from + tile.row, piece, tile.rows, scratch, at);
      } else {
        lay(in, from + tile.row * product.depth(), piece, tile.rows, scratch, at);
      }
    }
  }

  private void lay(float[] in, int from, int piece, int rows, float[] to, int at) {
    for (int row = 0; row < rows; row++) {
      int p = from + row * product.depth() + pieces.from(piece);
      System.arraycopy(in, p, to, at + row * pieces.step(piece), pieces.length(piece));
    }
  }

  private void turn(float[] in, int from, int piece, int rows, float[] to, int at) {
    for (int k = 0; k < pieces.length(piece); k++) {
      int p = from + (pieces.from(piece) + k) * product.rows();
      for (int row = 0; row < rows; row++) {
        to[at + row * pieces.step(piece) + k] = in[p + row];
      }
    }
  }

  /** Adds one piece of the depth to the sums of a block. */
  private void addPiece(
      Tile tile,
      int block,
      int piece,
      float[] in,
      int p,
      float[] weight,
      int weightAt,
      float[] sums,
      int sumsAt) {
    int width = vectors(block) * LANES;
    int at = weightAt + pieces.from(piece) * width;
    int length = pieces.length(piece);
    for (int run = 0; run < Math.max(1, length); run += DepthPieces.RUN) {
      SimdRows.add(
          pieces.pitch(piece),
          piece + run == 0,
          in,
          p + run,
          tile.rows,
          Math.min(DepthPieces.RUN, length - run),
          weight,
          at + run * width,
          vectors(block),
          sums,
          sumsAt);
    }
  }

  private void write(Tile tile, int block, float[] sums, int sumsAt, View bias, View output) {
    int width = vectors(block) * LANES;
    int first = first(block) * LANES;
    int columns = Math.min(width, product.columns() - first);
    int row = tile.batch * product.rows() + tile.row;
    for (int k = 0; k < tile.rows; k++) {
      int at = output.offset + (row + k) * product.columns() + first;
      int from = sumsAt + k * width;
      if (bias == null) {
        copy(sums, from, output.array, at, columns);
      } else {
        add(sums, from, bias.array, bias.offset + first, output.array, at, columns);
      }
    }
  }

  private static void add(float[] a, int i, float[] b, int j, float[] to, int at, int count) {
    int c = 0;
    for (; c + LANES <= count; c += LANES) {
      FloatVector.fromArray(F, a, i + c)
          .add(FloatVector.fromArray(F, b, j + c))
          .intoArray(to, at + c);
    }
    for (; c < count; c++) {
      to[at + c] = a[i + c] + b[j + c];
    }
  }

  /** In vectors: a block copy of so few values would cost as much as the product. */
  private static void copy(float[] from, int i, float[] to, int at, int count) {
    int c = 0;
    for (; c + LANES <= count; c += LANES) {
      FloatVector.fromArray(F, from, i + c).intoArray(to, at + c);
    }
    for (; c < count; c++) {
      to[at + c] = from[i + c];
    }
  }

  @Override
  public String describe() {
    return packed == null ? "packed in every run" : "packed";
  }

  @Override
  public long weightBytes() {
    return packed == null ? fixed.bytes() : 4L * packed.length;
  }
}
