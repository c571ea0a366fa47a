package org.cirr.metrics.radiomics.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import org.cirr.volume.Volume;

/**
 * The type of an image's voxels in its file. It matters because resampling gives the result in the
 * image's own type: whole numbers are cut off towards zero, not rounded.
 */
public enum PixelType {
  INT8(1, Byte.MIN_VALUE, Byte.MAX_VALUE),
  UINT8(1, 0, 0xff),
  INT16(2, Short.MIN_VALUE, Short.MAX_VALUE),
  UINT16(2, 0, 0xffff),
  INT32(4, Integer.MIN_VALUE, Integer.MAX_VALUE),
  UINT32(4, 0, 0xffffffffL),
  FLOAT32(4, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
  FLOAT64(8, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  private final int bytes;
  private final double low;
  private final double high;

  PixelType(int bytes, double low, double high) {
    this.bytes = bytes;
    this.low = low;
    this.high = high;
  }

  /**
   * A guess from the values: a whole number type if all values are whole numbers, INT16 where that
   * holds them. Say the type where it is known.
   */
  public static PixelType guess(Volume volume) {
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    for (float value : volume.tensor().array()) {
      if (value != Math.rint(value) || Float.isInfinite(value)) {
        return FLOAT32;
      }
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    if (min >= Short.MIN_VALUE && max <= Short.MAX_VALUE) {
      return INT16;
    }
    return min >= Integer.MIN_VALUE && max <= Integer.MAX_VALUE ? INT32 : FLOAT32;
  }

  /**
   * The type of a file's header: {@code int16}, {@code float}, {@code double}, ... ; FLOAT64 for
   * anything else.
   */
  public static PixelType named(String name) {
    String upper = name.toUpperCase(Locale.ROOT).strip();
    for (PixelType type : values()) {
      if (type.name().equals(upper)) {
        return type;
      }
    }
    return upper.equals("FLOAT") ? FLOAT32 : FLOAT64;
  }

  /** Whether the type holds whole numbers only. */
  public boolean isWhole() {
    return !Double.isInfinite(high);
  }

  /** A value as this type stores it: cut towards zero and to the type's range. */
  public double store(double value) {
    if (!isWhole()) {
      return this == FLOAT32 ? (float) value : value;
    }
    double cut = value < 0 ? Math.ceil(value) : Math.floor(value);
    return Math.max(low, Math.min(high, cut));
  }

  /** The SHA-1 of values as this type holds them, little-endian, as hexadecimal text. */
  public String hash(int length, IntToDoubleFunction value) {
    MessageDigest digest = sha1();
    ByteBuffer block = ByteBuffer.allocate(bytes << 12).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < length; i++) {
      double v = value.applyAsDouble(i);
      switch (this) {
        case INT8, UINT8 -> block.put((byte) v);
        case INT16, UINT16 -> block.putShort((short) v);
        case INT32, UINT32 -> block.putInt((int) (long) v);
        case FLOAT32 -> block.putFloat((float) v);
        case FLOAT64 -> block.putDouble(v);
      }
      if (!block.hasRemaining()) {
        digest.update(block.flip());
        block.clear();
      }
    }
    digest.update(block.flip());
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}
