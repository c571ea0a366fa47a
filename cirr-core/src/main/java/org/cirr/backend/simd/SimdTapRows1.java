package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link SimdRows} for inputs that lie anywhere: a table says where those of a position are, and
 * those of the next position are one float further.
 *
 * <pre>{@code
 * for (k = 0; k < positions; k++)
 *   for (c = 0; c < channels; c++)
 *     for (i = 0; i < taps.length; i++)
 *       sums[k][c] += in[p + k + taps[i]] * weight[q + i][c];
 * }</pre>
 *
 * <p>Written by {@code RowBlocksSource}, which stands with the tests; change it there. Long because
 * each block size is spelled out: arrays of vectors would live in memory.
 */
final class SimdTapRows1 {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  private SimdTapRows1() {}

  static void setTwo(
      float[] in, int p, int[] taps, int count, float[] weight, int q, float[] sums, int at) {
    int width = 2 * LANES;
    int k = 0;
    if (LANES >= 16) {
      for (; k + 12 <= count; k += 12) {
        set12x2(in, p + k, taps, weight, q, sums, at + k * width);
      }
    }
    for (; k + 6 <= count; k += 6) {
      set6x2(in, p + k, taps, weight, q, sums, at + k * width);
    }
    for (; k + 2 <= count; k += 2) {
      set2x2(in, p + k, taps, weight, q, sums, at + k * width);
    }
    for (; k + 1 <= count; k += 1) {
      set1x2(in, p + k, taps, weight, q, sums, at + k * width);
    }
  }

  /** 12 positions × 2 vectors of output channels; the sums are overwritten. */
  private static void set12x2(
      float[] in, int p, int[] taps, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.zero(F);
    FloatVector v0 = FloatVector.zero(F);
    FloatVector u1 = FloatVector.zero(F);
    FloatVector v1 = FloatVector.zero(F);
    FloatVector u2 = FloatVector.zero(F);
    FloatVector v2 = FloatVector.zero(F);
    FloatVector u3 = FloatVector.zero(F);
    FloatVector v3 = FloatVector.zero(F);
    FloatVector u4 = FloatVector.zero(F);
    FloatVector v4 = FloatVector.zero(F);
    FloatVector u5 = FloatVector.zero(F);
    FloatVector v5 = FloatVector.zero(F);
    FloatVector u6 = FloatVector.zero(F);
    FloatVector v6 = FloatVector.zero(F);
    FloatVector u7 = FloatVector.zero(F);
    FloatVector v7 = FloatVector.zero(F);
    FloatVector u8 = FloatVector.zero(F);
    FloatVector v8 = FloatVector.zero(F);
    FloatVector u9 = FloatVector.zero(F);
    FloatVector v9 = FloatVector.zero(F);
    FloatVector u10 = FloatVector.zero(F);
    FloatVector v10 = FloatVector.zero(F);
    FloatVector u11 = FloatVector.zero(F);
    FloatVector v11 = FloatVector.zero(F);
    for (int i = 0; i < taps.length; i++) {
      int tap = p + taps[i];
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[tap]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[tap + 1]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[tap + 2]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[tap + 3]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[tap + 4]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[tap + 5]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
      FloatVector x6 = FloatVector.broadcast(F, in[tap + 6]);
      u6 = x6.fma(w0, u6);
      v6 = x6.fma(w1, v6);
      FloatVector x7 = FloatVector.broadcast(F, in[tap + 7]);
      u7 = x7.fma(w0, u7);
      v7 = x7.fma(w1, v7);
      FloatVector x8 = FloatVector.broadcast(F, in[tap + 8]);
      u8 = x8.fma(w0, u8);
      v8 = x8.fma(w1, v8);
      FloatVector x9 = FloatVector.broadcast(F, in[tap + 9]);
      u9 = x9.fma(w0, u9);
      v9 = x9.fma(w1, v9);
      FloatVector x10 = FloatVector.broadcast(F, in[tap + 10]);
      u10 = x10.fma(w0, u10);
      v10 = x10.fma(w1, v10);
      FloatVector x11 = FloatVector.broadcast(F, in[tap + 11]);
      u11 = x11.fma(w0, u11);
      v11 = x11.fma(w1, v11);
    }
    u0.intoArray(sums, at);
    v0.intoArray(sums, at + LANES);
    u1.intoArray(sums, at + 2 * LANES);
    v1.intoArray(sums, at + 3 * LANES);
    u2.intoArray(sums, at + 4 * LANES);
    v2.intoArray(sums, at + 5 * LANES);
    u3.intoArray(sums, at + 6 * LANES);
    v3.intoArray(sums, at + 7 * LANES);
    u4.intoArray(sums, at + 8 * LANES);
    v4.intoArray(sums, at + 9 * LANES);
    u5.intoArray(sums, at + 10 * LANES);
    v5.intoArray(sums, at + 11 * LANES);
    u6.intoArray(sums, at + 12 * LANES);
    v6.intoArray(sums, at + 13 * LANES);
    u7.intoArray(sums, at + 14 * LANES);
    v7.intoArray(sums, at + 15 * LANES);
    u8.intoArray(sums, at + 16 * LANES);
    v8.intoArray(sums, at + 17 * LANES);
    u9.intoArray(sums, at + 18 * LANES);
    v9.intoArray(sums, at + 19 * LANES);
    u10.intoArray(sums, at + 20 * LANES);
    v10.intoArray(sums, at + 21 * LANES);
    u11.intoArray(sums, at + 22 * LANES);
    v11.intoArray(sums, at + 23 * LANES);
  }

  /** 6 positions × 2 vectors of output channels; the sums are overwritten. */
  private static void set6x2(
      float[] in, int p, int[] taps, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.zero(F);
    FloatVector v0 = FloatVector.zero(F);
    FloatVector u1 = FloatVector.zero(F);
    FloatVector v1 = FloatVector.zero(F);
    FloatVector u2 = FloatVector.zero(F);
    FloatVector v2 = FloatVector.zero(F);
    FloatVector u3 = FloatVector.zero(F);
    FloatVector v3 = FloatVector.zero(F);
    FloatVector u4 = FloatVector.zero(F);
    FloatVector v4 = FloatVector.zero(F);
    FloatVector u5 = FloatVector.zero(F);
    FloatVector v5 = FloatVector.zero(F);
    for (int i = 0; i < taps.length; i++) {
      int tap = p + taps[i];
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[tap]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[tap + 1]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[tap + 2]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[tap + 3]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[tap + 4]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[tap + 5]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
    }
    u0.intoArray(sums, at);
    v0.intoArray(sums, at + LANES);
    u1.intoArray(sums, at + 2 * LANES);
    v1.intoArray(sums, at + 3 * LANES);
    u2.intoArray(sums, at + 4 * LANES);
    v2.intoArray(sums, at + 5 * LANES);
    u3.intoArray(sums, at + 6 * LANES);
    v3.intoArray(sums, at + 7 * LANES);
    u4.intoArray(sums, at + 8 * LANES);
    v4.intoArray(sums, at + 9 * LANES);
    u5.intoArray(sums, at + 10 * LANES);
    v5.intoArray(sums, at + 11 * LANES);
  }

  /** 2 positions × 2 vectors of output channels; the sums are overwritten. */
  private static void set2x2(
      float[] in, int p, int[] taps, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.zero(F);
    FloatVector v0 = FloatVector.zero(F);
    FloatVector u1 = FloatVector.zero(F);
    FloatVector v1 = FloatVector.zero(F);
    for (int i = 0; i < taps.length; i++) {
      int tap = p + taps[i];
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[tap]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[tap + 1]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
    }
    u0.intoArray(sums, at);
    v0.intoArray(sums, at + LANES);
    u1.intoArray(sums, at + 2 * LANES);
    v1.intoArray(sums, at + 3 * LANES);
  }

  /** 1 position × 2 vectors of output channels; the sums are overwritten. */
  private static void set1x2(
      float[] in, int p, int[] taps, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.zero(F);
    FloatVector v0 = FloatVector.zero(F);
    for (int i = 0; i < taps.length; i++) {
      int tap = p + taps[i];
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[tap]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
    }
    u0.intoArray(sums, at);
    v0.intoArray(sums, at + LANES);
  }

  static void setOne(
      float[] in, int p, int[] taps, int count, float[] weight, int q, float[] sums, int at) {
    int k = 0;
    for (; k + 12 <= count; k += 12) {
      set12x1(in, p + k, taps, weight, q, sums, at + k * LANES);
    }
    for (; k + 6 <= count; k += 6) {
      set6x1(in, p + k, taps, weight, q, sums, at + k * LANES);
    }
    for (; k + 2 <= count; k += 2) {
      set2x1(in, p + k, taps, weight, q, sums, at + k * LANES);
    }
    for (; k + 1 <= count; k += 1) {
      set1x1(in, p + k, taps, weight, q, sums, at + k * LANES);
    }
  }

  /** 12 positions × 1 vector of output channels; the sums are overwritten. */
  private static void set12x1(
      float[] in, int p, int[] taps, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.zero(F);
    FloatVector u1 = FloatVector.zero(F);
    FloatVector u2 = FloatVector.zero(F);
    FloatVector u3 = FloatVector.zero(F);
    FloatVector u4 = FloatVector.zero(F);
    FloatVector u5 = FloatVector.zero(F);
    FloatVector u6 = FloatVector.zero(F);
    FloatVector u7 = FloatVector.zero(F);
    FloatVector u8 = FloatVector.zero(F);
    FloatVector u9 = FloatVector.zero(F);
    FloatVector u10 = FloatVector.zero(F);
    FloatVector u11 = FloatVector.zero(F);
    for (int i = 0; i < taps.length; i++) {
      int tap = p + taps[i];
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[tap]);
      u0 = x0.fma(w0, u0);
      FloatVector x1 = FloatVector.broadcast(F, in[tap + 1]);
      u1 = x1.fma(w0, u1);
      FloatVector x2 = FloatVector.broadcast(F, in[tap + 2]);
      u2 = x2.fma(w0, u2);
      FloatVector x3 = FloatVector.broadcast(F, in[tap + 3]);
      u3 = x3.fma(w0, u3);
      FloatVector x4 = FloatVector.broadcast(F, in[tap + 4]);
      u4 = x4.fma(w0, u4);
      FloatVector x5 = FloatVector.broadcast(F, in[tap + 5]);
      u5 = x5.fma(w0, u5);
      FloatVector x6 = FloatVector.broadcast(F, in[tap + 6]);
      u6 = x6.fma(w0, u6);
      FloatVector x7 = FloatVector.broadcast(F, in[tap + 7]);
      u7 = x7.fma(w0, u7);
      FloatVector x8 = FloatVector.broadcast(F, in[tap + 8]);
      u8 = x8.fma(w0, u8);
      FloatVector x9 = FloatVector.broadcast(F, in[tap + 9]);
      u9 = x9.fma(w0, u9);
      FloatVector x10 = FloatVector.broadcast(F, in[tap + 10]);
      u10 = x10.fma(w0, u10);
      FloatVector x11 = FloatVector.broadcast(F, in[tap + 11]);
      u11 = x11.fma(w0, u11);
    }
    u0.intoArray(sums, at);
    u1.intoArray(sums, at + LANES);
    u2.intoArray(sums, at + 2 * LANES);
    u3.intoArray(sums, at + 3 * LANES);
    u4.intoArray(sums, at + 4 * LANES);
    u5.intoArray(sums, at + 5 * LANES);
    u6.intoArray(sums, at + 6 * LANES);
    u7.intoArray(sums, at + 7 * LANES);
    u8.intoArray(sums, at + 8 * LANES);
    u9.intoArray(sums, at + 9 * LANES);
    u10.intoArray(sums, at + 10 * LANES);
    u11.intoArray(sums, at + 11 * LANES);
  }

  /** 6 positions × 1 vector of output channels; the sums are overwritten. */
  private static void set6x1(
      float[] in, int p, int[] taps, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.zero(F);
    FloatVector u1 = FloatVector.zero(F);
    FloatVector u2 = FloatVector.zero(F);
    FloatVector u3 = FloatVector.zero(F);
    FloatVector u4 = FloatVector.zero(F);
    FloatVector u5 = FloatVector.zero(F);
    for (int i = 0; i < taps.length; i++) {
      int tap = p + taps[i];
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[tap]);
      u0 = x0.fma(w0, u0);
      FloatVector x1 = FloatVector.broadcast(F, in[tap + 1]);
      u1 = x1.fma(w0, u1);
      FloatVector x2 = FloatVector.broadcast(F, in[tap + 2]);
      u2 = x2.fma(w0, u2);
      FloatVector x3 = FloatVector.broadcast(F, in[tap + 3]);
      u3 = x3.fma(w0, u3);
      FloatVector x4 = FloatVector.broadcast(F, in[tap + 4]);
      u4 = x4.fma(w0, u4);
      FloatVector x5 = FloatVector.broadcast(F, in[tap + 5]);
      u5 = x5.fma(w0, u5);
    }
    u0.intoArray(sums, at);
    u1.intoArray(sums, at + LANES);
    u2.intoArray(sums, at + 2 * LANES);
    u3.intoArray(sums, at + 3 * LANES);
    u4.intoArray(sums, at + 4 * LANES);
    u5.intoArray(sums, at + 5 * LANES);
  }

  /** 2 positions × 1 vector of output channels; the sums are overwritten. */
  private static void set2x1(
      float[] in, int p, int[] taps, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.zero(F);
    FloatVector u1 = FloatVector.zero(F);
    for (int i = 0; i < taps.length; i++) {
      int tap = p + taps[i];
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[tap]);
      u0 = x0.fma(w0, u0);
      FloatVector x1 = FloatVector.broadcast(F, in[tap + 1]);
      u1 = x1.fma(w0, u1);
    }
    u0.intoArray(sums, at);
    u1.intoArray(sums, at + LANES);
  }

  /** 1 position × 1 vector of output channels; the sums are overwritten. */
  private static void set1x1(
      float[] in, int p, int[] taps, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.zero(F);
    for (int i = 0; i < taps.length; i++) {
      int tap = p + taps[i];
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[tap]);
      u0 = x0.fma(w0, u0);
    }
    u0.intoArray(sums, at);
  }
}
