package org.cirr.volume;

/**
 * The distance between neighbouring voxels along the array axes, in millimetres.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for a distance that is not positive and
 * finite.
 */
public record Spacing(double z, double y, double x) {
  public Spacing {
    if (!(z > 0
        && y > 0
        && x > 0
        && z < Double.MAX_VALUE
        && y < Double.MAX_VALUE
        && x < Double.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "spacing must be positive and finite, got z " + z + ", y " + y + ", x " + x + " mm");
    }
  }

  /** The three distances in array order, {@code [z, y, x]}. */
  public double[] toArray() {
    return new double[] {z, y, x};
  }

  /** The volume of one voxel in mm³. */
  public double voxelVolume() {
    return z * y * x;
  }
}
