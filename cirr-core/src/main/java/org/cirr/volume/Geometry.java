package org.cirr.volume;

import org.cirr.tensor.Shape;

/**
 * The grid of a volume: how many voxels {@code [z, y, x]}, where they lie, how far apart.
 *
 * <p>The spacing is kept beside the affine because files state it in a field of its own and
 * programs such as nnU-Net decide by that field; for most files it equals {@link Affine#spacing()}
 * up to rounding.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when the shape has not three axes of at least
 * one voxel.
 */
public record Geometry(Shape shape, Affine affine, Spacing spacing) {
  public Geometry {
    if (shape.rank() != 3 || shape.elements() == 0) {
      throw new IllegalArgumentException(
          "a volume needs three axes z, y, x of at least one voxel, got shape " + shape);
    }
  }

  /** The geometry whose spacing is the affine's own. */
  public static Geometry of(Shape shape, Affine affine) {
    return new Geometry(shape, affine, affine.spacing());
  }

  /** The orientation nearest to the voxel axes. */
  public Orientation orientation() {
    return Orientation.of(affine);
  }

  /**
   * This grid with its axes permuted and flipped to another orientation; no voxel moves in space.
   */
  public Geometry reoriented(Orientation target) {
    return orientation().to(target).apply(this);
  }

  /** Whether both grids have the same shape, and spacing and affine agree within a tolerance. */
  public boolean matches(Geometry other, double toleranceMm) {
    return shape.equals(other.shape)
        && Math.abs(spacing.z() - other.spacing.z()) <= toleranceMm
        && Math.abs(spacing.y() - other.spacing.y()) <= toleranceMm
        && Math.abs(spacing.x() - other.spacing.x()) <= toleranceMm
        && affine.equals(other.affine, toleranceMm);
  }
}
