package org.cirr.nn.preprocess;

import java.util.Arrays;

/**
 * One axis of a cubic spline: pad, turn samples into spline coefficients, evaluate.
 *
 * <p>Works on rows at once: "sample {@code i}" is a row of {@code width} values, so the same code
 * does the slow axes with long inner loops; width 1 is a single line.
 *
 * <p><b>Formula</b>: pole z = √3 − 2, gain 6; c⁺[i] = s[i] + z·c⁺[i−1], c[i] = z·(c[i+1] − c⁺[i]),
 * half-sample-symmetric borders.
 *
 * <p><b>Source</b>: Unser, Aldroubi, Eden (1993); {@code scipy.ndimage.spline_filter1d}, mode
 * {@code reflect}.
 */
final class CubicLine {
  private static final double POLE = Math.sqrt(3) - 2;
  private static final double GAIN = 6;

  /** |pole|^40 is 1e-23: later terms of the start value are below the last bit. */
  private static final int START_TERMS = 40;

  private final int in;
  private final AxisTaps taps;

  CubicLine(int in, int out) {
    this.in = in;
    taps = AxisTaps.of(in, out, 3);
  }

  /** The number of samples with padding on both sides. */
  int padded() {
    return in + 2 * AxisTaps.PAD;
  }

  /** Replicates the first and last sample of {@code in} samples that lie behind the front pad. */
  void pad(double[] rows, int width) {
    int firstRow = AxisTaps.PAD * width;
    int lastRow = (AxisTaps.PAD + in - 1) * width;
    for (int i = 0; i < AxisTaps.PAD; i++) {
      System.arraycopy(rows, firstRow, rows, i * width, width);
      System.arraycopy(rows, lastRow, rows, (AxisTaps.PAD + in + i) * width, width);
    }
  }

  /** Turns the padded samples into coefficients, in place. */
  void prefilter(double[] rows, int width) {
    int n = padded();
    for (int i = 0; i < n * width; i++) {
      rows[i] *= GAIN;
    }
    start(rows, n, width);
    for (int i = width; i < n * width; i++) {
      rows[i] += POLE * rows[i - width];
    }
    for (int i = (n - 1) * width; i < n * width; i++) {
      rows[i] *= POLE / (POLE - 1);
    }
    for (int i = (n - 1) * width - 1; i >= 0; i--) {
      rows[i] = POLE * (rows[i + width] - rows[i]);
    }
  }

  /** The first row becomes s[0] + Σ z^k · s[−k], the samples reflected. */
  private static void start(double[] rows, int n, int width) {
    double[] sum = Arrays.copyOf(rows, width);
    double power = 1;
    for (int k = 1; k <= START_TERMS; k++) {
      power *= POLE;
      int position = (k - 1) % (2 * n);
      int row = (position < n ? position : 2 * n - 1 - position) * width;
      for (int x = 0; x < width; x++) {
        sum[x] += power * rows[row + x];
      }
    }
    System.arraycopy(sum, 0, rows, 0, width);
  }

  /** Evaluates output sample {@code k} from the coefficients. */
  void evaluate(double[] rows, int width, int k, double[] into) {
    int row0 = taps.index[0][k] * width;
    int row1 = taps.index[1][k] * width;
    int row2 = taps.index[2][k] * width;
    int row3 = taps.index[3][k] * width;
    double w0 = taps.weight[0][k];
    double w1 = taps.weight[1][k];
    double w2 = taps.weight[2][k];
    double w3 = taps.weight[3][k];
    for (int x = 0; x < width; x++) {
      into[x] =
          rows[row0 + x] * w0 + rows[row1 + x] * w1 + rows[row2 + x] * w2 + rows[row3 + x] * w3;
    }
  }

  /** Resamples a line: {@code in} samples behind the front pad to {@code out} at an offset. */
  void line(double[] samples, double[] into, int offset) {
    pad(samples, 1);
    prefilter(samples, 1);
    int out = taps.weight[0].length;
    for (int k = 0; k < out; k++) {
      double sum = 0;
      for (int t = 0; t < 4; t++) {
        sum += samples[taps.index[t][k]] * taps.weight[t][k];
      }
      into[offset + k] = sum;
    }
  }
}
