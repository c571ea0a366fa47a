package org.cirr.backend.cpu;

/**
 * The complementary error function {@code erfc(x) = 2/√π · ∫ₓ^∞ exp(−t²) dt}, which Java's {@code
 * Math} does not have.
 *
 * <p><b>Source</b>: Abramowitz and Stegun 7.1.5 (series) and 7.1.14 (continued fraction).
 */
public final class Erf {
  private Erf() {}

  /** {@code erfc(x)} with an error of about 1e-15, relative for positive x. */
  public static double complement(double x) {
    if (Double.isNaN(x)) {
      return x;
    } else if (x < 0) {
      return 2 - complement(-x);
    } else if (x > 30) {
      return 0;
    }
    return x < 1.5 ? 1 - series(x) : fraction(x);
  }

  /** {@code erf(x) = 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n+1))}. */
  private static double series(double x) {
    double sum = 0;
    double power = x;
    for (int n = 0; Math.abs(power) > 1e-18 * Math.abs(sum); n++) {
      sum += power / (2 * n + 1);
      power *= -x * x / (n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  /** {@code exp(−x²)/√π · 1/(x + (1/2)/(x + (2/2)/(x + (3/2)/(x + …))))}, from the inside out. */
  private static double fraction(double x) {
    double inner = x;
    for (int n = 120; n > 0; n--) {
      inner = x + n / 2.0 / inner;
    }
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / inner;
  }
}
