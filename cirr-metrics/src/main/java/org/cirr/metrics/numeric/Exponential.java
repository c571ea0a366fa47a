package org.cirr.metrics.numeric;

/**
 * eˣ, rounded correctly and the same on every machine.
 *
 * <p>{@link Math#exp} may differ in its last digit from one machine to another, and {@link
 * StrictMath#exp} is often off by one. Boosted trees are grown on sums of such numbers, in which a
 * last digit decides between equally good splits: with this one a seed gives the same trees
 * everywhere, and nearly always those of programs that use a good C library.
 *
 * <p><b>Formula</b>: x = k·ln 2 + r, |r| ≤ ½ ln 2; Taylor's series of eʳ in pairs of doubles (about
 * 104 bits), times 2ᵏ.
 *
 * <p><b>Source</b>: arithmetic on pairs after Dekker (1971).
 */
public final class Exponential {
  private static final double LN2_HIGH = 0x1.62e42fefa39efp-1;
  private static final double LN2_LOW = 0x1.abc9e3b39803fp-56;
  private static final double LARGEST = 709.782712893384; // whose power is finite
  private static final double SMALLEST = -745.2; // from here on 0
  private static final int TERMS = 24; // 0.35²⁵/25! < 2⁻¹²⁰

  private Exponential() {}

  /** eˣ; 0 for −∞, ∞ above 709.78, NaN for NaN. */
  public static double of(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (x > LARGEST) {
      return Double.POSITIVE_INFINITY;
    }
    if (x < SMALLEST) {
      return 0;
    }
    double k = Math.rint(x / LN2_HIGH);
    double product = k * LN2_HIGH;
    double lost = Math.fma(k, LN2_HIGH, -product);
    double first = x - product; // exact: the two are close
    double second = -lost - k * LN2_LOW;
    double high = first + second;
    double low = second - (high - first);
    // Horner's scheme: sum = 1 + r/n · sum, from the last term on.
    double sum = 1;
    double rest = 0;
    for (int n = TERMS; n >= 1; n--) {
      double p = sum * high;
      double q = Math.fma(sum, high, -p) + (sum * low + rest * high);
      double quotient = p / n;
      double remainder = (Math.fma(-quotient, n, p) + q) / n;
      sum = 1 + quotient;
      rest = (1 - sum) + quotient + remainder;
    }
    return Math.scalb(sum + rest, (int) k);
  }
}
