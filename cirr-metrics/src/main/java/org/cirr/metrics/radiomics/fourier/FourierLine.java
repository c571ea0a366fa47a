package org.cirr.metrics.radiomics.fourier;

import java.util.ArrayList;
import java.util.List;

/**
 * The discrete Fourier transform of complex lines of one length.
 *
 * <p><b>Formula</b>: X[k] = Σ_j x[j] e^{±2πi jk/n}; neither direction is divided by n.
 *
 * <p><b>Edge cases</b>: any length; the time is n times the sum of n's prime factors, so lengths
 * without large ones are fast.
 *
 * <p><b>Source</b>: Stockham's self-sorting form of Cooley and Tukey 1965.
 */
final class FourierLine {
  /*
   * Plain form: the formula, n² steps. Here, one pass per factor r of n = r m: every r values that
   * lie m apart become r values of r shorter transforms. Passes go from one pair of arrays to the
   * other, which sorts the result as it goes and needs no bit reversal. Factors of 4 before 2 save
   * a third of the multiplications.
   */
  private final int n;
  private final int[] factors;
  private final double[] cos; // e^{2πi k/n}
  private final double[] sin;

  FourierLine(int n) {
    this.n = n;
    factors = factors(n);
    cos = new double[n];
    sin = new double[n];
    for (int k = 0; k < n; k++) {
      cos[k] = Math.cos(2 * Math.PI * k / n);
      sin[k] = Math.sin(2 * Math.PI * k / n);
    }
  }

  private static int[] factors(int n) {
    List<Integer> found = new ArrayList<>();
    int rest = n;
    for (int factor = 4; rest > 1; factor = factor == 4 ? 2 : factor == 2 ? 3 : factor + 2) {
      while (rest % factor == 0) {
        found.add(factor);
        rest /= factor;
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * Transforms a line in place.
   *
   * @param sign −1 forwards, 1 backwards
   * @param spare two lines to work in
   */
  void transform(double[] re, double[] im, int sign, double[][] spare) {
    double[] fromRe = re;
    double[] fromIm = im;
    double[] toRe = spare[0];
    double[] toIm = spare[1];
    int length = n;
    for (int factor : factors) {
      if (factor == 2) {
        halves(fromRe, fromIm, toRe, toIm, length / 2, sign);
      } else if (factor == 4) {
        quarters(fromRe, fromIm, toRe, toIm, length / 4, sign);
      } else {
        parts(fromRe, fromIm, toRe, toIm, factor, length / factor, sign);
      }
      length /= factor;
      double[] heldRe = fromRe;
      double[] heldIm = fromIm;
      fromRe = toRe;
      fromIm = toIm;
      toRe = heldRe;
      toIm = heldIm;
    }
    if (fromRe != re) {
      System.arraycopy(fromRe, 0, re, 0, n);
      System.arraycopy(fromIm, 0, im, 0, n);
    }
  }

  /** A pass for any factor: the plain form of the two below. */
  private void parts(double[] re, double[] im, double[] toRe, double[] toIm, int r, int m, int s) {
    int stride = n / (r * m);
    double[] c = new double[r];
    double[] w = new double[r];
    for (int p = 0; p < m; p++) {
      for (int k = 0; k < r; k++) {
        int turn = (int) ((long) p * k * stride % n);
        for (int j = 0; j < r; j++) {
          int angle = (int) (((long) j * k % r * (n / r) + turn) % n);
          c[j] = cos[angle];
          w[j] = s * sin[angle];
        }
        for (int q = 0; q < stride; q++) {
          double x = 0;
          double y = 0;
          for (int j = 0, at = q + stride * p; j < r; j++, at += stride * m) {
            x += re[at] * c[j] - im[at] * w[j];
            y += re[at] * w[j] + im[at] * c[j];
          }
          int to = q + stride * (r * p + k);
          toRe[to] = x;
          toIm[to] = y;
        }
      }
    }
  }

  private void halves(double[] re, double[] im, double[] toRe, double[] toIm, int m, int sign) {
    int stride = n / (2 * m);
    for (int p = 0; p < m; p++) {
      double c = cos[p * stride];
      double w = sign * sin[p * stride];
      for (int q = 0; q < stride; q++) {
        int a = q + stride * p;
        int b = a + stride * m;
        int to = q + stride * 2 * p;
        double x = re[a] - re[b];
        double y = im[a] - im[b];
        toRe[to] = re[a] + re[b];
        toIm[to] = im[a] + im[b];
        toRe[to + stride] = x * c - y * w;
        toIm[to + stride] = x * w + y * c;
      }
    }
  }

  private void quarters(double[] re, double[] im, double[] toRe, double[] toIm, int m, int sign) {
    int stride = n / (4 * m);
    int step = stride * m;
    for (int p = 0; p < m; p++) {
      double c1 = cos[p * stride];
      double s1 = sign * sin[p * stride];
      double c2 = cos[2 * p * stride];
      double s2 = sign * sin[2 * p * stride];
      double c3 = cos[3 * p * stride];
      double s3 = sign * sin[3 * p * stride];
      for (int q = 0; q < stride; q++) {
        int a = q + stride * p;
        int to = q + stride * 4 * p;
        double evenX = re[a] + re[a + 2 * step];
        double evenY = im[a] + im[a + 2 * step];
        double lessX = re[a] - re[a + 2 * step];
        double lessY = im[a] - im[a + 2 * step];
        double oddX = re[a + step] + re[a + 3 * step];
        double oddY = im[a + step] + im[a + 3 * step];
        double turnX = -sign * (im[a + step] - im[a + 3 * step]); // i times the difference
        double turnY = sign * (re[a + step] - re[a + 3 * step]);
        toRe[to] = evenX + oddX;
        toIm[to] = evenY + oddY;
        toRe[to + stride] = (lessX + turnX) * c1 - (lessY + turnY) * s1;
        toIm[to + stride] = (lessX + turnX) * s1 + (lessY + turnY) * c1;
        toRe[to + 2 * stride] = (evenX - oddX) * c2 - (evenY - oddY) * s2;
        toIm[to + 2 * stride] = (evenX - oddX) * s2 + (evenY - oddY) * c2;
        toRe[to + 3 * stride] = (lessX - turnX) * c3 - (lessY - turnY) * s3;
        toIm[to + 3 * stride] = (lessX - turnX) * s3 + (lessY - turnY) * c3;
      }
    }
  }
}
