package org.cirr.metrics.radiomics.image;

import java.util.Arrays;

/**
 * A part of a grid: its first voxel and its extents, in array order {@code z y x}.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when an extent is not positive.
 */
public record Box(int z, int y, int x, int depth, int height, int width) {
  public Box {
    if (depth < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a box needs at least one voxel along every axis, got "
              + depth
              + " x "
              + height
              + " x "
              + width);
    }
  }

  /** The whole grid of the given extents. */
  public static Box whole(int[] shape) {
    return new Box(0, 0, 0, shape[0], shape[1], shape[2]);
  }

  /** The smallest box around the set voxels; null when there is none. */
  public static Box around(boolean[] mask, int[] shape) {
    int[] low = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
    int[] high = {-1, -1, -1};
    boolean[] empty = new boolean[shape[2]];
    for (int row = 0, at = 0; row < shape[0] * shape[1]; row++, at += shape[2]) {
      int first = Arrays.mismatch(mask, at, at + shape[2], empty, 0, shape[2]); // many at a time
      if (first < 0) {
        continue;
      }
      int last = shape[2] - 1;
      while (!mask[at + last]) {
        last--;
      }
      int[] from = {row / shape[1], row % shape[1], first};
      int[] to = {from[0], from[1], last};
      for (int axis = 0; axis < 3; axis++) {
        low[axis] = Math.min(low[axis], from[axis]);
        high[axis] = Math.max(high[axis], to[axis]);
      }
    }
    return high[0] < 0
        ? null
        : new Box(
            low[0],
            low[1],
            low[2],
            high[0] - low[0] + 1,
            high[1] - low[1] + 1,
            high[2] - low[2] + 1);
  }

  /** This box grown by a margin on all faces, but not beyond the grid. */
  public Box grown(int margin, int[] shape) {
    int[] low = first();
    int[] end = shape();
    for (int axis = 0; axis < 3; axis++) {
      end[axis] = (int) Math.min(shape[axis], (long) low[axis] + end[axis] + margin);
      low[axis] = (int) Math.max(0, (long) low[axis] - margin);
    }
    return new Box(low[0], low[1], low[2], end[0] - low[0], end[1] - low[1], end[2] - low[2]);
  }

  /** The index of the first voxel, {@code [z, y, x]}. */
  public int[] first() {
    return new int[] {z, y, x};
  }

  /** The extents, {@code [z, y, x]}. */
  public int[] shape() {
    return new int[] {depth, height, width};
  }

  /** The number of voxels. */
  public int voxels() {
    return Math.multiplyExact(Math.multiplyExact(depth, height), width);
  }

  /** The values of this part of a grid. */
  public double[] cut(double[] values, int[] shape) {
    double[] part = new double[voxels()];
    for (int row = 0; row < depth * height; row++) {
      System.arraycopy(values, from(row, shape), part, row * width, width);
    }
    return part;
  }

  /** The values of this part of a mask. */
  public boolean[] cut(boolean[] values, int[] shape) {
    boolean[] part = new boolean[voxels()];
    for (int row = 0; row < depth * height; row++) {
      System.arraycopy(values, from(row, shape), part, row * width, width);
    }
    return part;
  }

  private int from(int row, int[] shape) {
    if (z + depth > shape[0] || y + height > shape[1] || x + width > shape[2]) {
      throw new IndexOutOfBoundsException(this + " is not inside " + Arrays.toString(shape));
    }
    return ((z + row / height) * shape[1] + y + row % height) * shape[2] + x;
  }
}
