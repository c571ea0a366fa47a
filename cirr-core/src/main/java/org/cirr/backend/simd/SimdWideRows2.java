package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The unrolled loops of {@link SimdRows} for positions that lie 2 chunks apart.
 *
 * <p>Written by {@code RowBlocksSource}, which stands with the tests; change it there. Long because
 * each block size is spelled out: arrays of vectors would live in memory.
 */
final class SimdWideRows2 {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int PITCH = 2 * SimdRows.CHUNK;

  private SimdWideRows2() {}

  static void addFour(
      boolean first,
      float[] in,
      int p,
      int count,
      int length,
      float[] weight,
      int q,
      float[] sums,
      int at) {
    int width = 4 * LANES;
    float[] from = first ? SimdRows.ZEROS : sums;
    int f = first ? 0 : at;
    int step = first ? 0 : width;
    int k = 0;
    for (; k + 6 <= count; k += 6) {
      add6x4(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * width);
    }
    for (; k + 2 <= count; k += 2) {
      add2x4(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * width);
    }
    for (; k + 1 <= count; k += 1) {
      add1x4(in, p + k * PITCH, length, weight, q, from, f + k * step, sums, at + k * width);
    }
  }

  /** 6 positions × 4 vectors of output channels; added to where the sums begin. */
  private static void add6x4(
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
    FloatVector y0 = FloatVector.zero(F);
    FloatVector z0 = FloatVector.zero(F);
    FloatVector u1 = FloatVector.zero(F);
    FloatVector v1 = FloatVector.zero(F);
    FloatVector y1 = FloatVector.zero(F);
    FloatVector z1 = FloatVector.zero(F);
    FloatVector u2 = FloatVector.zero(F);
    FloatVector v2 = FloatVector.zero(F);
    FloatVector y2 = FloatVector.zero(F);
    FloatVector z2 = FloatVector.zero(F);
    FloatVector u3 = FloatVector.zero(F);
    FloatVector v3 = FloatVector.zero(F);
    FloatVector y3 = FloatVector.zero(F);
    FloatVector z3 = FloatVector.zero(F);
    FloatVector u4 = FloatVector.zero(F);
    FloatVector v4 = FloatVector.zero(F);
    FloatVector y4 = FloatVector.zero(F);
    FloatVector z4 = FloatVector.zero(F);
    FloatVector u5 = FloatVector.zero(F);
    FloatVector v5 = FloatVector.zero(F);
    FloatVector y5 = FloatVector.zero(F);
    FloatVector z5 = FloatVector.zero(F);
    int end = q + length * 4 * LANES;
    for (int j = q, i = p; j < end; j += 4 * LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector w1 = FloatVector.fromArray(F, weight, j + LANES);
      FloatVector w2 = FloatVector.fromArray(F, weight, j + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(F, weight, j + 3 * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      y0 = x0.fma(w2, y0);
      z0 = x0.fma(w3, z0);
      FloatVector x1 = FloatVector.broadcast(F, in[i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      y1 = x1.fma(w2, y1);
      z1 = x1.fma(w3, z1);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      y2 = x2.fma(w2, y2);
      z2 = x2.fma(w3, z2);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      y3 = x3.fma(w2, y3);
      z3 = x3.fma(w3, z3);
      FloatVector x4 = FloatVector.broadcast(F, in[i + 4 * PITCH]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      y4 = x4.fma(w2, y4);
      z4 = x4.fma(w3, z4);
      FloatVector x5 = FloatVector.broadcast(F, in[i + 5 * PITCH]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
      y5 = x5.fma(w2, y5);
      z5 = x5.fma(w3, z5);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
    FloatVector.fromArray(F, from, f + LANES).add(v0).intoArray(sums, at + LANES);
    FloatVector.fromArray(F, from, f + 2 * LANES).add(y0).intoArray(sums, at + 2 * LANES);
    FloatVector.fromArray(F, from, f + 3 * LANES).add(z0).intoArray(sums, at + 3 * LANES);
    FloatVector.fromArray(F, from, f + 4 * LANES).add(u1).intoArray(sums, at + 4 * LANES);
    FloatVector.fromArray(F, from, f + 5 * LANES).add(v1).intoArray(sums, at + 5 * LANES);
    FloatVector.fromArray(F, from, f + 6 * LANES).add(y1).intoArray(sums, at + 6 * LANES);
    FloatVector.fromArray(F, from, f + 7 * LANES).add(z1).intoArray(sums, at + 7 * LANES);
    FloatVector.fromArray(F, from, f + 8 * LANES).add(u2).intoArray(sums, at + 8 * LANES);
    FloatVector.fromArray(F, from, f + 9 * LANES).add(v2).intoArray(sums, at + 9 * LANES);
    FloatVector.fromArray(F, from, f + 10 * LANES).add(y2).intoArray(sums, at + 10 * LANES);
    FloatVector.fromArray(F, from, f + 11 * LANES).add(z2).intoArray(sums, at + 11 * LANES);
    FloatVector.fromArray(F, from, f + 12 * LANES).add(u3).intoArray(sums, at + 12 * LANES);
    FloatVector.fromArray(F, from, f + 13 * LANES).add(v3).intoArray(sums, at + 13 * LANES);
    FloatVector.fromArray(F, from, f + 14 * LANES).add(y3).intoArray(sums, at + 14 * LANES);
    FloatVector.fromArray(F, from, f + 15 * LANES).add(z3).intoArray(sums, at + 15 * LANES);
    FloatVector.fromArray(F, from, f + 16 * LANES).add(u4).intoArray(sums, at + 16 * LANES);
    FloatVector.fromArray(F, from, f + 17 * LANES).add(v4).intoArray(sums, at + 17 * LANES);
    FloatVector.fromArray(F, from, f + 18 * LANES).add(y4).intoArray(sums, at + 18 * LANES);
    FloatVector.fromArray(F, from, f + 19 * LANES).add(z4).intoArray(sums, at + 19 * LANES);
    FloatVector.fromArray(F, from, f + 20 * LANES).add(u5).intoArray(sums, at + 20 * LANES);
    FloatVector.fromArray(F, from, f + 21 * LANES).add(v5).intoArray(sums, at + 21 * LANES);
    FloatVector.fromArray(F, from, f + 22 * LANES).add(y5).intoArray(sums, at + 22 * LANES);
    FloatVector.fromArray(F, from, f + 23 * LANES).add(z5).intoArray(sums, at + 23 * LANES);
  }

  /** 2 positions × 4 vectors of output channels; added to where the sums begin. */
  private static void add2x4(
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
    FloatVector y0 = FloatVector.zero(F);
    FloatVector z0 = FloatVector.zero(F);
    FloatVector u1 = FloatVector.zero(F);
    FloatVector v1 = FloatVector.zero(F);
    FloatVector y1 = FloatVector.zero(F);
    FloatVector z1 = FloatVector.zero(F);
    int end = q + length * 4 * LANES;
    for (int j = q, i = p; j < end; j += 4 * LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector w1 = FloatVector.fromArray(F, weight, j + LANES);
      FloatVector w2 = FloatVector.fromArray(F, weight, j + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(F, weight, j + 3 * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      y0 = x0.fma(w2, y0);
      z0 = x0.fma(w3, z0);
      FloatVector x1 = FloatVector.broadcast(F, in[i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      y1 = x1.fma(w2, y1);
      z1 = x1.fma(w3, z1);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
    FloatVector.fromArray(F, from, f + LANES).add(v0).intoArray(sums, at + LANES);
    FloatVector.fromArray(F, from, f + 2 * LANES).add(y0).intoArray(sums, at + 2 * LANES);
    FloatVector.fromArray(F, from, f + 3 * LANES).add(z0).intoArray(sums, at + 3 * LANES);
    FloatVector.fromArray(F, from, f + 4 * LANES).add(u1).intoArray(sums, at + 4 * LANES);
    FloatVector.fromArray(F, from, f + 5 * LANES).add(v1).intoArray(sums, at + 5 * LANES);
    FloatVector.fromArray(F, from, f + 6 * LANES).add(y1).intoArray(sums, at + 6 * LANES);
    FloatVector.fromArray(F, from, f + 7 * LANES).add(z1).intoArray(sums, at + 7 * LANES);
  }

  /** 1 position × 4 vectors of output channels; added to where the sums begin. */
  private static void add1x4(
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
    FloatVector y0 = FloatVector.zero(F);
    FloatVector z0 = FloatVector.zero(F);
    int end = q + length * 4 * LANES;
    for (int j = q, i = p; j < end; j += 4 * LANES, i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, j);
      FloatVector w1 = FloatVector.fromArray(F, weight, j + LANES);
      FloatVector w2 = FloatVector.fromArray(F, weight, j + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(F, weight, j + 3 * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      y0 = x0.fma(w2, y0);
      z0 = x0.fma(w3, z0);
    }
    FloatVector.fromArray(F, from, f).add(u0).intoArray(sums, at);
    FloatVector.fromArray(F, from, f + LANES).add(v0).intoArray(sums, at + LANES);
    FloatVector.fromArray(F, from, f + 2 * LANES).add(y0).intoArray(sums, at + 2 * LANES);
    FloatVector.fromArray(F, from, f + 3 * LANES).add(z0).intoArray(sums, at + 3 * LANES);
  }
}
