package org.cirr.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import org.cirr.tensor.Shape;

/**
 * How two tensors meet element by element: runs of neighbouring output values, in each of which an
 * operand either moves along or stands still.
 *
 * @param length values in a run
 * @param step how far each operand moves from value to value: 1 or 0
 * @param extents the axes over the runs, slowest first
 * @param strides per operand, how far it moves along each of these axes
 */
public record Broadcast(int length, int[] step, int[] extents, int[][] strides) {
  /** The runs of {@code out}, which the two shapes broadcast to. */
  public static Broadcast of(Shape out, Shape a, Shape b) {
    List<int[]> axes = new ArrayList<>(); // {extent, a's stride, b's stride}, fastest first
    int[] stride = {1, 1};
    for (int back = 1; back <= out.rank(); back++) {
      int extent = out.dim(-back);
      int[] axis = {extent, 0, 0};
      Shape[] operands = {a, b};
      for (int i = 0; i < 2; i++) {
        int own = back <= operands[i].rank() ? operands[i].dim(-back) : 1;
        axis[i + 1] = own == 1 ? 0 : stride[i];
        stride[i] *= own;
      }
      if (extent != 1) {
        merge(axes, axis);
      }
    }
    int[] inner = axes.isEmpty() ? new int[] {1, 0, 0} : axes.get(0);
    int outer = Math.max(0, axes.size() - 1);
    int[] extents = new int[outer];
    int[][] strides = new int[2][outer];
    for (int i = 0; i < outer; i++) {
      int[] axis = axes.get(outer - i);
      extents[i] = axis[0];
      strides[0][i] = axis[1];
      strides[1][i] = axis[2];
    }
    return new Broadcast(inner[0], new int[] {inner[1], inner[2]}, extents, strides);
  }

  /** Joins an axis to the one before it where both operands go on without a jump. */
  private static void merge(List<int[]> axes, int[] axis) {
    if (!axes.isEmpty()) {
      int[] last = axes.get(axes.size() - 1);
      if (axis[1] == last[1] * last[0] && axis[2] == last[2] * last[0]) {
        last[0] *= axis[0];
        return;
      }
    }
    axes.add(axis);
  }

  /** The number of runs. */
  public int runs() {
    int runs = 1;
    for (int extent : extents) {
      runs *= extent;
    }
    return runs;
  }

  /** Where operand 0 or 1 begins in a run. */
  public int start(int operand, int run) {
    int start = 0;
    int rest = run;
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      start += rest % extents[axis] * strides[operand][axis];
      rest /= extents[axis];
    }
    return start;
  }
}
