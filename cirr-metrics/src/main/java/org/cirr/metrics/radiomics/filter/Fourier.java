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
   * <p>Spectra lie transposed, so that both passes go along memory; products of spectra do not
   * care.
   *
   * @param sign −1 forwards, 1 backwards; backwards is not divided by the number of values
   */
  void transform(double[] re, double[] im, int sign) {
    for (int row = 0; row < side; row++) {
      line(re, im, row * side, sign);
    }
    transpose(re);
    transpose(im);
    for (int row = 0; row < side; row++) {
      line(re, im, row * side, sign);
    }
  }

  private void transpose(double[] values) {
    for (int i = 0; i < side; i++) {
      for (int j = 0; j < i; j++) {
        swap(values, i * side + j, j * side + i);
      }
    }
  }

  /** Cooley and Tukey's radix-2 transform of one line. */
  private void line(double[] re, double[] im, int start, int sign) {
    for (int i = 1, j = 0; i < side; i++) { // bit reversal
      int bit = side >> 1;
      for (; (j & bit) != 0; bit >>= 1) {
        j ^= bit;
      }
      j ^= bit;
      if (i < j) {
        swap(re, start + i, start + j);
        swap(im, start + i, start + j);
      }
    }
    for (int length = 2; length <= side; length <<= 1) {
      int step = side / length;
      for (int block = 0; block < side; block += length) {
        for (int k = 0; k < length / 2; k++) {
          int a = start + block + k;
          int b = a + length / 2;
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
