package org.cirr.io.nifti;

/** Which fields of a NIfTI header an affine was taken from. */
public enum AffineSource {
  /** The three rows {@code srow_x, srow_y, srow_z}. */
  SFORM,
  /** The quaternion, {@code qoffset} and {@code pixdim}. */
  QFORM,
  /** Only {@code pixdim}: the orientation is a guess. */
  PIXDIM
}
