package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The transforms of Winograd's F(4×4, 3×3) turned round: from tiles of the input and of the
 * output's gradient to the gradient of a kernel of 3×3.
 *
 * <p><b>Formula</b>: the forward pass is {@code Y = Aᵀ[(G·g·Gᵀ) ⊙ (Bᵀ·d·B)]A} for an input tile d
 * of 6×6 and an output tile Y of 4×4. So the gradient of the kernel g is {@code Gᵀ[(A·dY·Aᵀ) ⊙
 * (Bᵀ·d·B)]G}, and the sum over all tiles can be taken before the outer transform.
 *
 * <p><b>Source</b>: Lavin and Gray 2016, arXiv 1509.09308, points 0, ±1, ±2, ∞.
 */
final class WinogradGradient {
  private static final VectorSpecies<Float> F = Lanes.F;

  /** Input voxels along an axis of a tile, and values that it becomes. */
  static final int SIZE = 6;

  /** Output voxels along an axis of a tile. */
  static final int STEP = 4;

  /** Values of a transformed tile. */
  static final int POINTS = SIZE * SIZE;

  private WinogradGradient() {}

  /**
   * {@code Bᵀ·d·B} of a vector of channels.
   *
   * @param in voxel (0, 0) of the tile at {@code p}; the next column {@code column} floats on, the
   *     next row {@code row}
   * @param own scratch for 36 vectors from {@code at} on
   * @param out point f goes to {@code q + f · pitch}
   */
  static void input(
      float[] in, int p, int column, int row, float[] own, int at, float[] out, int q, int pitch) {
    int lanes = Lanes.COUNT;
    for (int y = 0; y < SIZE; y++) {
      int from = p + y * row;
      FloatVector d0 = FloatVector.fromArray(F, in, from);
      FloatVector d1 = FloatVector.fromArray(F, in, from + column);
      FloatVector d2 = FloatVector.fromArray(F, in, from + 2 * column);
      FloatVector d3 = FloatVector.fromArray(F, in, from + 3 * column);
      FloatVector d4 = FloatVector.fromArray(F, in, from + 4 * column);
      FloatVector d5 = FloatVector.fromArray(F, in, from + 5 * column);
      int to = at + y * SIZE * lanes;
      FloatVector a = d4.sub(d2.mul(4f));
      FloatVector b = d3.sub(d1.mul(4f));
      FloatVector c = d4.sub(d2);
      FloatVector e = d3.sub(d1).mul(2f);
      d0.mul(4f).sub(d2.mul(5f)).add(d4).intoArray(own, to);
      a.add(b).intoArray(own, to + lanes);
      a.sub(b).intoArray(own, to + 2 * lanes);
      c.add(e).intoArray(own, to + 3 * lanes);
      c.sub(e).intoArray(own, to + 4 * lanes);
      d1.mul(4f).sub(d3.mul(5f)).add(d5).intoArray(own, to + 5 * lanes);
    }
    for (int x = 0; x < SIZE; x++) {
      int from = at + x * lanes;
      int next = SIZE * lanes;
      FloatVector d0 = FloatVector.fromArray(F, own, from);
      FloatVector d1 = FloatVector.fromArray(F, own, from + next);
      FloatVector d2 = FloatVector.fromArray(F, own, from + 2 * next);
      FloatVector d3 = FloatVector.fromArray(F, own, from + 3 * next);
      FloatVector d4 = FloatVector.fromArray(F, own, from + 4 * next);
      FloatVector d5 = FloatVector.fromArray(F, own, from + 5 * next);
      int to = q + x * pitch;
      int down = SIZE * pitch;
      FloatVector a = d4.sub(d2.mul(4f));
      FloatVector b = d3.sub(d1.mul(4f));
      FloatVector c = d4.sub(d2);
      FloatVector e = d3.sub(d1).mul(2f);
      d0.mul(4f).sub(d2.mul(5f)).add(d4).intoArray(out, to);
      a.add(b).intoArray(out, to + down);
      a.sub(b).intoArray(out, to + 2 * down);
      c.add(e).intoArray(out, to + 3 * down);
      c.sub(e).intoArray(out, to + 4 * down);
      d1.mul(4f).sub(d3.mul(5f)).add(d5).intoArray(out, to + 5 * down);
    }
  }

  /** {@code A·dY·Aᵀ} of a vector of channels; arguments as in {@link #input}. */
  static void gradient(
      float[] in, int p, int column, int row, float[] own, int at, float[] out, int q, int pitch) {
    int lanes = Lanes.COUNT;
    for (int y = 0; y < STEP; y++) {
      int from = p + y * row;
      FloatVector d0 = FloatVector.fromArray(F, in, from);
      FloatVector d1 = FloatVector.fromArray(F, in, from + column);
      FloatVector d2 = FloatVector.fromArray(F, in, from + 2 * column);
      FloatVector d3 = FloatVector.fromArray(F, in, from + 3 * column);
      int to = at + y * SIZE * lanes;
      FloatVector a = d0.add(d2);
      FloatVector b = d1.add(d3);
      FloatVector c = d2.mul(4f).add(d0);
      FloatVector e = d3.mul(4f).add(d1).mul(2f);
      d0.intoArray(own, to);
      a.add(b).intoArray(own, to + lanes);
      a.sub(b).intoArray(own, to + 2 * lanes);
      c.add(e).intoArray(own, to + 3 * lanes);
      c.sub(e).intoArray(own, to + 4 * lanes);
      d3.intoArray(own, to + 5 * lanes);
    }
    for (int x = 0; x < SIZE; x++) {
      int from = at + x * lanes;
      int next = SIZE * lanes;
      FloatVector d0 = FloatVector.fromArray(F, own, from);
      FloatVector d1 = FloatVector.fromArray(F, own, from + next);
      FloatVector d2 = FloatVector.fromArray(F, own, from + 2 * next);
      FloatVector d3 = FloatVector.fromArray(F, own, from + 3 * next);
      int to = q + x * pitch;
      int down = SIZE * pitch;
      FloatVector a = d0.add(d2);
      FloatVector b = d1.add(d3);
      FloatVector c = d2.mul(4f).add(d0);
      FloatVector e = d3.mul(4f).add(d1).mul(2f);
      d0.intoArray(out, to);
      a.add(b).intoArray(out, to + down);
      a.sub(b).intoArray(out, to + 2 * down);
      c.add(e).intoArray(out, to + 3 * down);
      c.sub(e).intoArray(out, to + 4 * down);
      d3.intoArray(out, to + 5 * down);
    }
  }

  /**
   * {@code Gᵀ·M·G} of one pair of channels.
   *
   * @param in point f at {@code p + f · pitch}
   * @param out nine taps from {@code q} on, one after another
   */
  static void kernel(float[] in, int p, int pitch, double[] own, float[] out, int q) {
    for (int y = 0; y < SIZE; y++) {
      int at = p + y * SIZE * pitch;
      three(
          in[at],
          in[at + pitch],
          in[at + 2 * pitch],
          in[at + 3 * pitch],
          in[at + 4 * pitch],
          in[at + 5 * pitch],
          own,
          3 * y);
    }
    for (int x = 0; x < 3; x++) {
      three(own[x], own[3 + x], own[6 + x], own[9 + x], own[12 + x], own[15 + x], own, 18 + 3 * x);
    }
    for (int x = 0; x < 3; x++) {
      for (int y = 0; y < 3; y++) {
        out[q + 3 * y + x] = (float) own[18 + 3 * x + y];
      }
    }
  }

  /** {@code Gᵀ} times six values. */
  private static void three(
      double m0, double m1, double m2, double m3, double m4, double m5, double[] to, int at) {
    double both = -(m1 + m2) / 6;
    double far = (m3 + m4) / 24;
    to[at] = m0 / 4 + both + far;
    to[at + 1] = (m2 - m1) / 6 + (m3 - m4) / 12;
    to[at + 2] = both + 4 * far + m5;
  }
}
