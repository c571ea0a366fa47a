package org.cirr.volume;

import java.util.Objects;
import org.cirr.tensor.Shape;

/**
 * A segmentation: one class number per voxel of a {@link Geometry}; 0 is background.
 *
 * <p>Classes up to 255 take one byte a voxel, up to 65535 two.
 */
public final class LabelMap {
  /** The largest class number. */
  public static final int MAX_LABEL = 0xffff;

  private final Geometry geometry;
  private final byte[] bytes; // either this
  private final short[] shorts; // or this; the other is null

  private LabelMap(Geometry geometry, byte[] bytes, short[] shorts) {
    int length = bytes != null ? bytes.length : shorts.length;
    if (length != geometry.shape().elements()) {
      throw new IllegalArgumentException(
          "shape "
              + geometry.shape()
              + " needs "
              + geometry.shape().elements()
              + " labels, got "
              + length);
    }
    this.geometry = geometry;
    this.bytes = bytes;
    this.shorts = shorts;
  }

  /** Labels 0 to 255 as unsigned bytes; the array is not copied. */
  public static LabelMap of(Geometry geometry, byte[] unsigned) {
    return new LabelMap(geometry, Objects.requireNonNull(unsigned), null);
  }

  /** Labels 0 to 65535 as unsigned shorts; the array is not copied. */
  public static LabelMap of(Geometry geometry, short[] unsigned) {
    return new LabelMap(geometry, null, Objects.requireNonNull(unsigned));
  }

  /** All background, able to hold labels up to {@code maxLabel}. */
  public static LabelMap zeros(Geometry geometry, int maxLabel) {
    if (maxLabel < 0 || maxLabel > MAX_LABEL) {
      throw new IllegalArgumentException("labels go from 0 to 65535, got " + maxLabel);
    }
    int length = geometry.shape().arrayLength();
    return maxLabel <= 0xff
        ? new LabelMap(geometry, new byte[length], null)
        : new LabelMap(geometry, null, new short[length]);
  }

  /** Shape, affine and spacing. */
  public Geometry geometry() {
    return geometry;
  }

  /** The extents {@code [z, y, x]}. */
  public Shape shape() {
    return geometry.shape();
  }

  /** The number of voxels. */
  public int length() {
    return bytes != null ? bytes.length : shorts.length;
  }

  /** The bytes one label takes: 1 or 2. */
  public int bytesPerLabel() {
    return bytes != null ? 1 : 2;
  }

  /** The label at a flat index, {@code (z · height + y) · width + x}. */
  public int get(int index) {
    return bytes != null ? bytes[index] & 0xff : shorts[index] & 0xffff;
  }

  /** The label of a voxel. */
  public int get(int z, int y, int x) {
    Objects.checkIndex(z, shape().dim(0));
    Objects.checkIndex(y, shape().dim(1));
    Objects.checkIndex(x, shape().dim(2));
    return get((z * shape().dim(1) + y) * shape().dim(2) + x);
  }

  /**
   * Sets the label at a flat index.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a label that does not fit.
   */
  public void set(int index, int label) {
    if (label < 0 || label > (bytes != null ? 0xff : MAX_LABEL)) {
      throw new IllegalArgumentException(
          "label " + label + " does not fit " + bytesPerLabel() + " byte(s) per voxel");
    }
    if (bytes != null) {
      bytes[index] = (byte) label;
    } else {
      shorts[index] = (short) label;
    }
  }

  /** The number of voxels of every label from 0 to the largest one present. */
  public long[] counts() {
    long[] counts = new long[MAX_LABEL + 1];
    int largest = 0;
    for (int index = 0; index < length(); index++) {
      int label = get(index);
      counts[label]++;
      largest = Math.max(largest, label);
    }
    return java.util.Arrays.copyOf(counts, largest + 1);
  }

  /** The same labels with the axes permuted and flipped; this map if it already lies so. */
  public LabelMap reoriented(Orientation target) {
    Orientation.AxisMove move = geometry.orientation().to(target);
    if (move.isIdentity()) {
      return this;
    }
    Geometry moved = move.apply(geometry);
    int[] step = move.startAndSteps(geometry);
    LabelMap to = zeros(moved, bytes != null ? 0xff : MAX_LABEL);
    int out = 0;
    for (int z = 0; z < moved.shape().dim(0); z++) {
      for (int y = 0; y < moved.shape().dim(1); y++) {
        int in = step[0] + z * step[1] + y * step[2];
        for (int x = 0; x < moved.shape().dim(2); x++, in += step[3]) {
          to.set(out++, get(in));
        }
      }
    }
    return to;
  }

  @Override
  public String toString() {
    return "LabelMap" + shape() + " " + geometry.spacing();
  }
}
