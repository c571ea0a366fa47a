package org.cirr.benchmarks.export;

import org.cirr.tensor.Shape;

/**
 * From cirr's {@code [N, spatial…, C]} to the peers' {@code [N, C, spatial…]} and back. Up to three
 * axes are tokens or matrices, which lie the same way everywhere.
 */
public final class ChannelsFirst {
  private ChannelsFirst() {}

  /** The extents in the peers' order. */
  public static long[] extents(Shape shape) {
    long[] extents = new long[shape.rank()];
    boolean swapped = shape.rank() > 3;
    for (int axis = 0; axis < extents.length; axis++) {
      extents[axis] =
          axis == 0 || !swapped ? shape.dim(axis) : shape.dim(axis == 1 ? -1 : axis - 1);
    }
    return extents;
  }

  /** Values of the given shape, reordered for a peer. */
  public static float[] from(float[] channelsLast, Shape shape) {
    return shape.rank() <= 3
        ? channelsLast.clone()
        : swap(channelsLast, shape.dim(0), voxels(shape), shape.dim(-1));
  }

  /** A peer's values in cirr's order; the shape is cirr's. */
  public static float[] to(float[] channelsFirst, Shape shape) {
    return shape.rank() <= 3
        ? channelsFirst.clone()
        : swap(channelsFirst, shape.dim(0), shape.dim(-1), voxels(shape));
  }

  private static int voxels(Shape shape) {
    return (int) (shape.elements() / shape.dim(0) / shape.dim(-1));
  }

  /** {@code [n, rows, columns] → [n, columns, rows]}. */
  private static float[] swap(float[] values, int n, int rows, int columns) {
    float[] swapped = new float[values.length];
    for (int i = 0; i < n; i++) {
      int start = i * rows * columns;
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          swapped[start + column * rows + row] = values[start + row * columns + column];
        }
      }
    }
    return swapped;
  }
}
