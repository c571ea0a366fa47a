package org.cirr.backend.simd;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The innermost loops of every convolution and matrix product: a few neighbouring positions times
 * one, two or four vectors of output channels, all sums in registers.
 *
 * <p>The plain form, which {@link SimdRows1}, {@link SimdRows2} and {@link SimdRows6} (four
 * vectors: {@link SimdWideRows1} and so on) have with its two outer loops unrolled, for positions
 * 1, 2 or 6 chunks of channels apart:
 *
 * <pre>{@code
 * for (k = 0; k < positions; k++)
 *   for (c = 0; c < channels; c++)
 *     for (i = 0; i < length; i++)
 *       run[k][c] += in[p + k * pitch * CHUNK + i] * weight[q + i][c];
 * sums += run;
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
 * A run begins at 0 and is added to the sums at its end. Every addition rounds by the size of what has
 * been summed so far, so a long sum in pieces loses less: Winograd with 3 · 320 products in pieces of
 * 96 has a third of the error that it has in one piece (1.6e-7 against 4.7e-7 of the range, root mean
 * square; direct in one piece 3.1e-7; NumPy, normal data). It costs one addition per run.
 *
 * The pitch is a constant: then all inputs of a block have one index register and a displacement
 * each. With a variable step every position needs a register of its own, there are too few, and the
 * loop loses a fifth to a third (12 × 2 on JDK 17: 82 against 108-123 GFLOP/s of one thread, JDK 25:
 * 107 against 120; the machine's own peak moved between 90 and 140).
 *
 * The first run of a sum is added to zeros that lie in L1, so that it needs no loops of its own: half
 * as much for the JIT to compile, which is what the first mask waits for. Writing without adding
 * would save the 24 additions of a run, one or two in a hundred.
 *
 * Runs should be long: each ends with a branch that is predicted wrongly and with sums that are
 * stored and loaded. That is why Winograd's input has slices side by side (pitch 6, one run of 3 · 32
 * instead of three of 32: 114 against 101 GFLOP/s for 32 → 32 channels, 96 against 77 for 64 → 32,
 * data from L2), and layers with stride 2 have pitch 2. With vectors of 8 (AVX2, Zen 3, peak 102) a
 * run of 48, 96 and 192 makes 93, 97 and 98 GFLOP/s of one thread for 60 positions and 78, 87 and 93
 * for 6, data from L1.
 *
 * Two loop variables, one for the weights and one for the inputs, and the loop ends with the first:
 * with indices made from one counter the JIT spends 14 instructions of 54 on shifting and moving it
 * (JDK 25: 10). That is nearly free on a core of one's own, but a neighbour on its other hyperthread
 * takes about half of the instructions that it can begin: 1.05 to 1.13 times as fast, 12 × 2, data from
 * L1 or L2.
 *
 * 6 × 4 broadcasts half as many inputs as 12 × 2 and loads twice the weights: 46 instructions instead
 * of 51. Matrix products gain from it (1.14 with a neighbour, 1.04 without). Convolutions do not, whose
 * weights are read from L2 (0.98 to 1.04), so they stay with blocks of two vectors.
 *
 * Rejected: chunks of 16 with vectors of 8 (layers of 32 channels and more 0.76 to 0.97 of what
 * chunks of 32 make, though 16 → 16 is 1.11 times as fast); two steps per turn of the loop (fewer
 * instructions, but spilled vectors: 0.9 to 1.0);
 * 14 × 2 (1.01 to 1.03; no number of columns, rows or tiles is a multiple of 14); keeping the sums in
 * registers over several runs (one more loop around, or loops one after another: one JDK or the other
 * then boxes every vector, now and then, 0.3 to 4 GFLOP/s).
 */
final class SimdRows {
  /**
   * Channels that lie side by side in a copied input, see {@link InputRows}: at least 32, so that
   * runs are as long with narrow vectors as with wide ones.
   */
  static final int CHUNK = Math.max(32, 2 * Lanes.COUNT);

  /** Where the first run of a sum begins, for the largest block; never written. */
  static final float[] ZEROS = new float[12 * 2 * Lanes.COUNT];

  /** Counts of positions that are cut into blocks of 12 and 8, 6, 4, 2 and 1. */
  private static final int[] WARM_POSITIONS = {20, 6, 4, 3};

  /** Calls after which C2 is asked: 600 by HotSpot's rule, and some before the counting starts. */
  private static final int WARM_CALLS = 1000;

  private static final Set<List<Integer>> WARM = ConcurrentHashMap.newKeySet();

  private SimdRows() {}

  /**
   * Runs all blocks until the JIT has seen enough of them.
   *
   * @param pitch chunks between neighbouring positions: 1, 2 or 6
   * @param vectors output channels in vectors, 1, 2 or, in registers of AVX-512, 4
   */
  static void warmUp(int pitch, int vectors) {
    if (!WARM.add(List.of(pitch, vectors))) {
      return;
    }
    float[] in = new float[WARM_POSITIONS[0] * pitch * CHUNK];
    float[] weight = new float[CHUNK * vectors * Lanes.COUNT];
    float[] sums = new float[WARM_POSITIONS[0] * vectors * Lanes.COUNT];
    for (int count : WARM_POSITIONS) {
      for (int i = 0; i < WARM_CALLS; i++) {
        add(pitch, i % 2 == 0, in, 0, count, CHUNK, weight, 0, vectors, sums, 0);
      }
    }
  }

  /**
   * Adds one run to the sums of {@code count} neighbouring positions.
   *
   * @param pitch chunks between neighbouring positions: 1, 2 or 6
   * @param first whether the sums begin at 0, whatever they hold
   * @param in the input; position k reads {@code length} values from {@code p + k · pitch · CHUNK}
   * @param weight packed weights of the run, {@code [length][vectors · lanes]} from {@code q}
   * @param vectors output channels in vectors, 1, 2 or, in registers of AVX-512, 4
   * @param sums {@code [count][vectors · lanes]} from {@code at}; modified
   */
  static void add(
      int pitch,
      boolean first,
      float[] in,
      int p,
      int count,
      int length,
      float[] weight,
      int q,
      int vectors,
      float[] sums,
      int at) {
    if (vectors == 4) {
      addFour(pitch, first, in, p, count, length, weight, q, sums, at);
      return;
    }
    if (vectors == 2) {
      addTwo(pitch, first, in, p, count, length, weight, q, sums, at);
      return;
    }
    switch (pitch) {
      case 1 -> SimdRows1.addOne(first, in, p, count, length, weight, q, sums, at);
      case 2 -> SimdRows2.addOne(first, in, p, count, length, weight, q, sums, at);
      case 6 -> SimdRows6.addOne(first, in, p, count, length, weight, q, sums, at);
      default -> throw new IllegalArgumentException("no loops for a pitch of " + pitch);
    }
  }

  private static void addTwo(
      int pitch,
      boolean first,
      float[] in,
      int p,
      int count,
      int length,
      float[] weight,
      int q,
      float[] sums,
      int at) {
    switch (pitch) {
      case 1 -> SimdRows1.addTwo(first, in, p, count, length, weight, q, sums, at);
      case 2 -> SimdRows2.addTwo(first, in, p, count, length, weight, q, sums, at);
      case 6 -> SimdRows6.addTwo(first, in, p, count, length, weight, q, sums, at);
      default -> throw new IllegalArgumentException("no loops for a pitch of " + pitch);
    }
  }

  private static void addFour(
      int pitch,
      boolean first,
      float[] in,
      int p,
      int count,
      int length,
      float[] weight,
      int q,
      float[] sums,
      int at) {
    switch (pitch) {
      case 1 -> SimdWideRows1.addFour(first, in, p, count, length, weight, q, sums, at);
      case 2 -> SimdWideRows2.addFour(first, in, p, count, length, weight, q, sums, at);
      case 6 -> SimdWideRows6.addFour(first, in, p, count, length, weight, q, sums, at);
      default -> throw new IllegalArgumentException("no loops for a pitch of " + pitch);
    }
  }
}
