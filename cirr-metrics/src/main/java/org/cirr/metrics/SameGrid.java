package org.cirr.metrics;

import org.cirr.volume.Geometry;

/** Refuses to compare voxels that do not lie at the same place. */
public final class SameGrid {
  /** How far entries of the affines and spacings may be apart: files round them. */
  public static final double TOLERANCE_MM = 1e-3;

  private SameGrid() {}

  /**
   * Returns if both grids have the same shape, and spacing and affine agree within {@link
   * #TOLERANCE_MM}.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with both shapes or both affines.
   */
  public static void require(Geometry reference, Geometry prediction) {
    require(reference, prediction, TOLERANCE_MM);
  }

  /** As {@link #require(Geometry, Geometry)} with an own tolerance. */
  public static void require(Geometry reference, Geometry prediction, double toleranceMm) {
    if (!reference.shape().equals(prediction.shape())) {
      throw new IllegalArgumentException(
          "the reference has shape "
              + reference.shape()
              + " but the prediction "
              + prediction.shape()
              + " (z y x); resample the prediction to the reference's grid");
    }
    if (!reference.matches(prediction, toleranceMm)) {
      throw new IllegalArgumentException(
          "the reference and the prediction lie on different grids: spacing "
              + reference.spacing()
              + " with affine\n"
              + reference.affine()
              + "but spacing "
              + prediction.spacing()
              + " with affine\n"
              + prediction.affine()
              + "differ by more than "
              + toleranceMm
              + " mm; resample the prediction to the reference's grid");
    }
  }
}
