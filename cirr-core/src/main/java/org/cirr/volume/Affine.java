package org.cirr.volume;

import org.joml.Matrix4d;
import org.joml.Matrix4dc;
import org.joml.Vector3d;

/**
 * The map from voxel indices to world millimetres (RAS+).
 *
 * <p><b>Formula</b>: {@code world = M · (x, y, z, 1)}, where x is the index along the fastest array
 * axis. Column 0 of M is thus the step to the next voxel of a row, column 2 to the next slice,
 * column 3 the centre of the first voxel.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} when an entry is not finite, the last row is
 * not {@code 0 0 0 1}, or the matrix cannot be inverted.
 */
public final class Affine {
  private final Matrix4d matrix;

  private Affine(Matrix4d matrix) {
    if (!matrix.isFinite()) {
      throw new IllegalArgumentException("an affine's entries must be finite, got\n" + matrix);
    }
    if (matrix.m03() != 0 || matrix.m13() != 0 || matrix.m23() != 0 || matrix.m33() != 1) {
      throw new IllegalArgumentException("an affine's last row must be 0 0 0 1, got\n" + matrix);
    }
    double scale =
        column(matrix, 0).length() * column(matrix, 1).length() * column(matrix, 2).length();
    if (!(Math.abs(matrix.determinant3x3()) > 1e-9 * scale)) {
      throw new IllegalArgumentException(
          "an affine must be invertible, but two voxel axes of this one coincide or vanish\n"
              + matrix);
    }
    this.matrix = matrix;
  }

  /** The affine with the given matrix, which is copied. */
  public static Affine of(Matrix4dc matrix) {
    return new Affine(new Matrix4d(matrix));
  }

  /** The affine with the given three rows of four, as NIfTI's {@code srow_x, srow_y, srow_z}. */
  public static Affine ofRows(double[] rowX, double[] rowY, double[] rowZ) {
    if (rowX.length != 4 || rowY.length != 4 || rowZ.length != 4) {
      throw new IllegalArgumentException(
          "an affine's rows must have four numbers each, got "
              + rowX.length
              + ", "
              + rowY.length
              + " and "
              + rowZ.length);
    }
    return new Affine(
        new Matrix4d(
            rowX[0], rowY[0], rowZ[0], 0, rowX[1], rowY[1], rowZ[1], 0, rowX[2], rowY[2], rowZ[2],
            0, rowX[3], rowY[3], rowZ[3], 1));
  }

  /** Axis-aligned in RAS+ with the first voxel at the origin. */
  public static Affine ofSpacing(Spacing spacing) {
    return new Affine(new Matrix4d().scaling(spacing.x(), spacing.y(), spacing.z()));
  }

  /** A read-only view of the matrix; JOML's {@code mCR} is column C, row R. */
  public Matrix4dc matrix() {
    return matrix;
  }

  /** The lengths of the voxel steps. */
  public Spacing spacing() {
    return new Spacing(
        column(matrix, 2).length(), column(matrix, 1).length(), column(matrix, 0).length());
  }

  /** The world position of a voxel centre; fractional indices are allowed. */
  public Vector3d toWorld(double x, double y, double z) {
    return matrix.transformPosition(new Vector3d(x, y, z));
  }

  /** The voxel index (x, y, z) of a world position, fractional. */
  public Vector3d toVoxel(double worldX, double worldY, double worldZ) {
    return matrix
        .invertAffine(new Matrix4d())
        .transformPosition(new Vector3d(worldX, worldY, worldZ));
  }

  /** Whether the voxel axes are at right angles, up to an angle of about 0.06 degrees. */
  public boolean isOrthogonal() {
    Vector3d x = column(matrix, 0).normalize();
    Vector3d y = column(matrix, 1).normalize();
    Vector3d z = column(matrix, 2).normalize();
    return Math.abs(x.dot(y)) < 1e-3 && Math.abs(y.dot(z)) < 1e-3 && Math.abs(x.dot(z)) < 1e-3;
  }

  /** Whether all entries agree within a tolerance in millimetres. */
  public boolean equals(Affine other, double toleranceMm) {
    return matrix.equals(other.matrix, toleranceMm);
  }

  static Vector3d column(Matrix4dc matrix, int index) {
    return matrix.getColumn(index, new Vector3d());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Affine affine && matrix.equals(affine.matrix);
  }

  @Override
  public int hashCode() {
    return matrix.hashCode();
  }

  /** The four rows, as text. */
  @Override
  public String toString() {
    return matrix.toString();
  }
}
