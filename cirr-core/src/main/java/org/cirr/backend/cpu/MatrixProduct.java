package org.cirr.backend.cpu;

import org.cirr.op.Linear;
import org.cirr.op.MatMul;
import org.cirr.tensor.Shape;

/**
 * A batch of matrix products {@code [rows, depth] × [depth, columns]}, and where each matrix
 * begins.
 *
 * @param leftTransposed the left matrix lies as {@code [depth, rows]}
 * @param rightTransposed the right matrix lies as {@code [columns, depth]}
 * @param left where the left matrix of each batch begins in its array
 * @param right where the right matrix of each batch begins in its array
 */
public record MatrixProduct(
    int rows,
    int depth,
    int columns,
    boolean leftTransposed,
    boolean rightTransposed,
    int[] left,
    int[] right) {
  /** All positions of the input are the rows of one product. */
  public static MatrixProduct of(Linear op, Step step) {
    Shape input = step.inputShape();
    int depth = input.dim(-1);
    int columns = step.node().shape().dim(-1);
    int rows = rows(step.node().shape());
    return new MatrixProduct(rows, depth, columns, false, true, new int[1], new int[1]);
  }

  /** One product per batch, or one for all where the right side is the same for all of them. */
  public static MatrixProduct of(MatMul op, Step step) {
    Shape left = step.node().inputShapes().get(0);
    Shape right = step.node().inputShapes().get(1);
    Shape out = step.node().shape();
    int depth = left.dim(op.transposeLeft() ? -2 : -1);
    int columns = out.dim(-1);
    int rows = out.dim(-2);
    int matrix = right.dim(-1) * right.dim(-2);
    if (!op.transposeLeft() && right.elements() == matrix && left.rank() >= right.rank()) {
      return new MatrixProduct(
          rows(out), depth, columns, false, op.transposeRight(), new int[1], new int[1]);
    }
    int[] batch = java.util.Arrays.copyOf(out.toArray(), out.rank() - 2);
    return new MatrixProduct(
        rows,
        depth,
        columns,
        op.transposeLeft(),
        op.transposeRight(),
        offsets(batch, left),
        offsets(batch, right));
  }

  private static int rows(Shape out) {
    return out.arrayLength() == 0 ? 0 : out.arrayLength() / out.dim(-1);
  }

  /** Where each matrix of a broadcast batch begins. */
  private static int[] offsets(int[] batch, Shape shape) {
    int count = Shape.of(batch).arrayLength();
    int[] offsets = new int[count];
    for (int i = 0; i < count; i++) {
      int rest = i;
      int stride = shape.dim(-1) * shape.dim(-2);
      for (int back = 1; back <= batch.length; back++) {
        int index = rest % batch[batch.length - back];
        rest /= batch[batch.length - back];
        if (back <= shape.rank() - 2) {
          int extent = shape.dim(-2 - back);
          offsets[i] += extent == 1 ? 0 : index * stride;
          stride *= extent;
        }
      }
    }
    return offsets;
  }

  /** The number of products. */
  public int batches() {
    return left.length;
  }
}
