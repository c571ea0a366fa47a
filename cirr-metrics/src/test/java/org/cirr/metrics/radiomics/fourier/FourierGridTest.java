package org.cirr.metrics.radiomics.fourier;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FourierGridTest {
  /** Of values around 1; errors grow with the logarithm of the length. */
  private static final double TOLERANCE = 1e-12;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17, 30, 33, 64, 75})
  void linesOfAnyLengthAreTheSumsOfTheFormula(int n) {
    Random random = new Random(n);
    double[] re = random.doubles(n, -1, 1).toArray();
    double[] im = random.doubles(n, -1, 1).toArray();
    for (int sign : new int[] {-1, 1}) {
      double[] expectedRe = new double[n];
      double[] expectedIm = new double[n];
      for (int k = 0; k < n; k++) {
        for (int j = 0; j < n; j++) {
          double angle = sign * 2 * Math.PI * j * k / n;
          expectedRe[k] += re[j] * Math.cos(angle) - im[j] * Math.sin(angle);
          expectedIm[k] += re[j] * Math.sin(angle) + im[j] * Math.cos(angle);
        }
      }
      double[] actualRe = re.clone();
      double[] actualIm = im.clone();
      new FourierLine(n).transform(actualRe, actualIm, sign, new double[2][n]);
      assertArrayEquals(expectedRe, actualRe, TOLERANCE * n, "seed " + n);
      assertArrayEquals(expectedIm, actualIm, TOLERANCE * n, "seed " + n);
    }
  }

  @Test
  void aGridAndBackIsTheGridTimesItsSize() {
    Random random = new Random(3);
    FourierGrid grid = new FourierGrid(3, 10, 17);
    double[] re = random.doubles(510, -1, 1).toArray();
    double[] im = random.doubles(510, -1, 1).toArray();
    double[] x = re.clone();
    double[] y = im.clone();
    grid.transform(x, y, -1);
    assertEquals(java.util.Arrays.stream(re).sum(), x[0], 1e-10);
    grid.transform(x, y, 1);
    for (int i = 0; i < 510; i++) {
      assertEquals(re[i] * 510, x[i], 1e-9, "seed 3, value " + i);
      assertEquals(im[i] * 510, y[i], 1e-9, "seed 3, value " + i);
    }
  }

  @Test
  void fastExtentsHaveSmallFactors() {
    assertEquals(1, FourierGrid.fastExtent(0));
    assertEquals(8, FourierGrid.fastExtent(7));
    assertEquals(360, FourierGrid.fastExtent(325));
    assertEquals(1024, FourierGrid.fastExtent(1023));
  }
}
