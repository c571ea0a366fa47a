package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loops of every convolution: a few neighbouring output positions of a row times one
 * or two vectors of output channels, all sums in registers.
 *
 * <p>The plain form, which each method below is with its two outer loops unrolled:
 *
 * <pre>{@code
 * for (k = 0; k < positions; k++)
 *   for (c = 0; c < channels; c++)
 *     for (i = 0; i < length; i++)
 *       sums[k][c] += in[p + k * inStep + i] * weight[q + i][c];
 * }</pre>
 */
/*
 * Design. Activations are channels last, so the inputs under one row of the kernel (kx · Cin values)
 * are one contiguous run, and so are their weights once packed; a kernel of 3×3×3 is nine runs. Lanes
 * run along output channels: each input value is broadcast, each weight vector loaded once for all
 * positions of the block.
 *
 * 12 × 2 holds 24 sums, 2 weights and 1 broadcast in the 32 registers of AVX-512; 6 × 2 holds 15 in
 * the 16 registers of AVX2. There is no loop over positions inside: arrays of vectors would live in
 * memory. The sums run over one input after another in a fixed order, whatever the block, so a
 * position has the same value whether it is computed alone or with others.
 *
 * Rejected: keeping the sums in registers over all runs (one more loop around). JDK 17 then boxes
 * every vector (4 GFLOP/s instead of some hundred); JDK 25 compiles it well. Loading and storing the
 * sums once per run adds about 3 % of instructions at 32 input channels (counted, not timed).
 */
final class SimdRows {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Positions of the widest block: as many as the registers hold. */
  private static final int WIDE = LANES >= 16 ? 12 : 6;

  private SimdRows() {}

  /**
   * Adds one run to the sums of {@code count} positions of one row.
   *
   * @param in the input; position k reads {@code length} values from {@code p + k · inStep}
   * @param weight packed weights of the run, {@code [length][vectors · lanes]} from {@code q}
   * @param vectors output channels in vectors, 1 or 2
   * @param sums {@code [count][vectors · lanes]} from {@code at}; modified
   */
  static void add(
      float[] in,
      int p,
      int inStep,
      int length,
      float[] weight,
      int q,
      int vectors,
      float[] sums,
      int at,
      int count) {
    int k = 0;
    if (vectors == 2) {
      int step = 2 * LANES;
      for (; WIDE == 12 && k + 12 <= count; k += 12) {
        rows12x2(in, p + k * inStep, inStep, length, weight, q, sums, at + k * step);
      }
      for (; k + 6 <= count; k += 6) {
        rows6x2(in, p + k * inStep, inStep, length, weight, q, sums, at + k * step);
      }
      for (; k + 4 <= count; k += 4) {
        rows4x2(in, p + k * inStep, inStep, length, weight, q, sums, at + k * step);
      }
      for (; k + 2 <= count; k += 2) {
        rows2x2(in, p + k * inStep, inStep, length, weight, q, sums, at + k * step);
      }
      for (; k < count; k++) {
        rows1x2(in, p + k * inStep, inStep, length, weight, q, sums, at + k * step);
      }
    } else {
      for (; k + 12 <= count; k += 12) {
        rows12x1(in, p + k * inStep, inStep, length, weight, q, sums, at + k * LANES);
      }
      for (; k + 6 <= count; k += 6) {
        rows6x1(in, p + k * inStep, inStep, length, weight, q, sums, at + k * LANES);
      }
      for (; k + 4 <= count; k += 4) {
        rows4x1(in, p + k * inStep, inStep, length, weight, q, sums, at + k * LANES);
      }
      for (; k + 2 <= count; k += 2) {
        rows2x1(in, p + k * inStep, inStep, length, weight, q, sums, at + k * LANES);
      }
      for (; k < count; k++) {
        rows1x1(in, p + k * inStep, inStep, length, weight, q, sums, at + k * LANES);
      }
    }
  }

  /** 12 positions × 2 vectors of output channels. */
  private static void rows12x2(
      float[] in, int p0, int inStep, int length, float[] weight, int q, float[] sums, int at) {
    int p1 = p0 + inStep;
    int p2 = p1 + inStep;
    int p3 = p2 + inStep;
    int p4 = p3 + inStep;
    int p5 = p4 + inStep;
    int p6 = p5 + inStep;
    int p7 = p6 + inStep;
    int p8 = p7 + inStep;
    int p9 = p8 + inStep;
    int p10 = p9 + inStep;
    int p11 = p10 + inStep;
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
    FloatVector u6 = FloatVector.fromArray(F, sums, at + 12 * LANES);
    FloatVector v6 = FloatVector.fromArray(F, sums, at + 13 * LANES);
    FloatVector u7 = FloatVector.fromArray(F, sums, at + 14 * LANES);
    FloatVector v7 = FloatVector.fromArray(F, sums, at + 15 * LANES);
    FloatVector u8 = FloatVector.fromArray(F, sums, at + 16 * LANES);
    FloatVector v8 = FloatVector.fromArray(F, sums, at + 17 * LANES);
    FloatVector u9 = FloatVector.fromArray(F, sums, at + 18 * LANES);
    FloatVector v9 = FloatVector.fromArray(F, sums, at + 19 * LANES);
    FloatVector u10 = FloatVector.fromArray(F, sums, at + 20 * LANES);
    FloatVector v10 = FloatVector.fromArray(F, sums, at + 21 * LANES);
    FloatVector u11 = FloatVector.fromArray(F, sums, at + 22 * LANES);
    FloatVector v11 = FloatVector.fromArray(F, sums, at + 23 * LANES);
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
      FloatVector x6 = FloatVector.broadcast(F, in[p6 + i]);
      u6 = x6.fma(w0, u6);
      v6 = x6.fma(w1, v6);
      FloatVector x7 = FloatVector.broadcast(F, in[p7 + i]);
      u7 = x7.fma(w0, u7);
      v7 = x7.fma(w1, v7);
      FloatVector x8 = FloatVector.broadcast(F, in[p8 + i]);
      u8 = x8.fma(w0, u8);
      v8 = x8.fma(w1, v8);
      FloatVector x9 = FloatVector.broadcast(F, in[p9 + i]);
      u9 = x9.fma(w0, u9);
      v9 = x9.fma(w1, v9);
      FloatVector x10 = FloatVector.broadcast(F, in[p10 + i]);
      u10 = x10.fma(w0, u10);
      v10 = x10.fma(w1, v10);
      FloatVector x11 = FloatVector.broadcast(F, in[p11 + i]);
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

  /** 6 positions × 2 vectors of output channels. */
  private static void rows6x2(
      float[] in, int p0, int inStep, int length, float[] weight, int q, float[] sums, int at) {
    int p1 = p0 + inStep;
    int p2 = p1 + inStep;
    int p3 = p2 + inStep;
    int p4 = p3 + inStep;
    int p5 = p4 + inStep;
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

  /** 4 positions × 2 vectors of output channels. */
  private static void rows4x2(
      float[] in, int p0, int inStep, int length, float[] weight, int q, float[] sums, int at) {
    int p1 = p0 + inStep;
    int p2 = p1 + inStep;
    int p3 = p2 + inStep;
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    FloatVector v0 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector u1 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector v1 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    FloatVector u2 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    FloatVector v2 = FloatVector.fromArray(F, sums, at + 5 * LANES);
    FloatVector u3 = FloatVector.fromArray(F, sums, at + 6 * LANES);
    FloatVector v3 = FloatVector.fromArray(F, sums, at + 7 * LANES);
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
    }
    u0.intoArray(sums, at);
    v0.intoArray(sums, at + LANES);
    u1.intoArray(sums, at + 2 * LANES);
    v1.intoArray(sums, at + 3 * LANES);
    u2.intoArray(sums, at + 4 * LANES);
    v2.intoArray(sums, at + 5 * LANES);
    u3.intoArray(sums, at + 6 * LANES);
    v3.intoArray(sums, at + 7 * LANES);
  }

  /** 2 positions × 2 vectors of output channels. */
  private static void rows2x2(
      float[] in, int p0, int inStep, int length, float[] weight, int q, float[] sums, int at) {
    int p1 = p0 + inStep;
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    FloatVector v0 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector u1 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector v1 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p0 + i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[p1 + i]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
    }
    u0.intoArray(sums, at);
    v0.intoArray(sums, at + LANES);
    u1.intoArray(sums, at + 2 * LANES);
    v1.intoArray(sums, at + 3 * LANES);
  }

  /** 1 position × 2 vectors of output channels. */
  private static void rows1x2(
      float[] in, int p0, int inStep, int length, float[] weight, int q, float[] sums, int at) {
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

  /** 12 positions × 1 vector of output channels. */
  private static void rows12x1(
      float[] in, int p0, int inStep, int length, float[] weight, int q, float[] sums, int at) {
    int p1 = p0 + inStep;
    int p2 = p1 + inStep;
    int p3 = p2 + inStep;
    int p4 = p3 + inStep;
    int p5 = p4 + inStep;
    int p6 = p5 + inStep;
    int p7 = p6 + inStep;
    int p8 = p7 + inStep;
    int p9 = p8 + inStep;
    int p10 = p9 + inStep;
    int p11 = p10 + inStep;
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    FloatVector u1 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector u2 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector u3 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    FloatVector u4 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    FloatVector u5 = FloatVector.fromArray(F, sums, at + 5 * LANES);
    FloatVector u6 = FloatVector.fromArray(F, sums, at + 6 * LANES);
    FloatVector u7 = FloatVector.fromArray(F, sums, at + 7 * LANES);
    FloatVector u8 = FloatVector.fromArray(F, sums, at + 8 * LANES);
    FloatVector u9 = FloatVector.fromArray(F, sums, at + 9 * LANES);
    FloatVector u10 = FloatVector.fromArray(F, sums, at + 10 * LANES);
    FloatVector u11 = FloatVector.fromArray(F, sums, at + 11 * LANES);
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
      FloatVector x6 = FloatVector.broadcast(F, in[p6 + i]);
      u6 = x6.fma(w0, u6);
      FloatVector x7 = FloatVector.broadcast(F, in[p7 + i]);
      u7 = x7.fma(w0, u7);
      FloatVector x8 = FloatVector.broadcast(F, in[p8 + i]);
      u8 = x8.fma(w0, u8);
      FloatVector x9 = FloatVector.broadcast(F, in[p9 + i]);
      u9 = x9.fma(w0, u9);
      FloatVector x10 = FloatVector.broadcast(F, in[p10 + i]);
      u10 = x10.fma(w0, u10);
      FloatVector x11 = FloatVector.broadcast(F, in[p11 + i]);
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

  /** 6 positions × 1 vector of output channels. */
  private static void rows6x1(
      float[] in, int p0, int inStep, int length, float[] weight, int q, float[] sums, int at) {
    int p1 = p0 + inStep;
    int p2 = p1 + inStep;
    int p3 = p2 + inStep;
    int p4 = p3 + inStep;
    int p5 = p4 + inStep;
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

  /** 4 positions × 1 vector of output channels. */
  private static void rows4x1(
      float[] in, int p0, int inStep, int length, float[] weight, int q, float[] sums, int at) {
    int p1 = p0 + inStep;
    int p2 = p1 + inStep;
    int p3 = p2 + inStep;
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    FloatVector u1 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector u2 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector u3 = FloatVector.fromArray(F, sums, at + 3 * LANES);
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
    }
    u0.intoArray(sums, at);
    u1.intoArray(sums, at + LANES);
    u2.intoArray(sums, at + 2 * LANES);
    u3.intoArray(sums, at + 3 * LANES);
  }

  /** 2 positions × 1 vector of output channels. */
  private static void rows2x1(
      float[] in, int p0, int inStep, int length, float[] weight, int q, float[] sums, int at) {
    int p1 = p0 + inStep;
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    FloatVector u1 = FloatVector.fromArray(F, sums, at + LANES);
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p0 + i]);
      u0 = x0.fma(w0, u0);
      FloatVector x1 = FloatVector.broadcast(F, in[p1 + i]);
      u1 = x1.fma(w0, u1);
    }
    u0.intoArray(sums, at);
    u1.intoArray(sums, at + LANES);
  }

  /** 1 position × 1 vector of output channels. */
  private static void rows1x1(
      float[] in, int p0, int inStep, int length, float[] weight, int q, float[] sums, int at) {
    FloatVector u0 = FloatVector.fromArray(F, sums, at);
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p0 + i]);
      u0 = x0.fma(w0, u0);
    }
    u0.intoArray(sums, at);
  }
}
