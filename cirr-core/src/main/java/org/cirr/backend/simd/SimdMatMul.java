package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.function.Function;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.MatrixProduct;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** {@link org.cirr.op.MatMul} and {@link org.cirr.op.Linear}: blocks of rows times columns. */
/*
 * Design. The plain form is ScalarMatMul. A row of the left matrix is what a voxel's channels are to
 * a 1×1×1 convolution, so SimdSteppedRows does the work: lanes run along the columns of the right matrix. A
 * task is some rows of one product times some blocks of up to two vectors of columns:
 *
 *   for each block of columns
 *     sums = bias or 0
 *     for each piece of the depth that fits the L1 cache
 *       SimdSteppedRows.add over the rows
 *     write the sums
 *
 * A right matrix that is known when the program is compiled is packed then, once. Otherwise each task
 * packs the piece it needs into scratch: one copied value serves as many multiply-adds as the task
 * has rows, so packing costs a few per cent and no memory to speak of. A transposed left matrix is
 * turned the same way.
 */
final class SimdMatMul implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Depth of a piece: 192 × 32 × 4 bytes = 24 KiB of the 32 KiB of an L1 cache. */
  private static final int PIECE = 192;

  /** Rows of a task: a multiple of the 12 and 6 of SimdSteppedRows. */
  private static final int ROWS = 240;

  /** Fewest tasks to make, so that many threads find work. */
  private static final int TASKS = 64;

  private final MatrixProduct product;
  private final FixedInputs fixed;
  private final boolean biased;
  private final ChannelBlocks packed; // or null: packed in every run
  private final Chunks rows;
  private final Chunks blocks; // of columns, in shares of a task
  private final int width; // of a block, where it is packed in every run

  SimdMatMul(MatrixProduct product, Step step, Function<Node, Tensor> parameters) {
    this.product = product;
    fixed = new FixedInputs(step, parameters);
    biased = step.node().inputs().size() > 2;
    int depth = product.depth();
    int columns = product.columns();
    if (fixed.isFixed(1) && Arrays.stream(product.right()).distinct().count() == 1) {
      float[] right = fixed.get(null, 1).array;
      packed =
          new ChannelBlocks(
              columns,
              1,
              depth,
              1,
              product.rightTransposed()
                  ? (n, k, tap) -> right[n * depth + k]
                  : (n, k, tap) -> right[k * columns + n],
              null);
    } else {
      packed = null;
    }
    width = columns > LANES ? 2 * LANES : LANES;
    rows = new Chunks(product.rows(), ROWS);
    int count = packed == null ? (columns + width - 1) / width : packed.count();
    int rowTasks = Math.max(1, product.batches() * rows.count());
    int shares = Math.max(1, Math.min(count, TASKS / rowTasks));
    blocks = new Chunks(count, Math.max(1, (count + shares - 1) / shares));
  }

  @Override
  public long scratchLength() {
    long most = Math.min(ROWS, product.rows());
    long piece = Math.min(PIECE, product.depth());
    return most * 2 * LANES + piece * width + (product.leftTransposed() ? most * piece : 0);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    float[][] scratch = operands.scratch;
    View left = fixed.get(inputs, 0);
    View right = fixed.get(inputs, 1);
    View bias = biased ? fixed.get(inputs, 2) : null;
    workers.forEach(
        product.batches() * rows.count() * blocks.count(),
        (slot, task) -> {
          int share = task % blocks.count();
          int chunk = task / blocks.count() % rows.count();
          int batch = task / blocks.count() / rows.count();
          for (int block = blocks.from(share); block < blocks.to(share); block++) {
            if (packed == null) {
              block(left, right, bias, output, scratch[slot], batch, chunk, block);
            } else {
              packedBlock(left, bias, output, scratch[slot], batch, chunk, block);
            }
          }
        });
  }

  /** A block of columns that was packed when the program was compiled. */
  private void packedBlock(
      View left, View bias, View output, float[] scratch, int batch, int chunk, int index) {
    ChannelBlocks.Block block = packed.get(index);
    int count = rows.count(chunk);
    startSums(bias, block.first(), block.channels(), block.width(), scratch, count);
    int turned = Math.min(ROWS, product.rows()) * 2 * LANES;
    for (int done = 0; done < product.depth(); done += PIECE) {
      int piece = Math.min(PIECE, product.depth() - done);
      int weightAt = block.at() + done * block.width();
      add(
          left,
          scratch,
          turned,
          batch,
          chunk,
          done,
          piece,
          packed.weight(),
          weightAt,
          block.vectors());
    }
    write(scratch, output, batch, chunk, block.first(), block.channels(), block.width());
  }

  /** A block of columns of a right matrix that comes with the run. */
  private void block(
      View left,
      View right,
      View bias,
      View output,
      float[] scratch,
      int batch,
      int chunk,
      int index) {
    int first = index * width;
    int columns = Math.min(width, product.columns() - first);
    int count = rows.count(chunk);
    int packedAt = Math.min(ROWS, product.rows()) * 2 * LANES;
    int turned = packedAt + Math.min(PIECE, product.depth()) * width;
    startSums(bias, first, columns, width, scratch, count);
    for (int done = 0; done < product.depth(); done += PIECE) {
      int piece = Math.min(PIECE, product.depth() - done);
      pack(right, scratch, packedAt, batch, first, columns, done, piece);
      add(left, scratch, turned, batch, chunk, done, piece, scratch, packedAt, width / LANES);
    }
    write(scratch, output, batch, chunk, first, columns, width);
  }

  /** The bias, or 0, in every row; plain loops that the JIT makes into vectors. */
  private static void startSums(
      View bias, int first, int columns, int width, float[] scratch, int count) {
    Arrays.fill(scratch, 0, count * width, 0);
    for (int row = 0; bias != null && row < count; row++) {
      for (int c = 0; c < columns; c++) {
        scratch[row * width + c] = bias.array[bias.offset + first + c];
      }
    }
  }

  private void pack(
      View right, float[] scratch, int at, int batch, int first, int columns, int done, int piece) {
    int from = right.offset + product.right()[batch];
    if (columns < width) {
      Arrays.fill(scratch, at, at + piece * width, 0);
    }
    if (product.rightTransposed()) {
      for (int c = 0; c < columns; c++) {
        int row = from + (first + c) * product.depth() + done;
        for (int k = 0; k < piece; k++) {
          scratch[at + k * width + c] = right.array[row + k];
        }
      }
    } else {
      for (int k = 0; k < piece; k++) {
        int row = from + (done + k) * product.columns() + first;
        System.arraycopy(right.array, row, scratch, at + k * width, columns);
      }
    }
  }

  /** Adds one piece of the depth to the sums at the beginning of the scratch. */
  private void add(
      View left,
      float[] scratch,
      int turned,
      int batch,
      int chunk,
      int done,
      int piece,
      float[] weight,
      int weightAt,
      int vectors) {
    int count = rows.count(chunk);
    int first = rows.from(chunk);
    int from = left.offset + product.left()[batch];
    if (!product.leftTransposed()) {
      int row = from + first * product.depth() + done;
      SimdSteppedRows.add(
          left.array, row, product.depth(), piece, weight, weightAt, vectors, scratch, 0, count);
      return;
    }
    for (int k = 0; k < piece; k++) {
      int row = from + (done + k) * product.rows() + first;
      for (int m = 0; m < count; m++) {
        scratch[turned + m * piece + k] = left.array[row + m];
      }
    }
    SimdSteppedRows.add(
        scratch, turned, piece, piece, weight, weightAt, vectors, scratch, 0, count);
  }

  private void write(
      float[] scratch, View output, int batch, int chunk, int first, int columns, int width) {
    int to =
        output.offset + (batch * product.rows() + rows.from(chunk)) * product.columns() + first;
    if (columns == 2 * LANES) {
      writePairs(scratch, output.array, to, rows.count(chunk));
      return;
    }
    for (int row = 0; row < rows.count(chunk); row++) {
      System.arraycopy(scratch, row * width, output.array, to + row * product.columns(), columns);
    }
  }

  /** Two vectors of every row; a call for each row would cost as much as the product. */
  private void writePairs(float[] scratch, float[] out, int to, int count) {
    int columns = product.columns();
    for (int row = 0; row < count; row++) {
      FloatVector.fromArray(F, scratch, row * 2 * LANES).intoArray(out, to + row * columns);
      FloatVector.fromArray(F, scratch, row * 2 * LANES + LANES)
          .intoArray(out, to + row * columns + LANES);
    }
  }

  @Override
  public String describe() {
    return packed == null ? "packed in every run" : "packed";
  }

  @Override
  public long weightBytes() {
    return packed == null ? fixed.bytes() : packed.bytes();
  }
}
