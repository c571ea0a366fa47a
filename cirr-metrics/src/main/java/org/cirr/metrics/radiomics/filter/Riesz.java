package org.cirr.metrics.radiomics.filter;

/**
 * An order of the Riesz transform (AYRS): how often a response is differentiated along each axis,
 * whatever its frequency.
 *
 * <p><b>Formula</b>: with L = x + y + z, the factor (−i)^L √(L!/(x! y! z!)) ν_x^x ν_y^y ν_z^z/‖ν‖^L
 * on the spectrum; 0 at ν = 0 when L &gt; 0.
 *
 * <p><b>Source</b>: IBSI reference manual, part 2, section 3.7; Unser 2010.
 *
 * @param x the order along x
 * @param y the order along y
 * @param z the order along z
 */
public record Riesz(int x, int y, int z) {
  private static final int HIGHEST = 20;

  /** No Riesz transform. */
  public static final Riesz NONE = new Riesz(0, 0, 0);

  /** Checks the orders. */
  public Riesz {
    if (x < 0 || y < 0 || z < 0 || (long) x + y + z > HIGHEST) {
      throw new IllegalArgumentException(
          "the orders of a Riesz transform are 0 or more and at most 20 together, got "
              + x
              + ", "
              + y
              + " and "
              + z);
    }
  }

  /** L. */
  public int order() {
    return x + y + z;
  }

  /** The factor without its (−i)^L. */
  double magnitude(double nuZ, double nuY, double nuX) {
    if (order() == 0) {
      return 1;
    }
    double norm = Math.sqrt(nuZ * nuZ + nuY * nuY + nuX * nuX);
    return norm == 0
        ? 0
        : coefficient() * power(nuX / norm, x) * power(nuY / norm, y) * power(nuZ / norm, z);
  }

  private double coefficient() {
    return Math.sqrt(factorial(order()) / (factorial(x) * factorial(y) * factorial(z)));
  }

  private static double factorial(int n) {
    return n < 2 ? 1 : n * factorial(n - 1);
  }

  private static double power(double base, int exponent) {
    return exponent == 0 ? 1 : base * power(base, exponent - 1);
  }
}
