package org.cirr.nn.preview;

import java.util.ArrayList;
import java.util.List;
import org.cirr.volume.Geometry;

/**
 * A slice of a volume in LPS order (x to the patient's left, y to the back, z to the head), as it
 * is drawn.
 *
 * @param normalAxis the array axis (0 z, 1 y, 2 x) that is fixed
 * @param slice the index along it
 * @param columnAxis the array axis that runs to the right of the picture
 * @param rowAxis the array axis that runs down, or up when {@code rowsUp}
 * @param letters left, right, top, bottom
 */
record Plane(
    String name,
    int normalAxis,
    int slice,
    int columnAxis,
    int rowAxis,
    boolean rowsUp,
    String letters,
    Geometry geometry) {

  /** The planes through a voxel (z, y, x); those with one voxel across are left out. */
  static List<Plane> through(int[] centre, Geometry geometry) {
    List<Plane> planes = new ArrayList<>();
    planes.add(new Plane("axial", 0, centre[0], 2, 1, false, "RLAP", geometry));
    planes.add(new Plane("coronal", 1, centre[1], 2, 0, true, "RLSI", geometry));
    planes.add(new Plane("sagittal", 2, centre[2], 1, 0, true, "APSI", geometry));
    List<Plane> flat = planes.stream().filter(plane -> plane.isFlat()).toList();
    if (flat.size() < planes.size()) {
      planes.removeAll(flat);
    }
    return planes;
  }

  private boolean isFlat() {
    return columns() == 1 || rows() == 1;
  }

  int columns() {
    return geometry.shape().dim(columnAxis);
  }

  int rows() {
    return geometry.shape().dim(rowAxis);
  }

  double widthMm() {
    return columns() * geometry.spacing().toArray()[columnAxis];
  }

  double heightMm() {
    return rows() * geometry.spacing().toArray()[rowAxis];
  }

  int widthPixels(double scale) {
    return Math.max(1, (int) Math.round(widthMm() * scale));
  }

  int heightPixels(double scale) {
    return Math.max(1, (int) Math.round(heightMm() * scale));
  }

  /** The flat array index of a column and a row of the picture's grid. */
  int index(int column, int row) {
    int[] at = new int[3];
    at[normalAxis] = slice;
    at[columnAxis] = column;
    at[rowAxis] = rowsUp ? rows() - 1 - row : row;
    return (at[0] * geometry.shape().dim(1) + at[1]) * geometry.shape().dim(2) + at[2];
  }
}
