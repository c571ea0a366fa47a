package org.cirr.backend.cpu;

import org.cirr.op.Concat;
import org.cirr.tensor.Shape;

/**
 * How tensors are put together along an axis: everything from this axis on is one piece of a row.
 *
 * @param rows the positions of the axes before
 * @param lengths values per row of each input
 * @param total values per row of the output
 */
public record Joint(int rows, int[] lengths, int total) {
  /** The pieces of a step's inputs. */
  public static Joint of(Concat op, Step step) {
    Shape out = step.node().shape();
    int axis = op.axis(out);
    int[] lengths =
        step.node().inputShapes().stream().mapToInt(shape -> (int) behind(shape, axis)).toArray();
    int total = (int) behind(out, axis);
    return new Joint(total == 0 ? 0 : out.arrayLength() / total, lengths, total);
  }

  private static long behind(Shape shape, int axis) {
    long product = 1;
    for (int i = axis; i < shape.rank(); i++) {
      product *= shape.dim(i);
    }
    return product;
  }
}
