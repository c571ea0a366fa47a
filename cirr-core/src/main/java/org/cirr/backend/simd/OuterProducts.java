package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums of outer products: for each of some voxels, every one of some input channels times every one
 * of up to two vectors of output channels.
 *
 * <p>The plain form: {@code sums[i][o] += Σ_v in[v][i] · gradient[v][o]}.
 */
/*
 * Design. All sums of a call are in registers: 12 input channels × 2 vectors are 24 of the 32 that
 * AVX-512 has. Of AVX2's 16 they are 4 × 2, just enough to keep two multiply-adds of four cycles
 * busy. 6 × 2 leave too few for the JIT, which makes broadcasts early: it kept one sum on the stack,
 * and every voxel waited for it (38 instead of 70 GFLOP/s). Each voxel costs two loads, a broadcast
 * from memory per input channel and twice as many multiply-adds. The inputs lie side by side, so
 * that they share one index register. A sum's row is always two vectors long.
 */
final class OuterProducts {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /**
   * Floats from one voxel to the next. Constant, so that the JIT proves once before a loop that all
   * its reads are inside the array; with a variable step it asks at every single one.
   */
  static final int PITCH = SimdRows.CHUNK;

  /** Output channels of one call: two vectors. */
  static final int WIDTH = 2 * LANES;

  private OuterProducts() {}

  /**
   * Adds the products of {@code count} voxels.
   *
   * @param in input channels side by side from {@code p} on, of the next voxel {@link #PITCH} on
   * @param channels how many of them there are
   * @param gradient two vectors of output channels per voxel, from {@code q} on
   * @param vectors how many of the two are used
   * @param sums {@code [channels][2 · lanes]} from {@code at} on; modified
   */
  static void add(
      float[] in,
      int p,
      int channels,
      float[] gradient,
      int q,
      int vectors,
      int count,
      float[] sums,
      int at) {
    int k = 0;
    int row = 2 * LANES;
    if (vectors == 2) {
      if (LANES >= 16) {
        for (; k + 12 <= channels; k += 12) {
          products12x2(in, p + k, gradient, q, count, sums, at + k * row);
        }
        for (; k + 8 <= channels; k += 8) {
          products8x2(in, p + k, gradient, q, count, sums, at + k * row);
        }
      }
      for (; k + 4 <= channels; k += 4) {
        products4x2(in, p + k, gradient, q, count, sums, at + k * row);
      }
      for (; k < channels; k++) {
        products1x2(in, p + k, gradient, q, count, sums, at + k * row);
      }
      return;
    }
    for (; k + 8 <= channels; k += 8) {
      products8x1(in, p + k, gradient, q, count, sums, at + k * row);
    }
    for (; k < channels; k++) {
      products1x1(in, p + k, gradient, q, count, sums, at + k * row);
    }
  }

  /**
   * The same where the next voxel lies {@code inStep} floats on and both vectors are used: values
   * between belong to both.
   *
   * @param channels a multiple of 4
   */
  static void addDense(
      float[] in,
      int p,
      int inStep,
      int channels,
      float[] gradient,
      int q,
      int count,
      float[] sums,
      int at) {
    for (int k = 0; k < channels; k += 4) {
      dense4x2(in, p + k, inStep, gradient, q, count, sums, at + k * 2 * LANES);
    }
  }

  /** 12 input channels × 2 vectors of output channels. */
  private static void products12x2(
      float[] in, int p, float[] gradient, int q, int count, float[] sums, int at) {
    FloatVector s0v0 = FloatVector.fromArray(F, sums, at);
    FloatVector s0v1 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector s1v0 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector s1v1 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    FloatVector s2v0 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    FloatVector s2v1 = FloatVector.fromArray(F, sums, at + 5 * LANES);
    FloatVector s3v0 = FloatVector.fromArray(F, sums, at + 6 * LANES);
    FloatVector s3v1 = FloatVector.fromArray(F, sums, at + 7 * LANES);
    FloatVector s4v0 = FloatVector.fromArray(F, sums, at + 8 * LANES);
    FloatVector s4v1 = FloatVector.fromArray(F, sums, at + 9 * LANES);
    FloatVector s5v0 = FloatVector.fromArray(F, sums, at + 10 * LANES);
    FloatVector s5v1 = FloatVector.fromArray(F, sums, at + 11 * LANES);
    FloatVector s6v0 = FloatVector.fromArray(F, sums, at + 12 * LANES);
    FloatVector s6v1 = FloatVector.fromArray(F, sums, at + 13 * LANES);
    FloatVector s7v0 = FloatVector.fromArray(F, sums, at + 14 * LANES);
    FloatVector s7v1 = FloatVector.fromArray(F, sums, at + 15 * LANES);
    FloatVector s8v0 = FloatVector.fromArray(F, sums, at + 16 * LANES);
    FloatVector s8v1 = FloatVector.fromArray(F, sums, at + 17 * LANES);
    FloatVector s9v0 = FloatVector.fromArray(F, sums, at + 18 * LANES);
    FloatVector s9v1 = FloatVector.fromArray(F, sums, at + 19 * LANES);
    FloatVector s10v0 = FloatVector.fromArray(F, sums, at + 20 * LANES);
    FloatVector s10v1 = FloatVector.fromArray(F, sums, at + 21 * LANES);
    FloatVector s11v0 = FloatVector.fromArray(F, sums, at + 22 * LANES);
    FloatVector s11v1 = FloatVector.fromArray(F, sums, at + 23 * LANES);
    int end = q + count * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i += PITCH) {
      FloatVector g0 = FloatVector.fromArray(F, gradient, j);
      FloatVector g1 = FloatVector.fromArray(F, gradient, j + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      s0v0 = x0.fma(g0, s0v0);
      s0v1 = x0.fma(g1, s0v1);
      FloatVector x1 = FloatVector.broadcast(F, in[i + 1]);
      s1v0 = x1.fma(g0, s1v0);
      s1v1 = x1.fma(g1, s1v1);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2]);
      s2v0 = x2.fma(g0, s2v0);
      s2v1 = x2.fma(g1, s2v1);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3]);
      s3v0 = x3.fma(g0, s3v0);
      s3v1 = x3.fma(g1, s3v1);
      FloatVector x4 = FloatVector.broadcast(F, in[i + 4]);
      s4v0 = x4.fma(g0, s4v0);
      s4v1 = x4.fma(g1, s4v1);
      FloatVector x5 = FloatVector.broadcast(F, in[i + 5]);
      s5v0 = x5.fma(g0, s5v0);
      s5v1 = x5.fma(g1, s5v1);
      FloatVector x6 = FloatVector.broadcast(F, in[i + 6]);
      s6v0 = x6.fma(g0, s6v0);
      s6v1 = x6.fma(g1, s6v1);
      FloatVector x7 = FloatVector.broadcast(F, in[i + 7]);
      s7v0 = x7.fma(g0, s7v0);
      s7v1 = x7.fma(g1, s7v1);
      FloatVector x8 = FloatVector.broadcast(F, in[i + 8]);
      s8v0 = x8.fma(g0, s8v0);
      s8v1 = x8.fma(g1, s8v1);
      FloatVector x9 = FloatVector.broadcast(F, in[i + 9]);
      s9v0 = x9.fma(g0, s9v0);
      s9v1 = x9.fma(g1, s9v1);
      FloatVector x10 = FloatVector.broadcast(F, in[i + 10]);
      s10v0 = x10.fma(g0, s10v0);
      s10v1 = x10.fma(g1, s10v1);
      FloatVector x11 = FloatVector.broadcast(F, in[i + 11]);
      s11v0 = x11.fma(g0, s11v0);
      s11v1 = x11.fma(g1, s11v1);
    }
    s0v0.intoArray(sums, at);
    s0v1.intoArray(sums, at + LANES);
    s1v0.intoArray(sums, at + 2 * LANES);
    s1v1.intoArray(sums, at + 3 * LANES);
    s2v0.intoArray(sums, at + 4 * LANES);
    s2v1.intoArray(sums, at + 5 * LANES);
    s3v0.intoArray(sums, at + 6 * LANES);
    s3v1.intoArray(sums, at + 7 * LANES);
    s4v0.intoArray(sums, at + 8 * LANES);
    s4v1.intoArray(sums, at + 9 * LANES);
    s5v0.intoArray(sums, at + 10 * LANES);
    s5v1.intoArray(sums, at + 11 * LANES);
    s6v0.intoArray(sums, at + 12 * LANES);
    s6v1.intoArray(sums, at + 13 * LANES);
    s7v0.intoArray(sums, at + 14 * LANES);
    s7v1.intoArray(sums, at + 15 * LANES);
    s8v0.intoArray(sums, at + 16 * LANES);
    s8v1.intoArray(sums, at + 17 * LANES);
    s9v0.intoArray(sums, at + 18 * LANES);
    s9v1.intoArray(sums, at + 19 * LANES);
    s10v0.intoArray(sums, at + 20 * LANES);
    s10v1.intoArray(sums, at + 21 * LANES);
    s11v0.intoArray(sums, at + 22 * LANES);
    s11v1.intoArray(sums, at + 23 * LANES);
  }

  /** 8 input channels × 2 vectors of output channels. */
  private static void products8x2(
      float[] in, int p, float[] gradient, int q, int count, float[] sums, int at) {
    FloatVector s0v0 = FloatVector.fromArray(F, sums, at);
    FloatVector s0v1 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector s1v0 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector s1v1 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    FloatVector s2v0 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    FloatVector s2v1 = FloatVector.fromArray(F, sums, at + 5 * LANES);
    FloatVector s3v0 = FloatVector.fromArray(F, sums, at + 6 * LANES);
    FloatVector s3v1 = FloatVector.fromArray(F, sums, at + 7 * LANES);
    FloatVector s4v0 = FloatVector.fromArray(F, sums, at + 8 * LANES);
    FloatVector s4v1 = FloatVector.fromArray(F, sums, at + 9 * LANES);
    FloatVector s5v0 = FloatVector.fromArray(F, sums, at + 10 * LANES);
    FloatVector s5v1 = FloatVector.fromArray(F, sums, at + 11 * LANES);
    FloatVector s6v0 = FloatVector.fromArray(F, sums, at + 12 * LANES);
    FloatVector s6v1 = FloatVector.fromArray(F, sums, at + 13 * LANES);
    FloatVector s7v0 = FloatVector.fromArray(F, sums, at + 14 * LANES);
    FloatVector s7v1 = FloatVector.fromArray(F, sums, at + 15 * LANES);
    int end = q + count * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i += PITCH) {
      FloatVector g0 = FloatVector.fromArray(F, gradient, j);
      FloatVector g1 = FloatVector.fromArray(F, gradient, j + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      s0v0 = x0.fma(g0, s0v0);
      s0v1 = x0.fma(g1, s0v1);
      FloatVector x1 = FloatVector.broadcast(F, in[i + 1]);
      s1v0 = x1.fma(g0, s1v0);
      s1v1 = x1.fma(g1, s1v1);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2]);
      s2v0 = x2.fma(g0, s2v0);
      s2v1 = x2.fma(g1, s2v1);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3]);
      s3v0 = x3.fma(g0, s3v0);
      s3v1 = x3.fma(g1, s3v1);
      FloatVector x4 = FloatVector.broadcast(F, in[i + 4]);
      s4v0 = x4.fma(g0, s4v0);
      s4v1 = x4.fma(g1, s4v1);
      FloatVector x5 = FloatVector.broadcast(F, in[i + 5]);
      s5v0 = x5.fma(g0, s5v0);
      s5v1 = x5.fma(g1, s5v1);
      FloatVector x6 = FloatVector.broadcast(F, in[i + 6]);
      s6v0 = x6.fma(g0, s6v0);
      s6v1 = x6.fma(g1, s6v1);
      FloatVector x7 = FloatVector.broadcast(F, in[i + 7]);
      s7v0 = x7.fma(g0, s7v0);
      s7v1 = x7.fma(g1, s7v1);
    }
    s0v0.intoArray(sums, at);
    s0v1.intoArray(sums, at + LANES);
    s1v0.intoArray(sums, at + 2 * LANES);
    s1v1.intoArray(sums, at + 3 * LANES);
    s2v0.intoArray(sums, at + 4 * LANES);
    s2v1.intoArray(sums, at + 5 * LANES);
    s3v0.intoArray(sums, at + 6 * LANES);
    s3v1.intoArray(sums, at + 7 * LANES);
    s4v0.intoArray(sums, at + 8 * LANES);
    s4v1.intoArray(sums, at + 9 * LANES);
    s5v0.intoArray(sums, at + 10 * LANES);
    s5v1.intoArray(sums, at + 11 * LANES);
    s6v0.intoArray(sums, at + 12 * LANES);
    s6v1.intoArray(sums, at + 13 * LANES);
    s7v0.intoArray(sums, at + 14 * LANES);
    s7v1.intoArray(sums, at + 15 * LANES);
  }

  /** 4 input channels × 2 vectors of output channels. */
  private static void products4x2(
      float[] in, int p, float[] gradient, int q, int count, float[] sums, int at) {
    FloatVector s0v0 = FloatVector.fromArray(F, sums, at);
    FloatVector s0v1 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector s1v0 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector s1v1 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    FloatVector s2v0 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    FloatVector s2v1 = FloatVector.fromArray(F, sums, at + 5 * LANES);
    FloatVector s3v0 = FloatVector.fromArray(F, sums, at + 6 * LANES);
    FloatVector s3v1 = FloatVector.fromArray(F, sums, at + 7 * LANES);
    int end = q + count * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i += PITCH) {
      FloatVector g0 = FloatVector.fromArray(F, gradient, j);
      FloatVector g1 = FloatVector.fromArray(F, gradient, j + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      s0v0 = x0.fma(g0, s0v0);
      s0v1 = x0.fma(g1, s0v1);
      FloatVector x1 = FloatVector.broadcast(F, in[i + 1]);
      s1v0 = x1.fma(g0, s1v0);
      s1v1 = x1.fma(g1, s1v1);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2]);
      s2v0 = x2.fma(g0, s2v0);
      s2v1 = x2.fma(g1, s2v1);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3]);
      s3v0 = x3.fma(g0, s3v0);
      s3v1 = x3.fma(g1, s3v1);
    }
    s0v0.intoArray(sums, at);
    s0v1.intoArray(sums, at + LANES);
    s1v0.intoArray(sums, at + 2 * LANES);
    s1v1.intoArray(sums, at + 3 * LANES);
    s2v0.intoArray(sums, at + 4 * LANES);
    s2v1.intoArray(sums, at + 5 * LANES);
    s3v0.intoArray(sums, at + 6 * LANES);
    s3v1.intoArray(sums, at + 7 * LANES);
  }

  /** 1 input channels × 2 vectors of output channels. */
  private static void products1x2(
      float[] in, int p, float[] gradient, int q, int count, float[] sums, int at) {
    FloatVector s0v0 = FloatVector.fromArray(F, sums, at);
    FloatVector s0v1 = FloatVector.fromArray(F, sums, at + LANES);
    int end = q + count * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i += PITCH) {
      FloatVector g0 = FloatVector.fromArray(F, gradient, j);
      FloatVector g1 = FloatVector.fromArray(F, gradient, j + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      s0v0 = x0.fma(g0, s0v0);
      s0v1 = x0.fma(g1, s0v1);
    }
    s0v0.intoArray(sums, at);
    s0v1.intoArray(sums, at + LANES);
  }

  /** 8 input channels × 1 vector of output channels. */
  private static void products8x1(
      float[] in, int p, float[] gradient, int q, int count, float[] sums, int at) {
    FloatVector s0v0 = FloatVector.fromArray(F, sums, at);
    FloatVector s1v0 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector s2v0 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    FloatVector s3v0 = FloatVector.fromArray(F, sums, at + 6 * LANES);
    FloatVector s4v0 = FloatVector.fromArray(F, sums, at + 8 * LANES);
    FloatVector s5v0 = FloatVector.fromArray(F, sums, at + 10 * LANES);
    FloatVector s6v0 = FloatVector.fromArray(F, sums, at + 12 * LANES);
    FloatVector s7v0 = FloatVector.fromArray(F, sums, at + 14 * LANES);
    int end = q + count * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i += PITCH) {
      FloatVector g0 = FloatVector.fromArray(F, gradient, j);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      s0v0 = x0.fma(g0, s0v0);
      FloatVector x1 = FloatVector.broadcast(F, in[i + 1]);
      s1v0 = x1.fma(g0, s1v0);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2]);
      s2v0 = x2.fma(g0, s2v0);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3]);
      s3v0 = x3.fma(g0, s3v0);
      FloatVector x4 = FloatVector.broadcast(F, in[i + 4]);
      s4v0 = x4.fma(g0, s4v0);
      FloatVector x5 = FloatVector.broadcast(F, in[i + 5]);
      s5v0 = x5.fma(g0, s5v0);
      FloatVector x6 = FloatVector.broadcast(F, in[i + 6]);
      s6v0 = x6.fma(g0, s6v0);
      FloatVector x7 = FloatVector.broadcast(F, in[i + 7]);
      s7v0 = x7.fma(g0, s7v0);
    }
    s0v0.intoArray(sums, at);
    s1v0.intoArray(sums, at + 2 * LANES);
    s2v0.intoArray(sums, at + 4 * LANES);
    s3v0.intoArray(sums, at + 6 * LANES);
    s4v0.intoArray(sums, at + 8 * LANES);
    s5v0.intoArray(sums, at + 10 * LANES);
    s6v0.intoArray(sums, at + 12 * LANES);
    s7v0.intoArray(sums, at + 14 * LANES);
  }

  /** 1 input channels × 1 vector of output channels. */
  private static void products1x1(
      float[] in, int p, float[] gradient, int q, int count, float[] sums, int at) {
    FloatVector s0v0 = FloatVector.fromArray(F, sums, at);
    int end = q + count * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i += PITCH) {
      FloatVector g0 = FloatVector.fromArray(F, gradient, j);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      s0v0 = x0.fma(g0, s0v0);
    }
    s0v0.intoArray(sums, at);
  }

  /** 4 values that may overlap those of the next voxel × 2 vectors of output channels. */
  private static void dense4x2(
      float[] in, int p, int inStep, float[] gradient, int q, int count, float[] sums, int at) {
    FloatVector s0v0 = FloatVector.fromArray(F, sums, at);
    FloatVector s0v1 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector s1v0 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector s1v1 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    FloatVector s2v0 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    FloatVector s2v1 = FloatVector.fromArray(F, sums, at + 5 * LANES);
    FloatVector s3v0 = FloatVector.fromArray(F, sums, at + 6 * LANES);
    FloatVector s3v1 = FloatVector.fromArray(F, sums, at + 7 * LANES);
    int end = q + count * 2 * LANES;
    for (int j = q, i = p; j < end; j += 2 * LANES, i += inStep) {
      FloatVector g0 = FloatVector.fromArray(F, gradient, j);
      FloatVector g1 = FloatVector.fromArray(F, gradient, j + LANES);
      FloatVector x0 = FloatVector.broadcast(F, in[i]);
      s0v0 = x0.fma(g0, s0v0);
      s0v1 = x0.fma(g1, s0v1);
      FloatVector x1 = FloatVector.broadcast(F, in[i + 1]);
      s1v0 = x1.fma(g0, s1v0);
      s1v1 = x1.fma(g1, s1v1);
      FloatVector x2 = FloatVector.broadcast(F, in[i + 2]);
      s2v0 = x2.fma(g0, s2v0);
      s2v1 = x2.fma(g1, s2v1);
      FloatVector x3 = FloatVector.broadcast(F, in[i + 3]);
      s3v0 = x3.fma(g0, s3v0);
      s3v1 = x3.fma(g1, s3v1);
    }
    s0v0.intoArray(sums, at);
    s0v1.intoArray(sums, at + LANES);
    s1v0.intoArray(sums, at + 2 * LANES);
    s1v1.intoArray(sums, at + 3 * LANES);
    s2v0.intoArray(sums, at + 4 * LANES);
    s2v1.intoArray(sums, at + 5 * LANES);
    s3v0.intoArray(sums, at + 6 * LANES);
    s3v1.intoArray(sums, at + 7 * LANES);
  }
}
