package org.cirr.nn.preprocess;

import java.util.Arrays;

/**
 * A permutation of the three array axes: axis {@code i} of the result is axis {@code forward[i]} of
 * the source.
 *
 * <p><b>Source</b>: {@code transpose_forward} and {@code transpose_backward} of nnU-Net plans.
 */
public final class Transpose {
  private final int[] forward;

  private Transpose(int[] forward) {
    this.forward = forward;
  }

  /**
   * The permutation.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when it is not a permutation of 0, 1, 2.
   */
  public static Transpose of(int... forward) {
    int[] sorted = forward.clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(sorted, new int[] {0, 1, 2})) {
      throw new IllegalArgumentException(
          "transpose_forward must be a permutation of [0, 1, 2], got "
              + Arrays.toString(forward)
              + ": correct plans.json");
    }
    return new Transpose(forward.clone());
  }

  /** Whether nothing moves. */
  public boolean isIdentity() {
    return forward[0] == 0 && forward[1] == 1;
  }

  /** The way back. */
  public Transpose inverse() {
    int[] backward = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      backward[forward[axis]] = axis;
    }
    return new Transpose(backward);
  }

  /** The source axis of a result axis. */
  public int source(int axis) {
    return forward[axis];
  }

  /** Permutes extents. */
  public int[] apply(int[] shape) {
    return new int[] {shape[forward[0]], shape[forward[1]], shape[forward[2]]};
  }

  /** Permutes a spacing. */
  public double[] apply(double[] spacing) {
    return new double[] {spacing[forward[0]], spacing[forward[1]], spacing[forward[2]]};
  }

  /**
   * The flat distance in a source of the given (source) shape between neighbours along each result
   * axis.
   */
  public int[] steps(int[] sourceShape) {
    return apply(new int[] {sourceShape[1] * sourceShape[2], sourceShape[2], 1});
  }

  /** Permutes an array; the same array where nothing moves. */
  public float[] apply(float[] data, int[] shape) {
    if (isIdentity()) {
      return data;
    }
    int[] size = apply(shape);
    int[] step = steps(shape);
    float[] moved = new float[data.length];
    int out = 0;
    for (int z = 0; z < size[0]; z++) {
      for (int y = 0; y < size[1]; y++) {
        int in = z * step[0] + y * step[1];
        for (int x = 0; x < size[2]; x++, in += step[2]) {
          moved[out++] = data[in];
        }
      }
    }
    return moved;
  }
}
