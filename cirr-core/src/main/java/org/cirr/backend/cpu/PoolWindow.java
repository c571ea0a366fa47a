package org.cirr.backend.cpu;

import org.cirr.op.AdaptiveAvgPool;
import org.cirr.op.AdaptiveMaxPool;
import org.cirr.op.AvgPool;
import org.cirr.op.MaxPool;
import org.cirr.op.Op;
import org.cirr.tensor.Shape;

/**
 * What every output index of a pooling sees, for the axes d, h, w.
 *
 * @param in the activation it reads
 * @param out the activation it makes
 * @param first per axis and output index, the first input index
 * @param count per axis and output index, how many input indices
 * @param step per axis, from one of them to the next
 * @param size per axis and output index, what a mean divides by
 */
public record PoolWindow(
    Extents in, Extents out, int[][] first, int[][] count, int[] step, int[][] size) {
  /** The windows of a step whose op is a pooling. */
  public static PoolWindow of(Op op, Step step) {
    return of(op, step.inputShape(), step.node().shape());
  }

  /** The windows of a pooling that makes one activation of another. */
  public static PoolWindow of(Op op, Shape input, Shape output) {
    Extents in = Extents.of(input);
    Extents out = Extents.of(output);
    int[] dilation = {1, 1, 1};
    if (op instanceof MaxPool pool) {
      dilation = Extents.three(pool.dilation(), 1);
    }
    PoolWindow window = new PoolWindow(in, out, new int[3][], new int[3][], dilation, new int[3][]);
    for (int axis = 0; axis < 3; axis++) {
      int n = axis == 0 ? in.d() : axis == 1 ? in.h() : in.w();
      int outputs = axis == 0 ? out.d() : axis == 1 ? out.h() : out.w();
      window.first[axis] = new int[outputs];
      window.count[axis] = new int[outputs];
      window.size[axis] = new int[outputs];
      for (int k = 0; k < outputs; k++) {
        window.set(op, axis, k, n, outputs);
      }
    }
    return window;
  }

  private void set(Op op, int axis, int k, int n, int outputs) {
    if (op instanceof AdaptiveAvgPool || op instanceof AdaptiveMaxPool) {
      int from = (int) ((long) k * n / outputs);
      int to = (int) (((k + 1L) * n + outputs - 1) / outputs);
      first[axis][k] = from;
      count[axis][k] = to - from;
      size[axis][k] = to - from;
    } else if (op instanceof MaxPool pool) {
      int from = k * Extents.three(pool.stride(), 1)[axis] - Extents.three(pool.padding(), 0)[axis];
      clip(axis, k, n, from, Extents.three(pool.kernel(), 1)[axis]);
    } else if (op instanceof AvgPool pool) {
      int padding = Extents.three(pool.padding(), 0)[axis];
      int kernel = Extents.three(pool.kernel(), 1)[axis];
      int from = k * Extents.three(pool.stride(), 1)[axis] - padding;
      clip(axis, k, n, from, kernel);
      size[axis][k] =
          pool.countPadding() ? Math.min(from + kernel, n + padding) - from : count[axis][k];
    }
  }

  /** The part of a kernel's positions that lies inside the input. */
  private void clip(int axis, int k, int n, int from, int kernel) {
    int low = 0;
    while (low < kernel && from + low * step[axis] < 0) {
      low++;
    }
    int high = kernel;
    while (high > low && from + (high - 1) * step[axis] >= n) {
      high--;
    }
    first[axis][k] = from + low * step[axis];
    count[axis][k] = high - low;
  }

  /** The flat index of channel 0 of the i-th, j-th, l-th voxel that an output voxel sees. */
  public int source(int n, int z, int y, int x, int i, int j, int l) {
    int iz = first[0][z] + i * step[0];
    int iy = first[1][y] + j * step[1];
    int ix = first[2][x] + l * step[2];
    return (((n * in.d() + iz) * in.h() + iy) * in.w() + ix) * in.c();
  }
}
