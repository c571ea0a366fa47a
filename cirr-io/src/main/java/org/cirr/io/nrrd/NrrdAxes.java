package org.cirr.io.nrrd;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cirr.volume.Affine;
import org.cirr.volume.Spacing;
import org.joml.Matrix4d;
import org.joml.Vector3d;

/**
 * Which axes of an NRRD file are x, y, z, which count frames, and where x, y, z lie in the world.
 */
final class NrrdAxes {
  private final NrrdHeader header;

  /** The file axes that are x, y, z, fastest first: one to three of them. */
  private final List<Integer> spatial = new ArrayList<>();

  private NrrdAxes(NrrdHeader header) {
    this.header = header;
    for (int axis = 0; axis < header.sizes().size() && spatial.size() < 3; axis++) {
      if (isSpatial(axis)) {
        spatial.add(axis);
      }
    }
  }

  static NrrdAxes of(NrrdHeader header) {
    return new NrrdAxes(header);
  }

  private boolean isSpatial(int axis) {
    if (!header.spaceDirections().isEmpty()) {
      return !header.spaceDirections().get(axis).isEmpty();
    }
    if (header.kinds().isEmpty()) {
      return true;
    }
    return switch (header.kinds().get(axis).toLowerCase(Locale.ROOT)) {
      case "domain", "space", "???", "none" -> true;
      default -> false;
    };
  }

  List<Integer> spatial() {
    return spatial;
  }

  /** The extent of x (0), y (1) or z (2); 1 for axes that the file has not. */
  long size(int axis) {
    return axis < spatial.size() ? header.sizes().get(spatial.get(axis)) : 1;
  }

  long frames() {
    return header.values() / (size(0) * size(1) * size(2));
  }

  /** Whether each frame is one run of the file. */
  boolean areFramesWhole() {
    for (int axis = 0; axis < spatial.size(); axis++) {
      if (spatial.get(axis) != axis) {
        return false;
      }
    }
    return true;
  }

  Spacing spacing() {
    Vector3d[] steps = steps();
    return new Spacing(steps[2].length(), steps[1].length(), steps[0].length());
  }

  Affine affine() {
    Vector3d[] steps = steps();
    Vector3d origin = new Vector3d();
    for (int i = 0; i < Math.min(3, header.spaceOrigin().size()); i++) {
      double value = header.spaceOrigin().get(i);
      origin.setComponent(i, Double.isNaN(value) ? 0 : value);
    }
    double x = 1;
    double y = 1;
    switch (header.space().toLowerCase(Locale.ROOT)) {
      case "right-anterior-superior", "ras" -> {}
      case "left-anterior-superior", "las" -> x = -1;
      default -> {
        x = -1;
        y = -1;
      }
    }
    Matrix4d matrix = new Matrix4d();
    for (int axis = 0; axis < 3; axis++) {
      Vector3d step = steps[axis];
      matrix.set(axis, 0, plusZero(x * step.x)).set(axis, 1, plusZero(y * step.y));
      matrix.set(axis, 2, step.z);
    }
    matrix.set(3, 0, plusZero(x * origin.x)).set(3, 1, plusZero(y * origin.y));
    matrix.set(3, 2, origin.z);
    return Affine.of(matrix);
  }

  private static double plusZero(double value) {
    return value == 0 ? 0 : value;
  }

  /** The steps along x, y, z in the file's own space. */
  private Vector3d[] steps() {
    Vector3d[] steps = new Vector3d[3];
    for (int axis = 0; axis < spatial.size(); axis++) {
      steps[axis] = step(spatial.get(axis), axis);
    }
    if (spatial.isEmpty()) {
      steps[0] = new Vector3d(1, 0, 0);
    }
    if (steps[1] == null) {
      Vector3d x = steps[0];
      boolean alongX = Math.abs(x.x) >= Math.max(Math.abs(x.y), Math.abs(x.z));
      Vector3d other = alongX ? new Vector3d(0, 1, 0) : new Vector3d(1, 0, 0);
      Vector3d unit = new Vector3d(x).normalize();
      steps[1] = other.sub(unit.mul(other.dot(unit))).normalize();
    }
    if (steps[2] == null) {
      steps[2] = new Vector3d(steps[0]).normalize().cross(new Vector3d(steps[1]).normalize());
    }
    return steps;
  }

  private Vector3d step(int fileAxis, int axis) {
    Vector3d step = new Vector3d();
    if (!header.spaceDirections().isEmpty()) {
      List<Double> direction = header.spaceDirections().get(fileAxis);
      for (int i = 0; i < Math.min(3, direction.size()); i++) {
        step.setComponent(i, direction.get(i));
      }
      return step;
    }
    double spacing = header.spacings().isEmpty() ? 1 : Math.abs(header.spacings().get(fileAxis));
    return step.setComponent(axis, Double.isNaN(spacing) ? 1 : spacing);
  }
}
