package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Eight neighbouring positions of a depthwise convolution, a vector of channels each, with a kernel
 * 3, 5 or 7 wide. An input is loaded once for all taps of a row of the kernel.
 *
 * <pre>{@code
 * for (k = 0; k < 8; k++)
 *   for (r = 0; r < rows; r++)
 *     for (j = 0; j < width; j++)
 *       sums[k] += in[p + taps[r * width] + (k + j) * step] * weight[q + rows[r] + j * step];
 * }</pre>
 *
 * <p>Written by {@code DepthwiseRowsSource}, which stands with the tests; change it there.
 */
final class SimdDepthwiseRows {
  private static final VectorSpecies<Float> F = Lanes.F;

  /** Positions that are done together. */
  static final int POSITIONS = 8;

  private SimdDepthwiseRows() {}

  static boolean has(int width) {
    return width == 3 || width == 5 || width == 7;
  }

  /**
   * Computes eight positions.
   *
   * @param width the taps of a row: 3, 5 or 7
   * @param taps of each tap, where its input lies from {@code p} on; whole rows
   * @param rows of each tap, where its weights lie from {@code q} on
   * @param step channels: from one position, or the weights of one tap, to the next
   */
  static void set(
      int width,
      float[] in,
      int p,
      int[] taps,
      float[] weight,
      int q,
      int[] rows,
      int step,
      float[] bias,
      float[] out,
      int to) {
    switch (width) {
      case 3 -> set3(in, p, taps, weight, q, rows, step, bias, out, to);
      case 5 -> set5(in, p, taps, weight, q, rows, step, bias, out, to);
      case 7 -> set7(in, p, taps, weight, q, rows, step, bias, out, to);
      default -> throw new IllegalArgumentException("no loop for a kernel " + width + " wide");
    }
  }

  private static void set3(
      float[] in,
      int p,
      int[] taps,
      float[] weight,
      int q,
      int[] rows,
      int step,
      float[] bias,
      float[] out,
      int to) {
    FloatVector s0 = FloatVector.fromArray(F, bias, q);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int t = 0; t < taps.length; t += 3) {
      int i = p + taps[t];
      int r = q + rows[t];
      FloatVector w0 = FloatVector.fromArray(F, weight, r);
      FloatVector w1 = FloatVector.fromArray(F, weight, r + step);
      FloatVector w2 = FloatVector.fromArray(F, weight, r + 2 * step);
      FloatVector x0 = FloatVector.fromArray(F, in, i);
      s0 = x0.fma(w0, s0);
      FloatVector x1 = FloatVector.fromArray(F, in, i + step);
      s0 = x1.fma(w1, s0);
      s1 = x1.fma(w0, s1);
      FloatVector x2 = FloatVector.fromArray(F, in, i + 2 * step);
      s0 = x2.fma(w2, s0);
      s1 = x2.fma(w1, s1);
      s2 = x2.fma(w0, s2);
      FloatVector x3 = FloatVector.fromArray(F, in, i + 3 * step);
      s1 = x3.fma(w2, s1);
      s2 = x3.fma(w1, s2);
      s3 = x3.fma(w0, s3);
      FloatVector x4 = FloatVector.fromArray(F, in, i + 4 * step);
      s2 = x4.fma(w2, s2);
      s3 = x4.fma(w1, s3);
      s4 = x4.fma(w0, s4);
      FloatVector x5 = FloatVector.fromArray(F, in, i + 5 * step);
      s3 = x5.fma(w2, s3);
      s4 = x5.fma(w1, s4);
      s5 = x5.fma(w0, s5);
      FloatVector x6 = FloatVector.fromArray(F, in, i + 6 * step);
      s4 = x6.fma(w2, s4);
      s5 = x6.fma(w1, s5);
      s6 = x6.fma(w0, s6);
      FloatVector x7 = FloatVector.fromArray(F, in, i + 7 * step);
      s5 = x7.fma(w2, s5);
      s6 = x7.fma(w1, s6);
      s7 = x7.fma(w0, s7);
      FloatVector x8 = FloatVector.fromArray(F, in, i + 8 * step);
      s6 = x8.fma(w2, s6);
      s7 = x8.fma(w1, s7);
      FloatVector x9 = FloatVector.fromArray(F, in, i + 9 * step);
      s7 = x9.fma(w2, s7);
    }
    s0.intoArray(out, to);
    s1.intoArray(out, to + step);
    s2.intoArray(out, to + 2 * step);
    s3.intoArray(out, to + 3 * step);
    s4.intoArray(out, to + 4 * step);
    s5.intoArray(out, to + 5 * step);
    s6.intoArray(out, to + 6 * step);
    s7.intoArray(out, to + 7 * step);
  }

  private static void set5(
      float[] in,
      int p,
      int[] taps,
      float[] weight,
      int q,
      int[] rows,
      int step,
      float[] bias,
      float[] out,
      int to) {
    FloatVector s0 = FloatVector.fromArray(F, bias, q);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int t = 0; t < taps.length; t += 5) {
      int i = p + taps[t];
      int r = q + rows[t];
      FloatVector w0 = FloatVector.fromArray(F, weight, r);
      FloatVector w1 = FloatVector.fromArray(F, weight, r + step);
      FloatVector w2 = FloatVector.fromArray(F, weight, r + 2 * step);
      FloatVector w3 = FloatVector.fromArray(F, weight, r + 3 * step);
      FloatVector w4 = FloatVector.fromArray(F, weight, r + 4 * step);
      FloatVector x0 = FloatVector.fromArray(F, in, i);
      s0 = x0.fma(w0, s0);
      FloatVector x1 = FloatVector.fromArray(F, in, i + step);
      s0 = x1.fma(w1, s0);
      s1 = x1.fma(w0, s1);
      FloatVector x2 = FloatVector.fromArray(F, in, i + 2 * step);
      s0 = x2.fma(w2, s0);
      s1 = x2.fma(w1, s1);
      s2 = x2.fma(w0, s2);
      FloatVector x3 = FloatVector.fromArray(F, in, i + 3 * step);
      s0 = x3.fma(w3, s0);
      s1 = x3.fma(w2, s1);
      s2 = x3.fma(w1, s2);
      s3 = x3.fma(w0, s3);
      FloatVector x4 = FloatVector.fromArray(F, in, i + 4 * step);
      s0 = x4.fma(w4, s0);
      s1 = x4.fma(w3, s1);
      s2 = x4.fma(w2, s2);
      s3 = x4.fma(w1, s3);
      s4 = x4.fma(w0, s4);
      FloatVector x5 = FloatVector.fromArray(F, in, i + 5 * step);
      s1 = x5.fma(w4, s1);
      s2 = x5.fma(w3, s2);
      s3 = x5.fma(w2, s3);
      s4 = x5.fma(w1, s4);
      s5 = x5.fma(w0, s5);
      FloatVector x6 = FloatVector.fromArray(F, in, i + 6 * step);
      s2 = x6.fma(w4, s2);
      s3 = x6.fma(w3, s3);
      s4 = x6.fma(w2, s4);
      s5 = x6.fma(w1, s5);
      s6 = x6.fma(w0, s6);
      FloatVector x7 = FloatVector.fromArray(F, in, i + 7 * step);
      s3 = x7.fma(w4, s3);
      s4 = x7.fma(w3, s4);
      s5 = x7.fma(w2, s5);
      s6 = x7.fma(w1, s6);
      s7 = x7.fma(w0, s7);
      FloatVector x8 = FloatVector.fromArray(F, in, i + 8 * step);
      s4 = x8.fma(w4, s4);
      s5 = x8.fma(w3, s5);
      s6 = x8.fma(w2, s6);
      s7 = x8.fma(w1, s7);
      FloatVector x9 = FloatVector.fromArray(F, in, i + 9 * step);
      s5 = x9.fma(w4, s5);
      s6 = x9.fma(w3, s6);
      s7 = x9.fma(w2, s7);
      FloatVector x10 = FloatVector.fromArray(F, in, i + 10 * step);
      s6 = x10.fma(w4, s6);
      s7 = x10.fma(w3, s7);
      FloatVector x11 = FloatVector.fromArray(F, in, i + 11 * step);
      s7 = x11.fma(w4, s7);
    }
    s0.intoArray(out, to);
    s1.intoArray(out, to + step);
    s2.intoArray(out, to + 2 * step);
    s3.intoArray(out, to + 3 * step);
    s4.intoArray(out, to + 4 * step);
    s5.intoArray(out, to + 5 * step);
    s6.intoArray(out, to + 6 * step);
    s7.intoArray(out, to + 7 * step);
  }

  private static void set7(
      float[] in,
      int p,
      int[] taps,
      float[] weight,
      int q,
      int[] rows,
      int step,
      float[] bias,
      float[] out,
      int to) {
    FloatVector s0 = FloatVector.fromArray(F, bias, q);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    for (int t = 0; t < taps.length; t += 7) {
      int i = p + taps[t];
      int r = q + rows[t];
      FloatVector w0 = FloatVector.fromArray(F, weight, r);
      FloatVector w1 = FloatVector.fromArray(F, weight, r + step);
      FloatVector w2 = FloatVector.fromArray(F, weight, r + 2 * step);
      FloatVector w3 = FloatVector.fromArray(F, weight, r + 3 * step);
      FloatVector w4 = FloatVector.fromArray(F, weight, r + 4 * step);
      FloatVector w5 = FloatVector.fromArray(F, weight, r + 5 * step);
      FloatVector w6 = FloatVector.fromArray(F, weight, r + 6 * step);
      FloatVector x0 = FloatVector.fromArray(F, in, i);
      s0 = x0.fma(w0, s0);
      FloatVector x1 = FloatVector.fromArray(F, in, i + step);
      s0 = x1.fma(w1, s0);
      s1 = x1.fma(w0, s1);
      FloatVector x2 = FloatVector.fromArray(F, in, i + 2 * step);
      s0 = x2.fma(w2, s0);
      s1 = x2.fma(w1, s1);
      s2 = x2.fma(w0, s2);
      FloatVector x3 = FloatVector.fromArray(F, in, i + 3 * step);
      s0 = x3.fma(w3, s0);
      s1 = x3.fma(w2, s1);
      s2 = x3.fma(w1, s2);
      s3 = x3.fma(w0, s3);
      FloatVector x4 = FloatVector.fromArray(F, in, i + 4 * step);
      s0 = x4.fma(w4, s0);
      s1 = x4.fma(w3, s1);
      s2 = x4.fma(w2, s2);
      s3 = x4.fma(w1, s3);
      s4 = x4.fma(w0, s4);
      FloatVector x5 = FloatVector.fromArray(F, in, i + 5 * step);
      s0 = x5.fma(w5, s0);
      s1 = x5.fma(w4, s1);
      s2 = x5.fma(w3, s2);
      s3 = x5.fma(w2, s3);
      s4 = x5.fma(w1, s4);
      s5 = x5.fma(w0, s5);
      FloatVector x6 = FloatVector.fromArray(F, in, i + 6 * step);
      s0 = x6.fma(w6, s0);
      s1 = x6.fma(w5, s1);
      s2 = x6.fma(w4, s2);
      s3 = x6.fma(w3, s3);
      s4 = x6.fma(w2, s4);
      s5 = x6.fma(w1, s5);
      s6 = x6.fma(w0, s6);
      FloatVector x7 = FloatVector.fromArray(F, in, i + 7 * step);
      s1 = x7.fma(w6, s1);
      s2 = x7.fma(w5, s2);
      s3 = x7.fma(w4, s3);
      s4 = x7.fma(w3, s4);
      s5 = x7.fma(w2, s5);
      s6 = x7.fma(w1, s6);
      s7 = x7.fma(w0, s7);
      FloatVector x8 = FloatVector.fromArray(F, in, i + 8 * step);
      s2 = x8.fma(w6, s2);
      s3 = x8.fma(w5, s3);
      s4 = x8.fma(w4, s4);
      s5 = x8.fma(w3, s5);
      s6 = x8.fma(w2, s6);
      s7 = x8.fma(w1, s7);
      FloatVector x9 = FloatVector.fromArray(F, in, i + 9 * step);
      s3 = x9.fma(w6, s3);
      s4 = x9.fma(w5, s4);
      s5 = x9.fma(w4, s5);
      s6 = x9.fma(w3, s6);
      s7 = x9.fma(w2, s7);
      FloatVector x10 = FloatVector.fromArray(F, in, i + 10 * step);
      s4 = x10.fma(w6, s4);
      s5 = x10.fma(w5, s5);
      s6 = x10.fma(w4, s6);
      s7 = x10.fma(w3, s7);
      FloatVector x11 = FloatVector.fromArray(F, in, i + 11 * step);
      s5 = x11.fma(w6, s5);
      s6 = x11.fma(w5, s6);
      s7 = x11.fma(w4, s7);
      FloatVector x12 = FloatVector.fromArray(F, in, i + 12 * step);
      s6 = x12.fma(w6, s6);
      s7 = x12.fma(w5, s7);
      FloatVector x13 = FloatVector.fromArray(F, in, i + 13 * step);
      s7 = x13.fma(w6, s7);
    }
    s0.intoArray(out, to);
    s1.intoArray(out, to + step);
    s2.intoArray(out, to + 2 * step);
    s3.intoArray(out, to + 3 * step);
    s4.intoArray(out, to + 4 * step);
    s5.intoArray(out, to + 5 * step);
    s6.intoArray(out, to + 6 * step);
    s7.intoArray(out, to + 7 * step);
  }
}
