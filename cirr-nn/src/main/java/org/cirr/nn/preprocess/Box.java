package org.cirr.nn.preprocess;

import java.util.Arrays;

/** A box of voxels: {@code lower} inclusive, {@code upper} exclusive, per array axis. */
public record Box(int[] lower, int[] upper) {
  public Box {
    lower = lower.clone();
    upper = upper.clone();
    if (lower.length != upper.length) {
      throw new IllegalArgumentException(
          "a box has as many lower as upper bounds, got " + lower.length + " and " + upper.length);
    }
    for (int axis = 0; axis < lower.length; axis++) {
      if (lower[axis] < 0 || upper[axis] <= lower[axis]) {
        throw new IllegalArgumentException(
            "a box needs 0 <= lower < upper on every axis, got "
                + Arrays.toString(lower)
                + " to "
                + Arrays.toString(upper));
      }
    }
  }

  /** A copy of the lower bounds. */
  @Override
  public int[] lower() {
    return lower.clone();
  }

  /** A copy of the upper bounds. */
  @Override
  public int[] upper() {
    return upper.clone();
  }

  /** The box of the whole array. */
  public static Box whole(int[] shape) {
    return new Box(new int[shape.length], shape);
  }

  /** The extents of the box. */
  public int[] shape() {
    int[] shape = upper.clone();
    Arrays.setAll(shape, axis -> upper[axis] - lower[axis]);
    return shape;
  }

  /** Copies the voxels of the box out of a {@code [z, y, x]} array. */
  public float[] crop(float[] data, int[] shape) {
    int[] size = shape();
    if (Arrays.equals(size, shape)) {
      return data.clone();
    }
    float[] cropped = new float[size[0] * size[1] * size[2]];
    int out = 0;
    for (int z = lower[0]; z < upper[0]; z++) {
      for (int y = lower[1]; y < upper[1]; y++, out += size[2]) {
        System.arraycopy(data, (z * shape[1] + y) * shape[2] + lower[2], cropped, out, size[2]);
      }
    }
    return cropped;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Box box
        && Arrays.equals(lower, box.lower)
        && Arrays.equals(upper, box.upper);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(lower) + Arrays.hashCode(upper);
  }

  @Override
  public String toString() {
    return Arrays.toString(lower) + ".." + Arrays.toString(upper);
  }
}
