package org.cirr.nn.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.cirr.volume.Geometry;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/**
 * Whether the channels of a case lie on one grid, with the files' names in the refusal. (A
 * different origin or direction is a warning of the segmenter's.)
 */
final class ChannelGeometry {
  /** Files store spacing as float32, and programs write it with about six digits. */
  private static final double RELATIVE_TOLERANCE = 1e-4;

  private ChannelGeometry() {}

  /**
   * Compares all channels with the first.
   *
   * @throws IOException when shape or spacing differ, with both values
   */
  static void check(List<Path> files, List<Volume> channels) throws IOException {
    Geometry first = channels.get(0).geometry();
    for (int channel = 1; channel < channels.size(); channel++) {
      Geometry other = channels.get(channel).geometry();
      if (!other.shape().equals(first.shape())) {
        throw mismatch(files, channel, "shape (z y x)", other.shape(), first.shape());
      }
      if (!close(other.spacing(), first.spacing())) {
        throw mismatch(
            files, channel, "spacing (z y x)", text(other.spacing()), text(first.spacing()));
      }
    }
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

  private static String text(Spacing spacing) {
    return String.format(
        Locale.ROOT, "[%.4g, %.4g, %.4g] mm", spacing.z(), spacing.y(), spacing.x());
  }
}
