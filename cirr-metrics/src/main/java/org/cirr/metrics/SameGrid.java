package org.cirr.metrics;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.StringJoiner;
import org.cirr.volume.Geometry;
import org.cirr.volume.Spacing;
import org.joml.Matrix4dc;

/** Refuses to compare voxels that do not lie at the same place. */
public final class SameGrid {
  /** How far entries of the affines and spacings may be apart: files round them. */
  public static final double TOLERANCE_MM = 1e-3;

  private static final MathContext DIGITS = new MathContext(9); // more than files hold as float32

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
          "the reference and the prediction lie on different grids: "
              + text(reference)
              + " but "
              + text(prediction)
              + " differ by more than "
              + toleranceMm
              + " mm; resample the prediction to the reference's grid");
    }
  }

  /** Spacing and the first three rows of the affine, to {@link #DIGITS}: differences are small. */
  private static String text(Geometry geometry) {
    Matrix4dc m = geometry.affine().matrix();
    StringJoiner rows = new StringJoiner("; ", "[", "]");
    for (int row = 0; row < 3; row++) {
      StringJoiner columns = new StringJoiner(" ");
      for (int column = 0; column < 4; column++) {
        columns.add(number(m.get(column, row)));
      }
      rows.add(columns.toString());
    }
    Spacing spacing = geometry.spacing();
    return String.format(
        Locale.ROOT,
        "spacing (z %s, y %s, x %s) mm with affine %s",
        number(spacing.z()),
        number(spacing.y()),
        number(spacing.x()),
        rows);
  }

  private static String number(double value) {
    return new BigDecimal(value).round(DIGITS).stripTrailingZeros().toPlainString();
  }
}
