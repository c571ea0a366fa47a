package org.cirr.metrics.radiomics.image;

/** How values between voxels are made. */
public enum Interpolator {
  NEAREST,
  LINEAR,
  /** Cubic B-spline. */
  BSPLINE
}
