package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link SimdRows} for positions that lie any step apart: the rows of a matrix.
 *
 * <p>Every position then needs an index register of its own, so there are only six at a time; where
 * the input is copied anyway, copy it to {@link SimdRows}'s pitch.
 */
final class SimdSteppedRows {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  private SimdSteppedRows() {}

  /**
   * Adds one run to the sums of {@code count} positions.
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
      for (; k + 6 <= count; k += 6) {
        rows6x2(in, p + k * inStep, inStep, length, weight, q, sums, at + k * 2 * LANES);
      }
      for (; k + 2 <= count; k += 2) {
        rows2x2(in, p + k * inStep, inStep, length, weight, q, sums, at + k * 2 * LANES);
      }
      for (; k + 1 <= count; k += 1) {
        rows1x2(in, p + k * inStep, inStep, length, weight, q, sums, at + k * 2 * LANES);
      }
    } else {
      for (; k + 6 <= count; k += 6) {
        rows6x1(in, p + k * inStep, inStep, length, weight, q, sums, at + k * LANES);
      }
      for (; k + 1 <= count; k += 1) {
        rows1x1(in, p + k * inStep, inStep, length, weight, q, sums, at + k * LANES);
      }
    }
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
