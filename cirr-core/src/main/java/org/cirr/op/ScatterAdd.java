package org.cirr.op;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Adds rows to the rows of a table of zeros by their numbers: the gradient of {@link Gather}'s
 * table.
 *
 * <p><b>Shapes</b>: whole numbers {@code [...]} and rows {@code [..., C]} → {@code [rows, C]}.
 *
 * <p><b>Edge cases</b>: A number below 0 means the first row and one beyond the table the last; NaN
 * means the first.
 *
 * <p><b>Source</b>: {@code torch.index_add} along axis 0.
 */
public record ScatterAdd(int rows) implements Op {
  public ScatterAdd {
    if (rows < 1) {
      throw new IllegalArgumentException("ScatterAdd needs at least one row, got " + rows);
    }
  }

  @Override
  public Shape infer(List<Shape> inputs) {
    Checks.inputs(this, inputs, 2, 2, "numbers and rows");
    Shape added = inputs.get(1);
    Checks.rank(this, "second input", added, 1);
    if (!Checks.leading(added, 1).equals(inputs.get(0))) {
      throw new IllegalArgumentException(
          "ScatterAdd needs one row for each number, got numbers "
              + inputs.get(0)
              + " and rows "
              + added);
    }
    return Shape.of(rows, added.dim(-1));
  }
}
