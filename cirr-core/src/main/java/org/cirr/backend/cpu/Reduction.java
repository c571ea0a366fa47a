package org.cirr.backend.cpu;

import org.cirr.op.Reduce;
import org.cirr.tensor.Shape;

/**
 * Which values a reduction joins: axes that are kept and axes that are reduced, neighbours joined.
 *
 * @param outputs the number of output values
 * @param inner output values that lie side by side in the input too
 * @param keptExtents the kept axes in front of them, slowest first
 * @param keptStrides how far they move in the input
 * @param extents the reduced axes, slowest first
 * @param strides how far they move in the input
 */
public record Reduction(
    int outputs, int inner, int[] keptExtents, int[] keptStrides, int[] extents, int[] strides) {
  /** The reduction of a step. */
  public static Reduction of(Reduce op, Step step) {
    Shape in = step.inputShape();
    int[] reduced = new int[op.axes().size()];
    int[] reducedStrides = new int[reduced.length];
    int[] kept = new int[in.rank() - reduced.length];
    int[] keptStrides = new int[kept.length];
    int stride = 1;
    int r = reduced.length;
    int k = kept.length;
    int inner = 1;
    boolean trailing = true;
    for (int axis = in.rank() - 1; axis >= 0; axis--) {
      if (op.axes().contains(axis)) {
        reduced[--r] = in.dim(axis);
        reducedStrides[r] = stride;
        trailing = false;
      } else {
        kept[--k] = trailing ? 1 : in.dim(axis);
        keptStrides[k] = stride;
        inner *= trailing ? in.dim(axis) : 1;
      }
      stride *= in.dim(axis);
    }
    int outputs = step.node().shape().arrayLength();
    return new Reduction(outputs, inner, kept, keptStrides, reduced, reducedStrides).merged();
  }

  /** The same with reduced axes that go on evenly as one axis. */
  private Reduction merged() {
    int last = extents.length - 1;
    if (last < 1) {
      return this;
    }
    for (int axis = 0; axis < last; axis++) {
      if (strides[axis] != strides[axis + 1] * extents[axis + 1]) {
        return this;
      }
    }
    int[] one = {count()};
    return new Reduction(outputs, inner, keptExtents, keptStrides, one, new int[] {strides[last]});
  }

  /** The number of values joined to one. */
  public int count() {
    int count = 1;
    for (int extent : extents) {
      count *= extent;
    }
    return count;
  }

  /** Where the first value of a group of {@link #inner} outputs begins. */
  public int start(int group) {
    return offset(group, keptExtents, keptStrides);
  }

  /** How far the k-th joined value is from the first. */
  public int joined(int k) {
    return offset(k, extents, strides);
  }

  private static int offset(int index, int[] extents, int[] strides) {
    int offset = 0;
    int rest = index;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      offset += rest % extents[axis] * strides[axis];
      rest /= extents[axis];
    }
    return offset;
  }
}
