package org.cirr.io.bytes;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.cirr.io.file.MalformedFileException;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;

/** Fills arrays from a {@link VoxelSource} through a small buffer. */
public final class VoxelFill {
  /** The values decoded at a time. */
  static final int CHUNK = 4096;

  /*
   * The array is as large as the header says from the start only where the file's length justifies
   * it (always, for a file that is not packed). Otherwise it doubles as values arrive, so a header
   * that lies costs what the file really holds.
   */

  private static final int MAX_FRAMES = 1 << 20;

  private VoxelFill() {}

  /**
   * Refuses more frames than a million: each is an object, however small it is.
   *
   * @param field the header's field that says how many
   */
  public static void requireFrames(Path file, String field, long frames)
      throws MalformedFileException {
    if (frames > MAX_FRAMES) {
      throw new MalformedFileException(
          file,
          field,
          "says " + frames + " frames, at most " + MAX_FRAMES + " are read",
          "cut the file into parts");
    }
  }

  /**
   * The next values, rounded once to float32.
   *
   * @param count at most {@link org.cirr.tensor.Shape#MAX_ELEMENTS}
   * @param justified the bytes of memory that may be taken at once
   */
  public static float[] floats(VoxelSource source, int count, long justified) throws IOException {
    float[] values = new float[firstCapacity(count, justified / Float.BYTES)];
    double[] chunk = new double[Math.min(CHUNK, count)];
    for (int done = 0; done < count; ) {
      if (done == values.length) {
        values = Arrays.copyOf(values, (int) Math.min(count, 2L * done));
      }
      int step = Math.min(chunk.length, values.length - done);
      source.next(chunk, step);
      for (int i = 0; i < step; i++) {
        values[done + i] = (float) chunk[i];
      }
      done += step;
    }
    return values;
  }

  /**
   * The next values as class numbers; one byte each unless one is above 255.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the first voxel that is not a whole
   * number from 0 to 65535.
   */
  public static LabelMap labels(VoxelSource source, Geometry geometry, long justified, Path path)
      throws IOException {
    int count = geometry.shape().arrayLength();
    byte[] bytes = new byte[firstCapacity(count, justified)];
    short[] shorts = null;
    double[] chunk = new double[Math.min(CHUNK, count)];
    for (int done = 0; done < count; ) {
      int capacity = shorts != null ? shorts.length : bytes.length;
      if (done == capacity) {
        capacity = (int) Math.min(count, 2L * done);
        bytes = shorts == null ? Arrays.copyOf(bytes, capacity) : null;
        shorts = shorts == null ? null : Arrays.copyOf(shorts, capacity);
      }
      int step = Math.min(chunk.length, capacity - done);
      source.next(chunk, step);
      if (shorts == null && anyAbove255(chunk, step)) {
        shorts = widened(bytes, done);
        bytes = null;
      }
      for (int i = 0; i < step; i++) {
        int label = label(chunk[i], done + i, geometry, path);
        if (shorts == null) {
          bytes[done + i] = (byte) label;
        } else {
          shorts[done + i] = (short) label;
        }
      }
      done += step;
    }
    return shorts == null ? LabelMap.of(geometry, bytes) : LabelMap.of(geometry, shorts);
  }

  private static int firstCapacity(int count, long justified) {
    return (int) Math.min(count, Math.max(1024, justified));
  }

  private static boolean anyAbove255(double[] chunk, int count) {
    for (int i = 0; i < count; i++) {
      if (chunk[i] > 0xff) {
        return true;
      }
    }
    return false;
  }

  private static short[] widened(byte[] bytes, int count) {
    short[] shorts = new short[bytes.length];
    for (int i = 0; i < count; i++) {
      shorts[i] = (short) (bytes[i] & 0xff);
    }
    return shorts;
  }

  private static int label(double value, int index, Geometry geometry, Path path)
      throws IOException {
    int label = (int) value;
    if (label != value || label < 0 || label > LabelMap.MAX_LABEL) {
      int width = geometry.shape().dim(2);
      int height = geometry.shape().dim(1);
      throw new MalformedFileException(
          path,
          "voxel (x "
              + index % width
              + ", y "
              + index / width % height
              + ", z "
              + index / width / height
              + ")",
          "holds "
              + (value == Math.rint(value) ? String.format("%.0f", value) : "" + value)
              + ", but a label is a whole number from 0 to "
              + LabelMap.MAX_LABEL,
          "read it as a volume, or round the labels where the file was made");
    }
    return label;
  }
}
