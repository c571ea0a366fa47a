package org.cirr.metrics.radiomics.filter;

/** The discrete Fourier transform of a square of complex numbers whose side is a power of two. */
final class Fourier {
  private final int side;
  private final double[] cos;
  private final double[] sin;

  Fourier(int side) {
    this.side = side;
    cos = new double[side / 2];
    sin = new double[side / 2];
    for (int k = 0; k < side / 2; k++) {
      cos[k] = Math.cos(2 * Math.PI * k / side);
      sin[k] = Math.sin(2 * Math.PI * k / side);
    }
  }

  /**
   * Transforms rows, then columns, in place.
   *
   * @param sign −1 forwards, 1 backwards; backwards is not divided by the number of values
   */
  void transform(double[] re, double[] im, int sign) {
    for (int row = 0; row < side; row++) {
      line(re, im, row * side, 1, sign);
    }
    for (int column = 0; column < side; column++) {
      line(re, im, column, side, sign);
    }
  }

  /** Cooley and Tukey's radix-2 transform of one line. */
  private void line(double[] re, double[] im, int start, int stride, int sign) {
    for (int i = 1, j = 0; i < side; i++) { // bit reversal
      int bit = side >> 1;
      for (; (j & bit) != 0; bit >>= 1) {
        j ^= bit;
      }
      j ^= bit;
      if (i < j) {
        swap(re, start + i * stride, start + j * stride);
        swap(im, start + i * stride, start + j * stride);
      }
    }
    for (int length = 2; length <= side; length <<= 1) {
      int step = side / length;
      for (int block = 0; block < side; block += length) {
        for (int k = 0; k < length / 2; k++) {
          int a = start + (block + k) * stride;
          int b = a + length / 2 * stride;
          double c = cos[k * step];
          double s = sign * sin[k * step];
          double x = re[b] * c - im[b] * s;
          double y = re[b] * s + im[b] * c;
          re[b] = re[a] - x;
          im[b] = im[a] - y;
          re[a] += x;
          im[a] += y;
        }
      }
    }
  }

  private static void swap(double[] values, int i, int j) {
    double held = values[i];
    values[i] = values[j];
    values[j] = held;
  }
}
