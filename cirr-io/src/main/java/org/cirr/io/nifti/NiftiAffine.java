package org.cirr.io.nifti;

import java.util.List;
import org.cirr.volume.Affine;
import org.joml.Matrix3d;
import org.joml.Matrix4d;
import org.joml.Matrix4dc;
import org.joml.Quaterniond;
import org.joml.Vector3d;

/** An affine and where it comes from; and the way back, from an affine to quaternion fields. */
record NiftiAffine(Affine affine, AffineSource source) {
  /** What nibabel takes for rounding below zero in 1 − b² − c² − d²: 3 ulp of the field's type. */
  private static final double ROUNDING_1 = 3 * Math.ulp(1f);

  private static final double ROUNDING_2 = 3 * Math.ulp(1.0);

  static NiftiAffine of(NiftiHeader header) {
    if (header.sformCode() > 0) {
      List<Double> s = header.srow();
      Matrix4d matrix =
          new Matrix4d(
              s.get(0), s.get(4), s.get(8), 0, s.get(1), s.get(5), s.get(9), 0, s.get(2), s.get(6),
              s.get(10), 0, s.get(3), s.get(7), s.get(11), 1);
      Affine affine = usable(matrix);
      if (affine != null) {
        return new NiftiAffine(affine, AffineSource.SFORM);
      }
    }
    if (header.qformCode() > 0) {
      Affine affine = usable(qform(header));
      if (affine != null) {
        return new NiftiAffine(affine, AffineSource.QFORM);
      }
    }
    return new NiftiAffine(Affine.of(base(header)), AffineSource.PIXDIM);
  }

  private static Affine usable(Matrix4d matrix) {
    try {
      return Affine.of(matrix);
    } catch (IllegalArgumentException e) {
      return null; // not finite or not invertible: counts as absent
    }
  }

  /** The size of a voxel along an axis: absolute, 0 as 1; an axis the file has not is 1 if odd. */
  static double zoom(NiftiHeader header, int axis) {
    double zoom = Math.abs(header.pixdim().get(axis + 1));
    if (zoom == 0 || (axis >= header.dims().size() && !Double.isFinite(zoom))) {
      return 1;
    }
    if (!Double.isFinite(zoom)) {
      throw new IllegalArgumentException(
          "pixdim[" + (axis + 1) + "] is " + zoom + " but must be a distance in mm");
    }
    return zoom;
  }

  /**
   * <b>Formula</b>: {@code a = √(1 − b² − c² − d²)}, the rotation of the quaternion (a, b, c, d)
   * times the voxel sizes, z times qfac.
   */
  private static Matrix4d qform(NiftiHeader header) {
    double b = header.quatern().get(0);
    double c = header.quatern().get(1);
    double d = header.quatern().get(2);
    double square = 1 - (b * b + c * c + d * d);
    double rounding = header.version() == 1 ? ROUNDING_1 : ROUNDING_2;
    // Slightly negative is rounding of a half turn. Clearly negative is no rotation; the C library
    // takes the direction of (b, c, d) for a half turn all the same, and so does the next line.
    double a = square < rounding ? 0 : Math.sqrt(square);
    double length = Math.sqrt(a * a + b * b + c * c + d * d);
    Quaterniond q = new Quaterniond(b / length, c / length, d / length, a / length);
    double qfac = header.pixdim().get(0) == -1 ? -1 : 1;
    Matrix3d rotation =
        q.get(new Matrix3d()).scale(zoom(header, 0), zoom(header, 1), zoom(header, 2) * qfac);
    rotation.add(new Matrix3d().zero()); // −0 becomes 0
    return new Matrix4d(rotation)
        .setTranslation(header.qoffset().get(0), header.qoffset().get(1), header.qoffset().get(2));
  }

  private static Matrix4d base(NiftiHeader header) {
    double x = -zoom(header, 0);
    double y = zoom(header, 1);
    double z = zoom(header, 2);
    return new Matrix4d()
        .scaling(x, y, z)
        .setTranslation(
            -x * (header.dim(0) - 1) / 2.0,
            -y * (header.dim(1) - 1) / 2.0,
            -z * (header.dim(2) - 1) / 2.0);
  }

  /**
   * The quaternion fields nearest to an affine.
   *
   * @param qfac 1, or −1 when the axes are left-handed
   * @param zooms the lengths of the voxel steps x, y, z
   * @param bcd {@code quatern_b, quatern_c, quatern_d}
   */
  record Quaternion(int qfac, double[] zooms, double[] bcd) {
    static Quaternion of(Affine affine) {
      Matrix4dc m = affine.matrix();
      Vector3d[] columns = new Vector3d[3];
      double[] zooms = new double[3];
      for (int axis = 0; axis < 3; axis++) {
        columns[axis] = m.getColumn(axis, new Vector3d());
        zooms[axis] = columns[axis].length();
        columns[axis].div(zooms[axis]);
      }
      int qfac = m.determinant3x3() > 0 ? 1 : -1;
      columns[2].mul(qfac);
      Matrix3d rotation = nearestRotation(new Matrix3d(columns[0], columns[1], columns[2]));
      Quaterniond q = rotation.getNormalizedRotation(new Quaterniond());
      double sign = q.w < 0 ? -1 : 1;
      return new Quaternion(qfac, zooms, new double[] {sign * q.x, sign * q.y, sign * q.z});
    }

    /** The orthogonal factor of the polar decomposition: the mean with its inverse's transpose. */
    private static Matrix3d nearestRotation(Matrix3d matrix) {
      Matrix3d rotation = new Matrix3d(matrix);
      for (int round = 0; round < 100; round++) {
        Matrix3d next = rotation.invert(new Matrix3d()).transpose().add(rotation).scale(0.5);
        // Matrix3d.scale(0.5) multiplies every entry, as wanted.
        boolean settled = next.equals(rotation, 1e-15);
        rotation = next;
        if (settled) {
          break;
        }
      }
      return rotation;
    }
  }
}
