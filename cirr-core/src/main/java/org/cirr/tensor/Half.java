package org.cirr.tensor;

/**
 * IEEE 754 half precision (binary16) as bits in a {@code short}.
 *
 * <p>The JDK has these conversions only from version 20 on, and none from double. Rounding is to
 * nearest, ties to even, with subnormals, as NumPy and PyTorch do it.
 *
 * <p><b>Source</b>: IEEE 754-2019, 5.4.2 and 3.6.
 */
public final class Half {
  private static final float[] FLOATS = new float[1 << 16];

  static {
    for (int bits = 0; bits < FLOATS.length; bits++) {
      FLOATS[bits] = decode(bits);
    }
  }

  private Half() {}

  /** The value of the bits; exact. */
  public static float toFloat(short bits) {
    return FLOATS[bits & 0xffff];
  }

  /**
   * The nearest half.
   *
   * <p><b>Edge cases</b>: from 65520 on the result is infinite; NaN stays NaN; −0 keeps its sign.
   */
  public static short fromFloat(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x47800000) { // 65536 and above, infinity, NaN
      return (short) (sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00));
    }
    if (magnitude < 0x38800000) { // below 2^-14: adding 0.5 aligns the mantissa to 2^-24 and rounds
      float aligned = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | Float.floatToRawIntBits(aligned) - 0x3f000000);
    }
    int rounded = magnitude + 0xfff + (magnitude >>> 13 & 1);
    return (short) (sign | rounded - 0x38000000 >>> 13);
  }

  /**
   * The nearest half, in one rounding.
   *
   * <p>Going through float rounds twice and is wrong by one unit for about one value in 10⁴.
   */
  public static short fromDouble(double value) {
    // Round to odd: cut off the 29 bits that a float has not, and set the last bit that is left if
    // any of them was 1, so that a cut value cannot look like a tie between two halves. Float keeps
    // 13 more bits than half, so rounding it again is exact. No branch: which way a value rounds is
    // as good as random.
    long bits = Double.doubleToRawLongBits(value);
    long cut = bits & 0x1fffffffL;
    long odd = (bits | cut + 0x1fffffffL & 0x20000000L) & ~0x1fffffffL;
    return fromFloat((float) Double.longBitsToDouble(odd));
  }

  /** Rounds a float to half precision and back. */
  public static float round(float value) {
    return toFloat(fromFloat(value));
  }

  private static float decode(int bits) {
    int exponent = bits >>> 10 & 0x1f;
    int mantissa = bits & 0x3ff;
    float magnitude;
    if (exponent == 0) {
      magnitude = mantissa * 0x1p-24f;
    } else if (exponent == 31) {
      magnitude = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      magnitude = Float.intBitsToFloat(exponent + 112 << 23 | mantissa << 13);
    }
    return (bits & 0x8000) == 0 ? magnitude : -magnitude;
  }
}
