package org.cirr.nn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cirr.volume.Geometry;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.joml.Vector3d;

/**
 * Whether the channels of a case lie on one grid.
 *
 * <p><b>Edge cases</b>: as nnU-Net has it, a different origin or direction is only worth a warning,
 * since the arrays are used voxel by voxel.
 */
final class ChannelGeometry {
  /** Files store spacing as float32, and programs write it with about six digits. */
  private static final double RELATIVE_TOLERANCE = 1e-4;

  private static final double ORIGIN_TOLERANCE_MM = 1e-2;
  private static final double DIRECTION_TOLERANCE = 1e-3;

  private ChannelGeometry() {}

  /**
   * Compares all channels with the first.
   *
   * @return the warnings
   * @throws IOException when shape or spacing differ, with both values
   */
  static List<String> check(List<Path> files, List<Volume> channels) throws IOException {
    List<String> warnings = new ArrayList<>();
    Geometry first = channels.get(0).geometry();
    for (int channel = 1; channel < channels.size(); channel++) {
      Geometry other = channels.get(channel).geometry();
      Path file = files.get(channel);
      if (!other.shape().equals(first.shape())) {
        throw mismatch(files, channel, "shape (z y x)", other.shape(), first.shape());
      }
      if (!close(other.spacing(), first.spacing())) {
        throw mismatch(
            files, channel, "spacing (z y x)", text(other.spacing()), text(first.spacing()));
      }
      Vector3d origin = first.affine().toWorld(0, 0, 0);
      Vector3d otherOrigin = other.affine().toWorld(0, 0, 0);
      if (origin.distance(otherOrigin) > ORIGIN_TOLERANCE_MM) {
        warnings.add(
            String.format(
                "%s: its origin %s differs from %s of %s; used voxel by voxel all the same",
                file, text(otherOrigin), text(origin), files.get(0)));
      }
      if (directionsDiffer(first, other)) {
        warnings.add(
            String.format(
                "%s: its direction differs from that of %s (nearest axes %s and %s); used voxel"
                    + " by voxel all the same",
                file, files.get(0), other.orientation(), first.orientation()));
      }
    }
    return warnings;
  }

  private static IOException mismatch(
      List<Path> files, int channel, String what, Object other, Object first) {
    return new IOException(
        String.format(
            "%s has %s %s but %s has %s; the channels of a case must lie on one grid: resample"
                + " one onto the other",
            files.get(channel), what, other, files.get(0), first));
  }

  private static boolean close(Spacing a, Spacing b) {
    for (int axis = 0; axis < 3; axis++) {
      double first = a.toArray()[axis];
      if (Math.abs(first - b.toArray()[axis]) > RELATIVE_TOLERANCE * first) {
        return false;
      }
    }
    return true;
  }

  private static boolean directionsDiffer(Geometry a, Geometry b) {
    for (int axis = 0; axis < 3; axis++) {
      Vector3d one = a.affine().matrix().getColumn(axis, new Vector3d()).normalize();
      Vector3d two = b.affine().matrix().getColumn(axis, new Vector3d()).normalize();
      if (one.distance(two) > DIRECTION_TOLERANCE) {
        return true;
      }
    }
    return false;
  }

  private static String text(Spacing spacing) {
    return String.format(
        Locale.ROOT, "[%.4g, %.4g, %.4g] mm", spacing.z(), spacing.y(), spacing.x());
  }

  private static String text(Vector3d point) {
    return String.format(Locale.ROOT, "[%.2f, %.2f, %.2f] mm", point.x, point.y, point.z);
  }
}
