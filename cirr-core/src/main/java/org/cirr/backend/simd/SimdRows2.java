package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The unrolled loops of {@link SimdRows} for positions that lie 2 chunks apart.
 *
 * <p>Written by {@code RowBlocksSource}, which stands with the tests; change it there. Long because
 * each block size is spelled out: arrays of vectors would live in memory.
 */
final class SimdRows2 {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int PITCH = 2 * SimdRows.CHUNK;

  private SimdRows2() {}

  static void addTwo(
      boolean first,
      float[] in,
      int p,
      int count,
      int length,
      float[] weight,
      int q,
      float[] sums,
      int at) {
    int width = 2 * LANES;
    float[] from = first ? SimdRows.ZEROS : sums;
    int f = first ? 0 : at;
    int step = first ? 0 : width;
    int k = 0;
    if (LANES >= 16) {
      for (; k + 12 <= count; k += 12) {
        add12x2(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * width);
      }
      for (; k + 8 <= count; k += 8) {
        add8x2(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * width);
      }
    }
    for (; k + 6 <= count; k += 6) {
      add6x2(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * width);
    }
    for (; k + 4 <= count; k += 4) {
      add4x2(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * width);
    }
    for (; k + 2 <= count; k += 2) {
      add2x2(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * width);
    }
    for (; k + 1 <= count; k += 1) {
      add1x2(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * width);
    }
  }

  /** 12 positions × 2 vectors of output channels; added to where the sums begin. */
  private static void add12x2(
      float[] in,
      int p,
      int length,
      float[] weight,
      int q,
      float[] from,
      int f,
      float[] sums,
      int at) {
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
    int end = q + length * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector w1 = FloatVector.fromArray(F, weight, j + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[i + 4 * PITCH]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[i + 5 * PITCH]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
      FloatVector x6 = FloatVector.broadcast(F, in[i + 6 * PITCH]);
      u6 = x6.fma(w0, u6);
      v6 = x6.fma(w1, v6);
      FloatVector x7 = FloatVector.broadcast(F, in[i + 7 * PITCH]);
      u7 = x7.fma(w0, u7);
      v7 = x7.fma(w1, v7);
      FloatVector x8 = FloatVector.broadcast(F, in[i + 8 * PITCH]);
      u8 = x8.fma(w0, u8);
      v8 = x8.fma(w1, v8);
      FloatVector x9 = FloatVector.broadcast(F, in[i + 9 * PITCH]);
      u9 = x9.fma(w0, u9);
      v9 = x9.fma(w1, v9);
      FloatVector x10 = FloatVector.broadcast(F, in[i + 10 * PITCH]);
      u10 = x10.fma(w0, u10);
      v10 = x10.fma(w1, v10);
      FloatVector x11 = FloatVector.broadcast(F, in[i + 11 * PITCH]);
      u11 = x11.fma(w0, u11);
      v11 = x11.fma(w1, v11);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
    FloatVector.fromArray(F, from, f + LANES).add(v0).intoArray(sums, at + LANES);
    FloatVector.fromArray(F, from, f + 2 * LANES).add(u1).intoArray(sums, at + 2 * LANES);
    FloatVector.fromArray(F, from, f + 3 * LANES).add(v1).intoArray(sums, at + 3 * LANES);
    FloatVector.fromArray(F, from, f + 4 * LANES).add(u2).intoArray(sums, at + 4 * LANES);
    FloatVector.fromArray(F, from, f + 5 * LANES).add(v2).intoArray(sums, at + 5 * LANES);
    FloatVector.fromArray(F, from, f + 6 * LANES).add(u3).intoArray(sums, at + 6 * LANES);
    FloatVector.fromArray(F, from, f + 7 * LANES).add(v3).intoArray(sums, at + 7 * LANES);
    FloatVector.fromArray(F, from, f + 8 * LANES).add(u4).intoArray(sums, at + 8 * LANES);
    FloatVector.fromArray(F, from, f + 9 * LANES).add(v4).intoArray(sums, at + 9 * LANES);
    FloatVector.fromArray(F, from, f + 10 * LANES).add(u5).intoArray(sums, at + 10 * LANES);
    FloatVector.fromArray(F, from, f + 11 * LANES).add(v5).intoArray(sums, at + 11 * LANES);
    FloatVector.fromArray(F, from, f + 12 * LANES).add(u6).intoArray(sums, at + 12 * LANES);
    FloatVector.fromArray(F, from, f + 13 * LANES).add(v6).intoArray(sums, at + 13 * LANES);
    FloatVector.fromArray(F, from, f + 14 * LANES).add(u7).intoArray(sums, at + 14 * LANES);
    FloatVector.fromArray(F, from, f + 15 * LANES).add(v7).intoArray(sums, at + 15 * LANES);
    FloatVector.fromArray(F, from, f + 16 * LANES).add(u8).intoArray(sums, at + 16 * LANES);
    FloatVector.fromArray(F, from, f + 17 * LANES).add(v8).intoArray(sums, at + 17 * LANES);
    FloatVector.fromArray(F, from, f + 18 * LANES).add(u9).intoArray(sums, at + 18 * LANES);
    FloatVector.fromArray(F, from, f + 19 * LANES).add(v9).intoArray(sums, at + 19 * LANES);
    FloatVector.fromArray(F, from, f + 20 * LANES).add(u10).intoArray(sums, at + 20 * LANES);
    FloatVector.fromArray(F, from, f + 21 * LANES).add(v10).intoArray(sums, at + 21 * LANES);
    FloatVector.fromArray(F, from, f + 22 * LANES).add(u11).intoArray(sums, at + 22 * LANES);
    FloatVector.fromArray(F, from, f + 23 * LANES).add(v11).intoArray(sums, at + 23 * LANES);
  }

  /** 8 positions × 2 vectors of output channels; added to where the sums begin. */
  private static void add8x2(
      float[] in,
      int p,
      int length,
      float[] weight,
      int q,
      float[] from,
      int f,
      float[] sums,
      int at) {
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
    int end = q + length * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector w1 = FloatVector.fromArray(F, weight, j + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[i + 4 * PITCH]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[i + 5 * PITCH]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
      FloatVector x6 = FloatVector.broadcast(F, in[i + 6 * PITCH]);
      u6 = x6.fma(w0, u6);
      v6 = x6.fma(w1, v6);
      FloatVector x7 = FloatVector.broadcast(F, in[i + 7 * PITCH]);
      u7 = x7.fma(w0, u7);
      v7 = x7.fma(w1, v7);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
    FloatVector.fromArray(F, from, f + LANES).add(v0).intoArray(sums, at + LANES);
    FloatVector.fromArray(F, from, f + 2 * LANES).add(u1).intoArray(sums, at + 2 * LANES);
    FloatVector.fromArray(F, from, f + 3 * LANES).add(v1).intoArray(sums, at + 3 * LANES);
    FloatVector.fromArray(F, from, f + 4 * LANES).add(u2).intoArray(sums, at + 4 * LANES);
    FloatVector.fromArray(F, from, f + 5 * LANES).add(v2).intoArray(sums, at + 5 * LANES);
    FloatVector.fromArray(F, from, f + 6 * LANES).add(u3).intoArray(sums, at + 6 * LANES);
    FloatVector.fromArray(F, from, f + 7 * LANES).add(v3).intoArray(sums, at + 7 * LANES);
    FloatVector.fromArray(F, from, f + 8 * LANES).add(u4).intoArray(sums, at + 8 * LANES);
    FloatVector.fromArray(F, from, f + 9 * LANES).add(v4).intoArray(sums, at + 9 * LANES);
    FloatVector.fromArray(F, from, f + 10 * LANES).add(u5).intoArray(sums, at + 10 * LANES);
    FloatVector.fromArray(F, from, f + 11 * LANES).add(v5).intoArray(sums, at + 11 * LANES);
    FloatVector.fromArray(F, from, f + 12 * LANES).add(u6).intoArray(sums, at + 12 * LANES);
    FloatVector.fromArray(F, from, f + 13 * LANES).add(v6).intoArray(sums, at + 13 * LANES);
    FloatVector.fromArray(F, from, f + 14 * LANES).add(u7).intoArray(sums, at + 14 * LANES);
    FloatVector.fromArray(F, from, f + 15 * LANES).add(v7).intoArray(sums, at + 15 * LANES);
  }

  /** 6 positions × 2 vectors of output channels; added to where the sums begin. */
  private static void add6x2(
      float[] in,
      int p,
      int length,
      float[] weight,
      int q,
      float[] from,
      int f,
      float[] sums,
      int at) {
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
    int end = q + length * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector w1 = FloatVector.fromArray(F, weight, j + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[i + 4 * PITCH]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[i + 5 * PITCH]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
    FloatVector.fromArray(F, from, f + LANES).add(v0).intoArray(sums, at + LANES);
    FloatVector.fromArray(F, from, f + 2 * LANES).add(u1).intoArray(sums, at + 2 * LANES);
    FloatVector.fromArray(F, from, f + 3 * LANES).add(v1).intoArray(sums, at + 3 * LANES);
    FloatVector.fromArray(F, from, f + 4 * LANES).add(u2).intoArray(sums, at + 4 * LANES);
    FloatVector.fromArray(F, from, f + 5 * LANES).add(v2).intoArray(sums, at + 5 * LANES);
    FloatVector.fromArray(F, from, f + 6 * LANES).add(u3).intoArray(sums, at + 6 * LANES);
    FloatVector.fromArray(F, from, f + 7 * LANES).add(v3).intoArray(sums, at + 7 * LANES);
    FloatVector.fromArray(F, from, f + 8 * LANES).add(u4).intoArray(sums, at + 8 * LANES);
    FloatVector.fromArray(F, from, f + 9 * LANES).add(v4).intoArray(sums, at + 9 * LANES);
    FloatVector.fromArray(F, from, f + 10 * LANES).add(u5).intoArray(sums, at + 10 * LANES);
    FloatVector.fromArray(F, from, f + 11 * LANES).add(v5).intoArray(sums, at + 11 * LANES);
  }

  /** 4 positions × 2 vectors of output channels; added to where the sums begin. */
  private static void add4x2(
      float[] in,
      int p,
      int length,
      float[] weight,
      int q,
      float[] from,
      int f,
      float[] sums,
      int at) {
    FloatVector u0 = FloatVector.zero(F);
    FloatVector v0 = FloatVector.zero(F);
    FloatVector u1 = FloatVector.zero(F);
    FloatVector v1 = FloatVector.zero(F);
    FloatVector u2 = FloatVector.zero(F);
    FloatVector v2 = FloatVector.zero(F);
    FloatVector u3 = FloatVector.zero(F);
    FloatVector v3 = FloatVector.zero(F);
    int end = q + length * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector w1 = FloatVector.fromArray(F, weight, j + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
    FloatVector.fromArray(F, from, f + LANES).add(v0).intoArray(sums, at + LANES);
    FloatVector.fromArray(F, from, f + 2 * LANES).add(u1).intoArray(sums, at + 2 * LANES);
    FloatVector.fromArray(F, from, f + 3 * LANES).add(v1).intoArray(sums, at + 3 * LANES);
    FloatVector.fromArray(F, from, f + 4 * LANES).add(u2).intoArray(sums, at + 4 * LANES);
    FloatVector.fromArray(F, from, f + 5 * LANES).add(v2).intoArray(sums, at + 5 * LANES);
    FloatVector.fromArray(F, from, f + 6 * LANES).add(u3).intoArray(sums, at + 6 * LANES);
    FloatVector.fromArray(F, from, f + 7 * LANES).add(v3).intoArray(sums, at + 7 * LANES);
  }

  /** 2 positions × 2 vectors of output channels; added to where the sums begin. */
  private static void add2x2(
      float[] in,
      int p,
      int length,
      float[] weight,
      int q,
      float[] from,
      int f,
      float[] sums,
      int at) {
    FloatVector u0 = FloatVector.zero(F);
    FloatVector v0 = FloatVector.zero(F);
    FloatVector u1 = FloatVector.zero(F);
    FloatVector v1 = FloatVector.zero(F);
    int end = q + length * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector w1 = FloatVector.fromArray(F, weight, j + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
    FloatVector.fromArray(F, from, f + LANES).add(v0).intoArray(sums, at + LANES);
    FloatVector.fromArray(F, from, f + 2 * LANES).add(u1).intoArray(sums, at + 2 * LANES);
    FloatVector.fromArray(F, from, f + 3 * LANES).add(v1).intoArray(sums, at + 3 * LANES);
  }

  /** 1 position × 2 vectors of output channels; added to where the sums begin. */
  private static void add1x2(
      float[] in,
      int p,
      int length,
      float[] weight,
      int q,
      float[] from,
      int f,
      float[] sums,
      int at) {
    FloatVector u0 = FloatVector.zero(F);
    FloatVector v0 = FloatVector.zero(F);
    int end = q + length * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector w1 = FloatVector.fromArray(F, weight, j + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
    FloatVector.fromArray(F, from, f + LANES).add(v0).intoArray(sums, at + LANES);
  }

  static void addOne(
      boolean first,
      float[] in,
      int p,
      int count,
      int length,
      float[] weight,
      int q,
      float[] sums,
      int at) {
    float[] from = first ? SimdRows.ZEROS : sums;
    int f = first ? 0 : at;
    int step = first ? 0 : LANES;
    int k = 0;
    for (; k + 12 <= count; k += 12) {
      add12x1(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * LANES);
    }
    for (; k + 4 <= count; k += 4) {
      add4x1(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * LANES);
    }
    for (; k + 1 <= count; k += 1) {
      add1x1(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * LANES);
    }
  }

  /** 12 positions × 1 vector of output channels; added to where the sums begin. */
  private static void add12x1(
      float[] in,
      int p,
      int length,
      float[] weight,
      int q,
      float[] from,
      int f,
      float[] sums,
      int at) {
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
    int end = q + length * LANES;
    for (int j = q, i = p; j < end; j += LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
      FloatVector x1 = FloatVector.broadcast(F, in[i + PITCH]);
      u1 = x1.fma(w0, u1);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      FloatVector x4 = FloatVector.broadcast(F, in[i + 4 * PITCH]);
      u4 = x4.fma(w0, u4);
      FloatVector x5 = FloatVector.broadcast(F, in[i + 5 * PITCH]);
      u5 = x5.fma(w0, u5);
      FloatVector x6 = FloatVector.broadcast(F, in[i + 6 * PITCH]);
      u6 = x6.fma(w0, u6);
      FloatVector x7 = FloatVector.broadcast(F, in[i + 7 * PITCH]);
      u7 = x7.fma(w0, u7);
      FloatVector x8 = FloatVector.broadcast(F, in[i + 8 * PITCH]);
      u8 = x8.fma(w0, u8);
      FloatVector x9 = FloatVector.broadcast(F, in[i + 9 * PITCH]);
      u9 = x9.fma(w0, u9);
      FloatVector x10 = FloatVector.broadcast(F, in[i + 10 * PITCH]);
      u10 = x10.fma(w0, u10);
      FloatVector x11 = FloatVector.broadcast(F, in[i + 11 * PITCH]);
      u11 = x11.fma(w0, u11);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
    FloatVector.fromArray(F, from, f + LANES).add(u1).intoArray(sums, at + LANES);
    FloatVector.fromArray(F, from, f + 2 * LANES).add(u2).intoArray(sums, at + 2 * LANES);
    FloatVector.fromArray(F, from, f + 3 * LANES).add(u3).intoArray(sums, at + 3 * LANES);
    FloatVector.fromArray(F, from, f + 4 * LANES).add(u4).intoArray(sums, at + 4 * LANES);
    FloatVector.fromArray(F, from, f + 5 * LANES).add(u5).intoArray(sums, at + 5 * LANES);
    FloatVector.fromArray(F, from, f + 6 * LANES).add(u6).intoArray(sums, at + 6 * LANES);
    FloatVector.fromArray(F, from, f + 7 * LANES).add(u7).intoArray(sums, at + 7 * LANES);
    FloatVector.fromArray(F, from, f + 8 * LANES).add(u8).intoArray(sums, at + 8 * LANES);
    FloatVector.fromArray(F, from, f + 9 * LANES).add(u9).intoArray(sums, at + 9 * LANES);
    FloatVector.fromArray(F, from, f + 10 * LANES).add(u10).intoArray(sums, at + 10 * LANES);
    FloatVector.fromArray(F, from, f + 11 * LANES).add(u11).intoArray(sums, at + 11 * LANES);
  }

  /** 4 positions × 1 vector of output channels; added to where the sums begin. */
  private static void add4x1(
      float[] in,
      int p,
      int length,
      float[] weight,
      int q,
      float[] from,
      int f,
      float[] sums,
      int at) {
    FloatVector u0 = FloatVector.zero(F);
    FloatVector u1 = FloatVector.zero(F);
    FloatVector u2 = FloatVector.zero(F);
    FloatVector u3 = FloatVector.zero(F);
    int end = q + length * LANES;
    for (int j = q, i = p; j < end; j += LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
      FloatVector x1 = FloatVector.broadcast(F, in[i + PITCH]);
      u1 = x1.fma(w0, u1);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
    FloatVector.fromArray(F, from, f + LANES).add(u1).intoArray(sums, at + LANES);
    FloatVector.fromArray(F, from, f + 2 * LANES).add(u2).intoArray(sums, at + 2 * LANES);
    FloatVector.fromArray(F, from, f + 3 * LANES).add(u3).intoArray(sums, at + 3 * LANES);
  }

  /** 1 position × 1 vector of output channels; added to where the sums begin. */
  private static void add1x1(
      float[] in,
      int p,
      int length,
      float[] weight,
      int q,
      float[] from,
      int f,
      float[] sums,
      int at) {
    FloatVector u0 = FloatVector.zero(F);
    int end = q + length * LANES;
    for (int j = q, i = p; j < end; j += LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
  }
}
