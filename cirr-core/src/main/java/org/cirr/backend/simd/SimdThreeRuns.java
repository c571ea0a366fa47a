package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Three runs of {@link SimdRows} with the sums in registers from the first to the last: the slices
 * or rows under a kernel of three.
 *
 * <p>The loops stand one after another, not inside a loop, which JDK 17 would not compile well.
 */
final class SimdThreeRuns {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int PITCH = SimdRows.PITCH;

  private SimdThreeRuns() {}

  /**
   * As {@link SimdRows#add} three times.
   *
   * @param inStep from the input of one run to the next
   * @param weightStep from the weights of one run to the next
   * @param first whether the sums begin at 0, whatever they hold
   */
  static void add(
      float[] in,
      int p,
      int inStep,
      int count,
      int length,
      float[] weight,
      int q,
      int weightStep,
      int vectors,
      float[] sums,
      int at,
      boolean first) {
    int k = 0;
    if (vectors == 2 && LANES >= 16) {
      for (; k + 12 <= count; k += 12) {
        int to = at + k * 2 * LANES;
        if (first) {
          setThree12x2(in, p + k * PITCH, inStep, length, weight, q, weightStep, sums, to);
        } else {
          addThree12x2(in, p + k * PITCH, inStep, length, weight, q, weightStep, sums, to);
        }
      }
    }
    if (k == count) {
      return;
    }
    int to = at + k * vectors * LANES;
    if (first) {
      Arrays.fill(sums, to, at + count * vectors * LANES, 0);
    }
    for (int run = 0; run < 3; run++) {
      int from = p + k * PITCH + run * inStep;
      SimdRows.add(in, from, count - k, length, weight, q + run * weightStep, vectors, sums, to);
    }
  }

  /** 12 positions × 2 vectors, three runs one after another; the sums begin at 0. */
  static void setThree12x2(
      float[] in,
      int p,
      int inStep,
      int length,
      float[] weight,
      int q,
      int weightStep,
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
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p + i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[p + i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[p + i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[p + i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[p + i + 4 * PITCH]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[p + i + 5 * PITCH]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
      FloatVector x6 = FloatVector.broadcast(F, in[p + i + 6 * PITCH]);
      u6 = x6.fma(w0, u6);
      v6 = x6.fma(w1, v6);
      FloatVector x7 = FloatVector.broadcast(F, in[p + i + 7 * PITCH]);
      u7 = x7.fma(w0, u7);
      v7 = x7.fma(w1, v7);
      FloatVector x8 = FloatVector.broadcast(F, in[p + i + 8 * PITCH]);
      u8 = x8.fma(w0, u8);
      v8 = x8.fma(w1, v8);
      FloatVector x9 = FloatVector.broadcast(F, in[p + i + 9 * PITCH]);
      u9 = x9.fma(w0, u9);
      v9 = x9.fma(w1, v9);
      FloatVector x10 = FloatVector.broadcast(F, in[p + i + 10 * PITCH]);
      u10 = x10.fma(w0, u10);
      v10 = x10.fma(w1, v10);
      FloatVector x11 = FloatVector.broadcast(F, in[p + i + 11 * PITCH]);
      u11 = x11.fma(w0, u11);
      v11 = x11.fma(w1, v11);
    }
    int p1 = p + inStep;
    int q1 = q + weightStep;
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q1 + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q1 + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p1 + i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[p1 + i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[p1 + i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[p1 + i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[p1 + i + 4 * PITCH]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[p1 + i + 5 * PITCH]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
      FloatVector x6 = FloatVector.broadcast(F, in[p1 + i + 6 * PITCH]);
      u6 = x6.fma(w0, u6);
      v6 = x6.fma(w1, v6);
      FloatVector x7 = FloatVector.broadcast(F, in[p1 + i + 7 * PITCH]);
      u7 = x7.fma(w0, u7);
      v7 = x7.fma(w1, v7);
      FloatVector x8 = FloatVector.broadcast(F, in[p1 + i + 8 * PITCH]);
      u8 = x8.fma(w0, u8);
      v8 = x8.fma(w1, v8);
      FloatVector x9 = FloatVector.broadcast(F, in[p1 + i + 9 * PITCH]);
      u9 = x9.fma(w0, u9);
      v9 = x9.fma(w1, v9);
      FloatVector x10 = FloatVector.broadcast(F, in[p1 + i + 10 * PITCH]);
      u10 = x10.fma(w0, u10);
      v10 = x10.fma(w1, v10);
      FloatVector x11 = FloatVector.broadcast(F, in[p1 + i + 11 * PITCH]);
      u11 = x11.fma(w0, u11);
      v11 = x11.fma(w1, v11);
    }
    int p2 = p1 + inStep;
    int q2 = q1 + weightStep;
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q2 + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q2 + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p2 + i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[p2 + i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[p2 + i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[p2 + i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[p2 + i + 4 * PITCH]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[p2 + i + 5 * PITCH]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
      FloatVector x6 = FloatVector.broadcast(F, in[p2 + i + 6 * PITCH]);
      u6 = x6.fma(w0, u6);
      v6 = x6.fma(w1, v6);
      FloatVector x7 = FloatVector.broadcast(F, in[p2 + i + 7 * PITCH]);
      u7 = x7.fma(w0, u7);
      v7 = x7.fma(w1, v7);
      FloatVector x8 = FloatVector.broadcast(F, in[p2 + i + 8 * PITCH]);
      u8 = x8.fma(w0, u8);
      v8 = x8.fma(w1, v8);
      FloatVector x9 = FloatVector.broadcast(F, in[p2 + i + 9 * PITCH]);
      u9 = x9.fma(w0, u9);
      v9 = x9.fma(w1, v9);
      FloatVector x10 = FloatVector.broadcast(F, in[p2 + i + 10 * PITCH]);
      u10 = x10.fma(w0, u10);
      v10 = x10.fma(w1, v10);
      FloatVector x11 = FloatVector.broadcast(F, in[p2 + i + 11 * PITCH]);
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

  /** 12 positions × 2 vectors, three runs one after another. */
  static void addThree12x2(
      float[] in,
      int p,
      int inStep,
      int length,
      float[] weight,
      int q,
      int weightStep,
      float[] sums,
      int at) {
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
      FloatVector x0 = FloatVector.broadcast(F, in[p + i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[p + i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[p + i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[p + i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[p + i + 4 * PITCH]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[p + i + 5 * PITCH]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
      FloatVector x6 = FloatVector.broadcast(F, in[p + i + 6 * PITCH]);
      u6 = x6.fma(w0, u6);
      v6 = x6.fma(w1, v6);
      FloatVector x7 = FloatVector.broadcast(F, in[p + i + 7 * PITCH]);
      u7 = x7.fma(w0, u7);
      v7 = x7.fma(w1, v7);
      FloatVector x8 = FloatVector.broadcast(F, in[p + i + 8 * PITCH]);
      u8 = x8.fma(w0, u8);
      v8 = x8.fma(w1, v8);
      FloatVector x9 = FloatVector.broadcast(F, in[p + i + 9 * PITCH]);
      u9 = x9.fma(w0, u9);
      v9 = x9.fma(w1, v9);
      FloatVector x10 = FloatVector.broadcast(F, in[p + i + 10 * PITCH]);
      u10 = x10.fma(w0, u10);
      v10 = x10.fma(w1, v10);
      FloatVector x11 = FloatVector.broadcast(F, in[p + i + 11 * PITCH]);
      u11 = x11.fma(w0, u11);
      v11 = x11.fma(w1, v11);
    }
    int p1 = p + inStep;
    int q1 = q + weightStep;
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q1 + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q1 + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p1 + i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[p1 + i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[p1 + i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[p1 + i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[p1 + i + 4 * PITCH]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[p1 + i + 5 * PITCH]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
      FloatVector x6 = FloatVector.broadcast(F, in[p1 + i + 6 * PITCH]);
      u6 = x6.fma(w0, u6);
      v6 = x6.fma(w1, v6);
      FloatVector x7 = FloatVector.broadcast(F, in[p1 + i + 7 * PITCH]);
      u7 = x7.fma(w0, u7);
      v7 = x7.fma(w1, v7);
      FloatVector x8 = FloatVector.broadcast(F, in[p1 + i + 8 * PITCH]);
      u8 = x8.fma(w0, u8);
      v8 = x8.fma(w1, v8);
      FloatVector x9 = FloatVector.broadcast(F, in[p1 + i + 9 * PITCH]);
      u9 = x9.fma(w0, u9);
      v9 = x9.fma(w1, v9);
      FloatVector x10 = FloatVector.broadcast(F, in[p1 + i + 10 * PITCH]);
      u10 = x10.fma(w0, u10);
      v10 = x10.fma(w1, v10);
      FloatVector x11 = FloatVector.broadcast(F, in[p1 + i + 11 * PITCH]);
      u11 = x11.fma(w0, u11);
      v11 = x11.fma(w1, v11);
    }
    int p2 = p1 + inStep;
    int q2 = q1 + weightStep;
    for (int i = 0; i < length; i++) {
      FloatVector w0 = FloatVector.fromArray(F, weight, q2 + i * 2 * LANES);
      FloatVector w1 = FloatVector.fromArray(F, weight, q2 + i * 2 * LANES + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[p2 + i]);
      u0 = x0.fma(w0, u0);
      v0 = x0.fma(w1, v0);
      FloatVector x1 = FloatVector.broadcast(F, in[p2 + i + PITCH]);
      u1 = x1.fma(w0, u1);
      v1 = x1.fma(w1, v1);
      FloatVector x2 = FloatVector.broadcast(F, in[p2 + i + 2 * PITCH]);
      u2 = x2.fma(w0, u2);
      v2 = x2.fma(w1, v2);
      FloatVector x3 = FloatVector.broadcast(F, in[p2 + i + 3 * PITCH]);
      u3 = x3.fma(w0, u3);
      v3 = x3.fma(w1, v3);
      FloatVector x4 = FloatVector.broadcast(F, in[p2 + i + 4 * PITCH]);
      u4 = x4.fma(w0, u4);
      v4 = x4.fma(w1, v4);
      FloatVector x5 = FloatVector.broadcast(F, in[p2 + i + 5 * PITCH]);
      u5 = x5.fma(w0, u5);
      v5 = x5.fma(w1, v5);
      FloatVector x6 = FloatVector.broadcast(F, in[p2 + i + 6 * PITCH]);
      u6 = x6.fma(w0, u6);
      v6 = x6.fma(w1, v6);
      FloatVector x7 = FloatVector.broadcast(F, in[p2 + i + 7 * PITCH]);
      u7 = x7.fma(w0, u7);
      v7 = x7.fma(w1, v7);
      FloatVector x8 = FloatVector.broadcast(F, in[p2 + i + 8 * PITCH]);
      u8 = x8.fma(w0, u8);
      v8 = x8.fma(w1, v8);
      FloatVector x9 = FloatVector.broadcast(F, in[p2 + i + 9 * PITCH]);
      u9 = x9.fma(w0, u9);
      v9 = x9.fma(w1, v9);
      FloatVector x10 = FloatVector.broadcast(F, in[p2 + i + 10 * PITCH]);
      u10 = x10.fma(w0, u10);
      v10 = x10.fma(w1, v10);
      FloatVector x11 = FloatVector.broadcast(F, in[p2 + i + 11 * PITCH]);
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
}
