package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loop of matrix products: some rows, which lie any step apart, times a packed block of
 * columns.
 */
/*
 * Design. The plain form, with `width` columns in the block, is
 *
 *   for row < count
 *     for i < length
 *       for c < width
 *         sums[at + row·width + c] += in[p + row·step + i] · weight[q + i·width + c]
 *
 * With 512-bit vectors a block is four of them wide: 6 rows × 4 vectors are 24 sums in registers, and
 * a turn of the loop is 24 multiply-adds, 4 loads and 6 broadcasts. Narrower vectors come with 16
 * registers, enough for 6 rows × 2 vectors.
 *
 * Rows are read where they lie, with an index register each; copied side by side into panels
 * ([i][6], one register) the same loop measures 97 to 110 instead of 91 to 98 GFLOP/s of one thread,
 * and copying a value costs two cycles against the columns / 32 cycles that it is used for. 6 rows × 2
 * vectors run at 73 on JDK 17, 12 × 2 from panels at 95 to 108.
 */
final class SimdGemmRows {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Rows that are done together. */
  static final int ROWS = 6;

  /** Vectors of columns of a whole block. */
  static final int VECTORS = LANES >= 16 ? 4 : 2;

  private SimdGemmRows() {}

  /** The vectors of the next block where so many are left: a whole block, 2 or 1. */
  static int blockVectors(int left) {
    return left >= VECTORS ? VECTORS : left >= 2 ? 2 : 1;
  }

  /**
   * Adds one run to the sums of {@code count} rows.
   *
   * @param in the rows; row k reads {@code length} values from {@code p + k · step}
   * @param weight the packed block, {@code [length][vectors · lanes]} from {@code q}
   * @param vectors 1, 2 or {@link #VECTORS}
   * @param sums {@code [count][vectors · lanes]} from {@code at}; modified
   */
  static void add(
      float[] in,
      int p,
      int step,
      int length,
      float[] weight,
      int q,
      int vectors,
      float[] sums,
      int at,
      int count) {
    int width = vectors * LANES;
    int k = 0;
    for (; k + ROWS <= count; k += ROWS) {
      if (vectors == 4) {
        rows6x4(in, p + k * step, step, length, weight, q, sums, at + k * width);
      } else if (vectors == 2) {
        rows6x2(in, p + k * step, step, length, weight, q, sums, at + k * width);
      } else {
        rows6x1(in, p + k * step, step, length, weight, q, sums, at + k * width);
      }
    }
    for (; k < count; k++) {
      if (vectors == 4) {
        rows1x4(in, p + k * step, length, weight, q, sums, at + k * width);
      } else if (vectors == 2) {
        rows1x2(in, p + k * step, length, weight, q, sums, at + k * width);
      } else {
        rows1x1(in, p + k * step, length, weight, q, sums, at + k * width);
      }
    }
  }

  /** 6 rows × 4 vectors of columns. */
  private static void rows6x4(
      float[] in, int p0, int step, int length, float[] weight, int q, float[] sums, int at) {
    int p1 = p0 + step;
    int p2 = p1 + step;
    int p3 = p2 + step;
    int p4 = p3 + step;
    int p5 = p4 + step;
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    FloatVector v0 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector s0 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector t0 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    FloatVector u1 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    FloatVector v1 = FloatVector.fromArray(F, sums, at + 5 * LANES);
    FloatVector s1 = FloatVector.fromArray(F, sums, at + 6 * LANES);
    FloatVector t1 = FloatVector.fromArray(F, sums, at + 7 * LANES);
    FloatVector u2 = FloatVector.fromArray(F, sums, at + 8 * LANES);
    FloatVector v2 = FloatVector.fromArray(F, sums, at + 9 * LANES);
    FloatVector s2 = FloatVector.fromArray(F, sums, at + 10 * LANES);
    FloatVector t2 = FloatVector.fromArray(F, sums, at + 11 * LANES);
    FloatVector u3 = FloatVector.fromArray(F, sums, at + 12 * LANES);
    FloatVector v3 = FloatVector.fromArray(F, sums, at + 13 * LANES);
    FloatVector s3 = FloatVector.fromArray(F, sums, at + 14 * LANES);
    FloatVector t3 = FloatVector.fromArray(F, sums, at + 15 * LANES);
    FloatVector u4 = FloatVector.fromArray(F, sums, at + 16 * LANES);
    FloatVector v4 = FloatVector.fromArray(F, sums, at + 17 * LANES);
    FloatVector s4 = FloatVector.fromArray(F, sums, at + 18 * LANES);
    FloatVector t4 = FloatVector.fromArray(F, sums, at + 19 * LANES);
    FloatVector u5 = FloatVector.fromArray(F, sums, at + 20 * LANES);
    FloatVector v5 = FloatVector.fromArray(F, sums, at + 21 * LANES);
    FloatVector s5 = FloatVector.fromArray(F, sums, at + 22 * LANES);
    FloatVector t5 = FloatVector.fromArray(F, sums, at + 23 * LANES);
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * 4 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q + i * 4 * LANES + LANES);
      FloatVector w2 = FloatVector.fromArray(F, weight, q + i * 4 * LANES + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(F, weight, q + i * 4 * LANES + 3 * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p0 + i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      s0 = x0.fma(w2, s0);
      t0 = x0.fma(w3, t0);
      FloatVector x1 = FloatVector.broadcast(F, in[p1 + i]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      s1 = x1.fma(w2, s1);
      t1 = x1.fma(w3, t1);
      FloatVector x2 = FloatVector.broadcast(F, in[p2 + i]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      s2 = x2.fma(w2, s2);
      t2 = x2.fma(w3, t2);
      FloatVector x3 = FloatVector.broadcast(F, in[p3 + i]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      s3 = x3.fma(w2, s3);
      t3 = x3.fma(w3, t3);
      FloatVector x4 = FloatVector.broadcast(F, in[p4 + i]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      s4 = x4.fma(w2, s4);
      t4 = x4.fma(w3, t4);
      FloatVector x5 = FloatVector.broadcast(F, in[p5 + i]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
      s5 = x5.fma(w2, s5);
      t5 = x5.fma(w3, t5);
    }
    u0.intoArray(sums, at);
    v0.intoArray(sums, at + LANES);
    s0.intoArray(sums, at + 2 * LANES);
    t0.intoArray(sums, at + 3 * LANES);
    u1.intoArray(sums, at + 4 * LANES);
    v1.intoArray(sums, at + 5 * LANES);
    s1.intoArray(sums, at + 6 * LANES);
    t1.intoArray(sums, at + 7 * LANES);
    u2.intoArray(sums, at + 8 * LANES);
    v2.intoArray(sums, at + 9 * LANES);
    s2.intoArray(sums, at + 10 * LANES);
    t2.intoArray(sums, at + 11 * LANES);
    u3.intoArray(sums, at + 12 * LANES);
    v3.intoArray(sums, at + 13 * LANES);
    s3.intoArray(sums, at + 14 * LANES);
    t3.intoArray(sums, at + 15 * LANES);
    u4.intoArray(sums, at + 16 * LANES);
    v4.intoArray(sums, at + 17 * LANES);
    s4.intoArray(sums, at + 18 * LANES);
    t4.intoArray(sums, at + 19 * LANES);
    u5.intoArray(sums, at + 20 * LANES);
    v5.intoArray(sums, at + 21 * LANES);
    s5.intoArray(sums, at + 22 * LANES);
    t5.intoArray(sums, at + 23 * LANES);
  }

  /** 6 rows × 2 vectors of columns. */
  private static void rows6x2(
      float[] in, int p0, int step, int length, float[] weight, int q, float[] sums, int at) {
    int p1 = p0 + step;
    int p2 = p1 + step;
    int p3 = p2 + step;
    int p4 = p3 + step;
    int p5 = p4 + step;
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    FloatVector v0 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector u1 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector v1 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    FloatVector u2 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    FloatVector v2 = FloatVector.fromArray(F, sums, at + 5 * LANES);
    FloatVector u3 = FloatVector.fromArray(F, sums, at + 6 * LANES);
    FloatVector v3 = FloatVector.fromArray(F, sums, at + 7 * LANES);
    FloatVector u4 = FloatVector.fromArray(F, sums, at + 8 * LANES);
    FloatVector v4 = FloatVector.fromArray(F, sums, at + 9 * LANES);
    FloatVector u5 = FloatVector.fromArray(F, sums, at + 10 * LANES);
    FloatVector v5 = FloatVector.fromArray(F, sums, at + 11 * LANES);
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p0 + i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[p1 + i]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[p2 + i]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[p3 + i]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[p4 + i]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[p5 + i]);
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

  /** 6 rows × 1 vector of columns. */
  private static void rows6x1(
      float[] in, int p0, int step, int length, float[] weight, int q, float[] sums, int at) {
    int p1 = p0 + step;
    int p2 = p1 + step;
    int p3 = p2 + step;
    int p4 = p3 + step;
    int p5 = p4 + step;
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    FloatVector u1 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector u2 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector u3 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    FloatVector u4 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    FloatVector u5 = FloatVector.fromArray(F, sums, at + 5 * LANES);
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p0 + i]);
      u0 = x0.fma(w0, u0);
      FloatVector x1 = FloatVector.broadcast(F, in[p1 + i]);
      u1 = x1.fma(w0, u1);
      FloatVector x2 = FloatVector.broadcast(F, in[p2 + i]);
      u2 = x2.fma(w0, u2);
      FloatVector x3 = FloatVector.broadcast(F, in[p3 + i]);
      u3 = x3.fma(w0, u3);
      FloatVector x4 = FloatVector.broadcast(F, in[p4 + i]);
      u4 = x4.fma(w0, u4);
      FloatVector x5 = FloatVector.broadcast(F, in[p5 + i]);
      u5 = x5.fma(w0, u5);
    }
    u0.intoArray(sums, at);
    u1.intoArray(sums, at + LANES);
    u2.intoArray(sums, at + 2 * LANES);
    u3.intoArray(sums, at + 3 * LANES);
    u4.intoArray(sums, at + 4 * LANES);
    u5.intoArray(sums, at + 5 * LANES);
  }

  /** 1 row × 4 vectors of columns. */
  private static void rows1x4(
      float[] in, int p0, int length, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    FloatVector v0 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector s0 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector t0 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * 4 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q + i * 4 * LANES + LANES);
      FloatVector w2 = FloatVector.fromArray(F, weight, q + i * 4 * LANES + 2 * LANES);
      FloatVector w3 = FloatVector.fromArray(F, weight, q + i * 4 * LANES + 3 * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p0 + i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      s0 = x0.fma(w2, s0);
      t0 = x0.fma(w3, t0);
    }
    u0.intoArray(sums, at);
    v0.intoArray(sums, at + LANES);
    s0.intoArray(sums, at + 2 * LANES);
    t0.intoArray(sums, at + 3 * LANES);
  }

  /** 1 row × 2 vectors of columns. */
  private static void rows1x2(
      float[] in, int p0, int length, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    FloatVector v0 = FloatVector.fromArray(F, sums, at + LANES);
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p0 + i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
    }
    u0.intoArray(sums, at);
    v0.intoArray(sums, at + LANES);
  }

  /** 1 row × 1 vector of columns. */
  private static void rows1x1(
      float[] in, int p0, int length, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p0 + i]);
      u0 = x0.fma(w0, u0);
    }
    u0.intoArray(sums, at);
  }
}
