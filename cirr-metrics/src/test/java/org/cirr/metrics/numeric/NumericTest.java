package org.cirr.metrics.numeric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NumericTest {
  /** Taylor's series with sixty digits, halved often enough to converge quickly. */
  private static double exact(double x) {
    MathContext digits = new MathContext(80);
    BigDecimal small = new BigDecimal(x).divide(BigDecimal.valueOf(1024), digits);
    BigDecimal sum = BigDecimal.ONE;
    BigDecimal term = BigDecimal.ONE;
    for (int n = 1; n < 60; n++) {
      term = term.multiply(small, digits).divide(BigDecimal.valueOf(n), digits);
      sum = sum.add(term, digits);
    }
    return sum.pow(1024, digits).doubleValue();
  }

  @Test
  void theExponentialIsRoundedCorrectly() {
    Random random = new Random(17);
    for (int i = 0; i < 2000; i++) {
      double x = random.nextGaussian() * (i % 3 == 0 ? 100 : 2);
      assertEquals(exact(x), Exponential.of(x), 0, "x = " + x);
    }
  }

  @Test
  void theExponentialOfExtremesIsThatOfMath() {
    double[] extremes = {
      0, -0.0, 1, -1, 709.78, 709.8, 1e300, -745, -746, -1e300, Double.MIN_VALUE
    };
    for (double x : extremes) {
      double expected = Math.exp(x);
      assertEquals(expected, Exponential.of(x), Math.abs(expected) * 1e-15, "x = " + x);
    }
    assertEquals(0, Exponential.of(Double.NEGATIVE_INFINITY));
    assertEquals(Double.POSITIVE_INFINITY, Exponential.of(Double.POSITIVE_INFINITY));
    assertTrue(Double.isNaN(Exponential.of(Double.NaN)));
  }

  /** {@code RandomState(0)}: randint(10, size=8), then random_sample(), as numpy documents them. */
  @Test
  void randomNumbersAreNumpys() {
    NumpyRandom random = new NumpyRandom(0);
    int[] drawn = new int[8];
    for (int i = 0; i < 8; i++) {
      drawn[i] = random.below(10);
    }
    assertArrayEquals(new int[] {5, 0, 3, 3, 7, 9, 3, 5}, drawn);
    assertEquals(0.5488135039273248, new NumpyRandom(0).uniform());
    assertEquals(0, new NumpyRandom(0).below(1));
  }

  @Test
  void tailsKeepTheirDigitsFarOut() {
    // scipy.stats: norm.sf(10), t.sf(20, 5)*2, chi2.sf(200, 3), f.sf(500, 2, 30)
    Golden.assertRelative(7.61985302416047e-24, Distributions.normalUpper(10), 1e-12, "normal");
    Golden.assertRelative(5.775516373224174e-06, Distributions.studentBoth(20, 5), 1e-9, "t");
    Golden.assertRelative(4.218541107192018e-43, Distributions.chiSquared(200, 3), 1e-9, "chi2");
    Golden.assertRelative(9.210017390034398e-24, Distributions.fisher(500, 2, 30), 1e-9, "F");
  }
}
