package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Rows of a table by their numbers: an embedding, a relative position bias, a codebook.
 *
 * <p><b>Shapes</b>: table {@code [R, C]} and whole numbers {@code [...]} → {@code [..., C]}.
 *
 * <p><b>Formula</b>: {@code out[..., c] = table[number[...], c]}.
 *
 * <p><b>Edge cases</b>: A number below 0 takes the first row and one beyond the table the last; NaN
 * takes the first.
 *
 * <p><b>Source</b>: {@code torch.nn.functional.embedding}, {@code index_select} along axis 0.
 */
public record Gather() implements Op {
  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 2, "table and numbers");
    Shape table = inputs.get(0);
    if (table.rank() != 2 || table.dim(0) < 1) {
      throw new IllegalArgumentException(
          "Gather needs a table [rows, C] with at least one row, got " + table);
    }
    int[] extents = java.util.Arrays.copyOf(inputs.get(1).toArray(), inputs.get(1).rank() + 1);
    extents[extents.length - 1] = table.dim(1);
    return Shape.of(extents);
  }
}
