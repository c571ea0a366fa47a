package org.cirr.backend.simd;

/**
 * The innermost loops of every convolution: a few neighbouring positions times one or two vectors
 * of output channels, all sums in registers.
 *
 * <p>The plain form, which {@link SimdRowBlocks} has with its two outer loops unrolled:
 *
 * <pre>{@code
 * for (k = 0; k < positions; k++)
 *   for (c = 0; c < channels; c++)
 *     for (i = 0; i < length; i++)
 *       sums[k][c] += in[p + k * PITCH + i] * weight[q + i][c];
 * }</pre>
 */
/*
 * Design. Lanes run along output channels: each input value is broadcast, each weight vector loaded
 * once for all positions of the block. 12 × 2 holds 24 sums, 2 weights and 1 broadcast in the 32
 * registers of AVX-512; 6 × 2 holds 15 in the 16 registers of AVX2. There is no loop over positions
 * inside: arrays of vectors would live in memory. The sums run over one input after another in a
 * fixed order, whatever the block, so a position has the same value whether it is computed alone or
 * with others.
 *
 * Positions lie PITCH floats apart, a constant: then all inputs of a block have one index register
 * and a displacement each. With a variable step every position needs a register of its own, there
 * are too few, and the loop loses a fifth to a third (12 × 2 on JDK 17: 82 against 108-123 GFLOP/s of
 * one thread, JDK 25: 107 against 120; the machine's own peak moved between 90 and 140).
 *
 * Rejected: keeping the sums in registers over several runs (one more loop around). JDK 17 then boxes
 * every vector (4 GFLOP/s instead of some hundred); JDK 25 compiles it well.
 */
final class SimdRows {
  private static final int LANES = Lanes.COUNT;

  /** Floats between neighbouring positions: the channels of one chunk, see {@link InputRows}. */
  static final int PITCH = 2 * LANES;

  private SimdRows() {}

  /**
   * Adds one run to the sums of {@code count} neighbouring positions.
   *
   * @param in the input; position k reads {@code length} values from {@code p + k · PITCH}
   * @param weight packed weights of the run, {@code [length][vectors · lanes]} from {@code q}
   * @param vectors output channels in vectors, 1 or 2
   * @param sums {@code [count][vectors · lanes]} from {@code at}; modified
   */
  static void add(
      float[] in,
      int p,
      int count,
      int length,
      float[] weight,
      int q,
      int vectors,
      float[] sums,
      int at) {
    if (vectors == 2) {
      addTwo(in, p, count, length, weight, q, sums, at);
    } else {
      addOne(in, p, count, length, weight, q, sums, at);
    }
  }

  private static void addTwo(
      float[] in, int p, int count, int length, float[] weight, int q, float[] sums, int at) {
    int step = 2 * LANES;
    int k = 0;
    if (LANES >= 16) {
      for (; k + 12 <= count; k += 12) {
        SimdRowBlocks.rows12x2(in, p + k * PITCH, length, weight, q, sums, at + k * step);
      }
      for (; k + 8 <= count; k += 8) {
        SimdRowBlocks.rows8x2(in, p + k * PITCH, length, weight, q, sums, at + k * step);
      }
    }
    for (; k + 6 <= count; k += 6) {
      SimdRowBlocks.rows6x2(in, p + k * PITCH, length, weight, q, sums, at + k * step);
    }
    for (; k + 4 <= count; k += 4) {
      SimdRowBlocks.rows4x2(in, p + k * PITCH, length, weight, q, sums, at + k * step);
    }
    for (; k + 2 <= count; k += 2) {
      SimdRowBlocks.rows2x2(in, p + k * PITCH, length, weight, q, sums, at + k * step);
    }
    for (; k + 1 <= count; k += 1) {
      SimdRowBlocks.rows1x2(in, p + k * PITCH, length, weight, q, sums, at + k * step);
    }
  }

  private static void addOne(
      float[] in, int p, int count, int length, float[] weight, int q, float[] sums, int at) {
    int k = 0;
    for (; k + 12 <= count; k += 12) {
      SimdRowBlocks.rows12x1(in, p + k * PITCH, length, weight, q, sums, at + k * LANES);
    }
    for (; k + 4 <= count; k += 4) {
      SimdRowBlocks.rows4x1(in, p + k * PITCH, length, weight, q, sums, at + k * LANES);
    }
    for (; k + 1 <= count; k += 1) {
      SimdRowBlocks.rows1x1(in, p + k * PITCH, length, weight, q, sums, at + k * LANES);
    }
  }
}
