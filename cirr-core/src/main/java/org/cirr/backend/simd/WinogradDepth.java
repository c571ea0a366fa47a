package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Winograd's F(3, 2): from pairs of slices of the output's gradient and four slices of the input to
 * the gradient of a kernel's three taps in z, with four products instead of six.
 *
 * <p><b>Formula</b>: with the input's slices d and the gradient's slices g, {@code w_k = Σ_j g_j ·
 * d_{j+k}} is
 *
 * <pre>{@code
 * m0 = (d0 − d2) · g0         w0 = m0 + (m1 + m2) / 2
 * m1 = (d1 + d2) · (g0 + g1)  w1 = (m1 − m2) / 2
 * m2 = (d2 − d1) · (g0 − g1)  w2 = m3 + (m1 + m2) / 2
 * m3 = (d3 − d1) · g1
 * }</pre>
 *
 * <p><b>Source</b>: Lavin and Gray 2016, arXiv 1509.09308.
 */
final class WinogradDepth {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Products of one pair of slices. */
  static final int PRODUCTS = 4;

  private WinogradDepth() {}

  /** The pairs that some slices are; the last slice of an odd number pairs with zeros. */
  static int pairs(int slices) {
    return (slices + 1) / 2;
  }

  /**
   * The input's factors of all pairs of slices. Even slices lie one after another, and so do odd
   * ones.
   *
   * @param even the first even slice in {@code own}
   * @param odd the first odd one
   * @param slice floats of a slice, a multiple of the lanes
   * @param pairs how many pairs; there is one more slice of each kind
   * @param to product f's factor goes to {@code to + f · step}
   */
  static void inputs(float[] own, int even, int odd, int slice, int pairs, int to, int step) {
    for (int i = 0; i < pairs * slice; i += LANES) {
      FloatVector d0 = FloatVector.fromArray(F, own, even + i);
      FloatVector d1 = FloatVector.fromArray(F, own, odd + i);
      FloatVector d2 = FloatVector.fromArray(F, own, even + slice + i);
      FloatVector d3 = FloatVector.fromArray(F, own, odd + slice + i);
      d0.sub(d2).intoArray(own, to + i);
      d1.add(d2).intoArray(own, to + step + i);
      d2.sub(d1).intoArray(own, to + 2 * step + i);
      d3.sub(d1).intoArray(own, to + 3 * step + i);
    }
  }

  /** The gradient's factors of products 1 and 2; those of 0 and 3 are the slices themselves. */
  static void gradients(float[] own, int even, int odd, int length, int to, int step) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector g0 = FloatVector.fromArray(F, own, even + i);
      FloatVector g1 = FloatVector.fromArray(F, own, odd + i);
      g0.add(g1).intoArray(own, to + i);
      g0.sub(g1).intoArray(own, to + step + i);
    }
  }

  /** From four products, {@code step} floats apart, to three taps in their place. */
  static void taps(float[] own, int at, int step) {
    FloatVector m1 = FloatVector.fromArray(F, own, at + step);
    FloatVector m2 = FloatVector.fromArray(F, own, at + 2 * step);
    FloatVector half = m1.add(m2).mul(0.5f);
    FloatVector.fromArray(F, own, at).add(half).intoArray(own, at);
    m1.sub(m2).mul(0.5f).intoArray(own, at + step);
    FloatVector.fromArray(F, own, at + 3 * step).add(half).intoArray(own, at + 2 * step);
  }
}
