package org.cirr.io.image;

import java.util.List;
import java.util.Locale;
import org.cirr.volume.Orientation;
import org.cirr.volume.Spacing;

/**
 * What a header says about an image; the voxels were not read.
 *
 * @param format such as {@code NIfTI-1}
 * @param sizes the file's extents, fastest axis first
 * @param voxelType such as {@code int16}
 * @param frames the number of 3D images
 * @param spacing the distances of the voxels in mm
 * @param orientation where the voxel axes point
 * @param orthogonal whether the voxel axes are at right angles
 * @param affineFrom the header fields that the position in the world comes from
 * @param note the free text of the header; empty if there is none
 */
public record ImageDescription(
    String format,
    List<Long> sizes,
    String voxelType,
    long frames,
    Spacing spacing,
    Orientation orientation,
    boolean orthogonal,
    String affineFrom,
    String note) {

  /** Some lines of text. */
  @Override
  public String toString() {
    StringBuilder size = new StringBuilder();
    for (long extent : sizes) {
      size.append(size.isEmpty() ? "" : " × ").append(extent);
    }
    return String.format(
        Locale.ROOT,
        "%s, %s voxels of %s%s%nspacing %s × %s × %s mm (x y z), orientation %s from %s%s%s",
        format,
        size,
        voxelType,
        frames > 1 ? " (" + frames + " frames)" : "",
        number(spacing.x()),
        number(spacing.y()),
        number(spacing.z()),
        orientation,
        affineFrom,
        orthogonal ? "" : ", axes not at right angles",
        note.isBlank() ? "" : System.lineSeparator() + note.strip());
  }

  private static String number(double mm) {
    return Float.toString((float) mm);
  }
}
