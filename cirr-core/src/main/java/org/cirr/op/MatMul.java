package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Matrix product, for every matrix of a batch.
 *
 * <p><b>Shapes</b>: {@code [..., M, K] × [..., K, N] → [..., M, N]}; a transposed side comes as
 * {@code [..., K, M]} or {@code [..., N, K]}. The leading axes broadcast: counted from the matrices
 * on, extents are equal or one of them is 1; missing axes count as 1.
 *
 * <p><b>Formula</b>: {@code out[m, n] = Σ_k left[m, k] · right[k, n]}.
 *
 * <p><b>Source</b>: {@code torch.matmul} of two tensors with two or more axes.
 */
public record MatMul(boolean transposeLeft, boolean transposeRight) implements Op {
  /** Neither side transposed. */
  public static MatMul plain() {
    return new MatMul(false, false);
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 2, "two inputs");
    Shape left = inputs.get(0);
    Shape right = inputs.get(1);
    Checks.rank(this, "left side", left, 2);
    Checks.rank(this, "right side", right, 2);
    int depth = depth(left);
    int otherDepth = right.dim(transposeRight ? -1 : -2);
    if (depth != otherDepth) {
      throw new IllegalArgumentException(
          "MatMul sums over "
              + depth
              + (transposeLeft ? " rows" : " columns")
              + " of the left side "
              + left
              + ", but over "
              + otherDepth
              + (transposeRight ? " columns" : " rows")
              + " of the right side "
              + right);
    }
    int[] batch = Checks.broadcast(this, Checks.leading(left, 2), Checks.leading(right, 2));
    int[] extents = java.util.Arrays.copyOf(batch, batch.length + 2);
    extents[batch.length] = left.dim(transposeLeft ? -1 : -2);
    extents[batch.length + 1] = right.dim(transposeRight ? -2 : -1);
    return Shape.of(extents);
  }

  private int depth(Shape left) {
    return left.dim(transposeLeft ? -2 : -1);
  }

  @Override
  public long flops(List<Shape> inputs) {
    return 2 * infer(inputs).elements() * depth(inputs.get(0));
  }
}
