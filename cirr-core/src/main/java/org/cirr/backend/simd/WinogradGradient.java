package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of Winograd's F(4×4, 3×3) turned round: from tiles of the input and of the
 * output's gradient to the gradient of a kernel of 3×3.
 *
 * <p><b>Formula</b>: the forward pass is {@code Y = Aᵀ[(G·g·Gᵀ) ⊙ (Bᵀ·d·B)]A} for an input tile d
 * of 6×6 and an output tile Y of 4×4. So the gradient of the kernel g is {@code Gᵀ[(A·dY·Aᵀ) ⊙
 * (Bᵀ·d·B)]G}, and the sum over all tiles can be taken before the outer transform. The matrices,
 * and the input's side, are those of {@link WinogradF4}.
 *
 * <p><b>Source</b>: Lavin and Gray 2016, arXiv 1509.09308.
 */
/*
 * Design. A method is one tile of one vector of channels, with all between loads and stores in
 * registers: the 36 results go to lines that lie far apart, and that is what they cost.
 */
final class WinogradGradient {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int SIZE = WinogradF4.IN;

  private static final float A = WinogradF4.A;
  private static final float B = WinogradF4.B;
  private static final float A2 = A * A;
  private static final float B2 = B * B;

  private WinogradGradient() {}

  /**
   * {@code A·dY·Aᵀ} of a vector of channels.
   *
   * @param in voxel (0, 0) of the tile at {@code p}; the next column {@code column} floats on, the
   *     next row {@code row}
   * @param out point f goes to {@code q + f · pitch}
   */
  static void gradient(float[] in, int p, int column, int row, float[] out, int q, int pitch) {
    FloatVector a2 = FloatVector.broadcast(F, A2);
    FloatVector b2 = FloatVector.broadcast(F, B2);
    FloatVector d0 = FloatVector.fromArray(F, in, p);
    FloatVector d1 = FloatVector.fromArray(F, in, p + row);
    FloatVector d2 = FloatVector.fromArray(F, in, p + 2 * row);
    FloatVector d3 = FloatVector.fromArray(F, in, p + 3 * row);
    FloatVector even = d2.fma(a2, d0);
    FloatVector odd = d3.fma(a2, d1).mul(A);
    FloatVector t1x0 = even.add(odd);
    FloatVector t2x0 = even.sub(odd);
    even = d2.fma(b2, d0);
    odd = d3.fma(b2, d1).mul(B);
    FloatVector t3x0 = even.add(odd);
    FloatVector t4x0 = even.sub(odd);
    FloatVector t0x0 = d0;
    FloatVector t5x0 = d3;
    d0 = FloatVector.fromArray(F, in, p + column);
    d1 = FloatVector.fromArray(F, in, p + row + column);
    d2 = FloatVector.fromArray(F, in, p + 2 * row + column);
    d3 = FloatVector.fromArray(F, in, p + 3 * row + column);
    even = d2.fma(a2, d0);
    odd = d3.fma(a2, d1).mul(A);
    FloatVector t1x1 = even.add(odd);
    FloatVector t2x1 = even.sub(odd);
    even = d2.fma(b2, d0);
    odd = d3.fma(b2, d1).mul(B);
    FloatVector t3x1 = even.add(odd);
    FloatVector t4x1 = even.sub(odd);
    FloatVector t0x1 = d0;
    FloatVector t5x1 = d3;
    d0 = FloatVector.fromArray(F, in, p + 2 * column);
    d1 = FloatVector.fromArray(F, in, p + row + 2 * column);
    d2 = FloatVector.fromArray(F, in, p + 2 * row + 2 * column);
    d3 = FloatVector.fromArray(F, in, p + 3 * row + 2 * column);
    even = d2.fma(a2, d0);
    odd = d3.fma(a2, d1).mul(A);
    FloatVector t1x2 = even.add(odd);
    FloatVector t2x2 = even.sub(odd);
    even = d2.fma(b2, d0);
    odd = d3.fma(b2, d1).mul(B);
    FloatVector t3x2 = even.add(odd);
    FloatVector t4x2 = even.sub(odd);
    FloatVector t0x2 = d0;
    FloatVector t5x2 = d3;
    d0 = FloatVector.fromArray(F, in, p + 3 * column);
    d1 = FloatVector.fromArray(F, in, p + row + 3 * column);
    d2 = FloatVector.fromArray(F, in, p + 2 * row + 3 * column);
    d3 = FloatVector.fromArray(F, in, p + 3 * row + 3 * column);
    even = d2.fma(a2, d0);
    odd = d3.fma(a2, d1).mul(A);
    FloatVector t1x3 = even.add(odd);
    FloatVector t2x3 = even.sub(odd);
    even = d2.fma(b2, d0);
    odd = d3.fma(b2, d1).mul(B);
    FloatVector t3x3 = even.add(odd);
    FloatVector t4x3 = even.sub(odd);
    FloatVector t0x3 = d0;
    FloatVector t5x3 = d3;
    t0x0.intoArray(out, q);
    even = t0x2.fma(a2, t0x0);
    odd = t0x3.fma(a2, t0x1).mul(A);
    even.add(odd).intoArray(out, q + pitch);
    even.sub(odd).intoArray(out, q + 2 * pitch);
    even = t0x2.fma(b2, t0x0);
    odd = t0x3.fma(b2, t0x1).mul(B);
    even.add(odd).intoArray(out, q + 3 * pitch);
    even.sub(odd).intoArray(out, q + 4 * pitch);
    t0x3.intoArray(out, q + 5 * pitch);
    t1x0.intoArray(out, q + 6 * pitch);
    even = t1x2.fma(a2, t1x0);
    odd = t1x3.fma(a2, t1x1).mul(A);
    even.add(odd).intoArray(out, q + 7 * pitch);
    even.sub(odd).intoArray(out, q + 8 * pitch);
    even = t1x2.fma(b2, t1x0);
    odd = t1x3.fma(b2, t1x1).mul(B);
    even.add(odd).intoArray(out, q + 9 * pitch);
    even.sub(odd).intoArray(out, q + 10 * pitch);
    t1x3.intoArray(out, q + 11 * pitch);
    t2x0.intoArray(out, q + 12 * pitch);
    even = t2x2.fma(a2, t2x0);
    odd = t2x3.fma(a2, t2x1).mul(A);
    even.add(odd).intoArray(out, q + 13 * pitch);
    even.sub(odd).intoArray(out, q + 14 * pitch);
    even = t2x2.fma(b2, t2x0);
    odd = t2x3.fma(b2, t2x1).mul(B);
    even.add(odd).intoArray(out, q + 15 * pitch);
    even.sub(odd).intoArray(out, q + 16 * pitch);
    t2x3.intoArray(out, q + 17 * pitch);
    t3x0.intoArray(out, q + 18 * pitch);
    even = t3x2.fma(a2, t3x0);
    odd = t3x3.fma(a2, t3x1).mul(A);
    even.add(odd).intoArray(out, q + 19 * pitch);
    even.sub(odd).intoArray(out, q + 20 * pitch);
    even = t3x2.fma(b2, t3x0);
    odd = t3x3.fma(b2, t3x1).mul(B);
    even.add(odd).intoArray(out, q + 21 * pitch);
    even.sub(odd).intoArray(out, q + 22 * pitch);
    t3x3.intoArray(out, q + 23 * pitch);
    t4x0.intoArray(out, q + 24 * pitch);
    even = t4x2.fma(a2, t4x0);
    odd = t4x3.fma(a2, t4x1).mul(A);
    even.add(odd).intoArray(out, q + 25 * pitch);
    even.sub(odd).intoArray(out, q + 26 * pitch);
    even = t4x2.fma(b2, t4x0);
    odd = t4x3.fma(b2, t4x1).mul(B);
    even.add(odd).intoArray(out, q + 27 * pitch);
    even.sub(odd).intoArray(out, q + 28 * pitch);
    t4x3.intoArray(out, q + 29 * pitch);
    t5x0.intoArray(out, q + 30 * pitch);
    even = t5x2.fma(a2, t5x0);
    odd = t5x3.fma(a2, t5x1).mul(A);
    even.add(odd).intoArray(out, q + 31 * pitch);
    even.sub(odd).intoArray(out, q + 32 * pitch);
    even = t5x2.fma(b2, t5x0);
    odd = t5x3.fma(b2, t5x1).mul(B);
    even.add(odd).intoArray(out, q + 33 * pitch);
    even.sub(odd).intoArray(out, q + 34 * pitch);
    t5x3.intoArray(out, q + 35 * pitch);
  }

  /**
   * {@code Gᵀ·M·G} of a vector of pairs of channels.
   *
   * @param in point f at {@code p + f · pitch}
   * @param out nine taps from {@code q} on, a vector each; modified, with 18 vectors behind them
   */
  static void kernel(float[] in, int p, int pitch, float[] out, int q) {
    int half = q + 9 * LANES;
    for (int y = 0; y < SIZE; y++) {
      three(in, p + y * SIZE * pitch, pitch, out, half + 3 * y * LANES, LANES);
    }
    for (int x = 0; x < 3; x++) {
      three(out, half + x * LANES, 3 * LANES, out, q + x * LANES, 3 * LANES);
    }
  }

  /** {@code Gᵀ} times six vectors {@code inStep} apart; the results lie {@code outStep} apart. */
  private static void three(float[] in, int p, int inStep, float[] out, int q, int outStep) {
    FloatVector m0 = FloatVector.fromArray(F, in, p);
    FloatVector m1 = FloatVector.fromArray(F, in, p + inStep);
    FloatVector m2 = FloatVector.fromArray(F, in, p + 2 * inStep);
    FloatVector m3 = FloatVector.fromArray(F, in, p + 3 * inStep);
    FloatVector m4 = FloatVector.fromArray(F, in, p + 4 * inStep);
    FloatVector m5 = FloatVector.fromArray(F, in, p + 5 * inStep);
    FloatVector plusA = m1.add(m2);
    FloatVector plusB = m3.add(m4);
    FloatVector first = plusA.fma(FloatVector.broadcast(F, WinogradF4.GA0), m0);
    plusB.fma(FloatVector.broadcast(F, WinogradF4.GB0), first).intoArray(out, q);
    FloatVector second = m1.sub(m2).mul(WinogradF4.GA1);
    m3.sub(m4).fma(FloatVector.broadcast(F, WinogradF4.GB1), second).intoArray(out, q + outStep);
    FloatVector third = plusA.fma(FloatVector.broadcast(F, WinogradF4.GA2), m5);
    plusB.fma(FloatVector.broadcast(F, WinogradF4.GB2), third).intoArray(out, q + 2 * outStep);
  }
}
