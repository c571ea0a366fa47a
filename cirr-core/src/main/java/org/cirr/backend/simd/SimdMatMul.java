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

/** {@link MatMul} and {@link Linear}: blocks of rows times blocks of columns. */
/*
 * Design. The plain form is ScalarMatMul. Lanes run along the columns of the right matrix, which is
 * packed into blocks of up to four vectors of columns, once when the program is compiled if it is
 * known then, else at the beginning of every run. A task is some rows of one product times some
 * blocks:
 *
 *   for each block of columns
 *     for each piece of the depth whose weights fit the L1 cache
 *       for each six rows
 *         sums = bias or 0          before the first piece
 *         sums += rows × weights    SimdGemmRows
 *         result = sums             behind the last piece
 *
 * The rows of the left matrix are read where they lie; a transposed one is turned once per task.
 */
final class SimdMatMul implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int SIX = SimdGemmRows.ROWS;

  /** Weights of a piece of the depth: 24 KiB of the 32 KiB of an L1 cache. */
  private static final int PIECE = 6 << 10;

  /** Most rows of a task, a multiple of six. */
  private static final int ROWS = 240;

  /** Most tasks to make, so that many threads find work. */
  private static final int TASKS = 64;

  /** Multiply-adds that are worth a task. */
  private static final long WORK = 1 << 19;

  private final MatrixProduct product;
  private final FixedInputs fixed;
  private final boolean biased;
  private final float[] packed; // or null: packed in every run
  private final int[] matrices; // where the different right matrices begin
  private final int[] matrix; // which of them each product takes
  private final int vectors; // of a row of the result
  private final Chunks rows;
  private final Chunks blocks; // in shares of a task

  SimdMatMul(Step step) {
    product = product(step);
    fixed = new FixedInputs(step);
    biased = step.node().inputs().size() > 2;
    matrices = Arrays.stream(product.right()).distinct().sorted().toArray();
    matrix = Arrays.stream(product.right()).map(at -> Arrays.binarySearch(matrices, at)).toArray();
    vectors = vectors(product);
    packed = fixed.isFixed(1) ? new float[Math.toIntExact(packedLength(product))] : null;
    int most = (Math.max(1, product.rows()) + ROWS - 1) / ROWS;
    int even = (product.rows() + most - 1) / most;
    rows = new Chunks(product.rows(), Math.max(1, (even + SIX - 1) / SIX) * SIX);
    long work = (long) product.batches() * product.rows() * product.depth() * product.columns();
    int tasks = (int) Math.max(1, Math.min(TASKS, work / WORK));
    int rowTasks = Math.max(1, product.batches() * rows.count());
    int shares = Math.max(1, Math.min(blockCount(), tasks / rowTasks));
    blocks = new Chunks(blockCount(), Math.max(1, (blockCount() + shares - 1) / shares));
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
      packAll(fixed.get(null, 1), packed, 0, workers);
    }
  }

  @Override
  public long scratchLength() {
    long most = rows.size();
    return most * SimdGemmRows.VECTORS * LANES
        + (product.leftTransposed() ? most * product.depth() : 0);
  }

  /** Whole blocks, then 2 vectors, then 1, as far as there are any. */
  private int blockCount() {
    int whole = vectors / SimdGemmRows.VECTORS;
    return whole + Integer.bitCount(vectors - whole * SimdGemmRows.VECTORS);
  }

  /** The first vector of a block. */
  private int firstVector(int block) {
    int whole = vectors / SimdGemmRows.VECTORS;
    if (block <= whole) {
      return block * SimdGemmRows.VECTORS;
    }
    return whole * SimdGemmRows.VECTORS + 2; // of three vectors left the last one
  }

  private int vectors(int block) {
    return SimdGemmRows.blockVectors(vectors - firstVector(block));
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View left = fixed.get(operands.inputs, 0);
    View right = fixed.get(operands.inputs, 1);
    View bias = biased ? fixed.get(operands.inputs, 2) : null;
    float[] weight = packed == null ? operands.shared.array : packed;
    int weightAt = packed == null ? operands.shared.offset : 0;
    if (packed == null) {
      packAll(right, weight, weightAt, workers);
    }
    workers.forEach(
        product.batches() * rows.count() * blocks.count(),
        (slot, task) -> {
          int share = task % blocks.count();
          int chunk = task / blocks.count() % rows.count();
          int batch = task / blocks.count() / rows.count();
          float[] scratch = operands.scratch[slot];
          int first = rows.from(chunk);
          int to = batch * product.rows() + first;
          float[] in = left.array;
          int from = left.offset + product.left()[batch];
          if (product.leftTransposed()) {
            int turned = rows.size() * SimdGemmRows.VECTORS * LANES;
            turn(in, from + first, scratch, turned, rows.count(chunk));
            in = scratch;
            from = turned;
          } else {
            from += first * product.depth();
          }
          for (int block = blocks.from(share); block < blocks.to(share); block++) {
            int at = weightAt + packedAt(matrix[batch], block);
            block(
                in, from, weight, at, bias, operands.output, to, scratch, rows.count(chunk), block);
          }
        });
  }

  private int packedAt(int index, int block) {
    return (index * vectors + firstVector(block)) * LANES * product.depth();
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
    int first = firstVector(block) * LANES;
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

  private void turn(float[] in, int from, float[] to, int at, int count) {
    int depth = product.depth();
    for (int k = 0; k < depth; k++) {
      int row = from + k * product.rows();
      for (int m = 0; m < count; m++) {
        to[at + m * depth + k] = in[row + m];
      }
    }
  }

  private void block(
      float[] in,
      int from,
      float[] weight,
      int weightAt,
      View bias,
      View output,
      int row,
      float[] sums,
      int count,
      int block) {
    int many = vectors(block);
    int width = many * LANES;
    int first = firstVector(block) * LANES;
    int columns = Math.min(width, product.columns() - first);
    int depth = product.depth();
    int piece = PIECE / width;
    for (int done = 0; done < Math.max(1, depth); done += piece) {
      int length = Math.min(piece, depth - done);
      for (int six = 0; six < count; six += SIX) {
        int part = Math.min(SIX, count - six);
        if (done == 0) {
          start(bias, first, columns, width, sums, six * width, part);
        }
        int p = from + six * depth + done;
        int q = weightAt + done * width;
        SimdGemmRows.add(in, p, depth, length, weight, q, many, sums, six * width, part);
        if (done + length >= depth) {
          int to = output.offset + (row + six) * product.columns() + first;
          for (int k = 0; k < part; k++) {
            int at = to + k * product.columns();
            copy(sums, (six + k) * width, output.array, at, columns);
          }
        }
      }
    }
  }

  /** The bias, or 0, in some rows of sums. */
  private static void start(
      View bias, int first, int columns, int width, float[] sums, int at, int count) {
    Arrays.fill(sums, at, at + count * width, 0);
    for (int row = 0; bias != null && row < count; row++) {
      copy(bias.array, bias.offset + first, sums, at + row * width, columns);
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
