package org.cirr.benchmarks.ladder;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loop of rungs 4 to 6: twelve neighbouring output positions times two vectors of output
 * channels, 24 sums that stay in registers while one run of inputs is added.
 *
 * <p>For each input of the run there are 24 multiply-adds, 2 loads of weights and 12 broadcasts: no
 * multiply-add waits for another, and every weight that is loaded is used twelve times.
 *
 * <p>The plain form:
 *
 * <pre>{@code
 * for (k = 0; k < 12; k++)
 *   for (o = 0; o < 2 * lanes; o++)
 *     for (i = 0; i < length; i++)
 *       sums[k][o] += input[p + k * step + i] * weight[q + i][o];
 * }</pre>
 */
final class RegisterBlock {
  static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;
  static final int LANES = F.length();

  /** Output channels of a block. */
  static final int WIDTH = 2 * LANES;

  /** Output positions of a block. */
  static final int POSITIONS = 12;

  private RegisterBlock() {}

  /**
   * Adds a run to the sums of some rows, twelve positions at a time, the rest one by one.
   *
   * @param p where the first row's run begins
   * @param line from one row's input to the next one's
   * @param step from one position's input to the next one's
   * @param q where the run's weights begin, {@code [length][WIDTH]}
   * @param sums {@code [rows][count][WIDTH]}
   */
  static void addRows(
      float[] input,
      int p,
      int line,
      int step,
      int length,
      float[] weight,
      int q,
      float[] sums,
      int rows,
      int count) {
    for (int row = 0; row < rows; row++) {
      int from = p + row * line;
      int at = row * count * WIDTH;
      int k = 0;
      for (; k + POSITIONS <= count; k += POSITIONS) {
        twelve(input, from + k * step, step, length, weight, q, sums, at + k * WIDTH);
      }
      for (; k < count; k++) {
        one(input, from + k * step, length, weight, q, sums, at + k * WIDTH);
      }
    }
  }

  private static void one(
      float[] input, int p, int length, float[] weight, int q, float[] sums, int at) {
    FloatVector a = FloatVector.fromArray(F, sums, at);
    FloatVector b = FloatVector.fromArray(F, sums, at + LANES);
    for (int i = 0; i < length; i++) {
      FloatVector x = FloatVector.broadcast(F, input[p + i]);
      a = x.fma(FloatVector.fromArray(F, weight, q + i * WIDTH), a);
      b = x.fma(FloatVector.fromArray(F, weight, q + i * WIDTH + LANES), b);
    }
    a.intoArray(sums, at);
    b.intoArray(sums, at + LANES);
  }

  /* Written out: an array of vectors would live in memory and not in registers. */
  private static void twelve(
      float[] input, int p, int step, int length, float[] weight, int q, float[] sums, int at) {
    FloatVector a0 = FloatVector.fromArray(F, sums, at);
    FloatVector b0 = FloatVector.fromArray(F, sums, at + LANES);
    FloatVector a1 = FloatVector.fromArray(F, sums, at + 2 * LANES);
    FloatVector b1 = FloatVector.fromArray(F, sums, at + 3 * LANES);
    FloatVector a2 = FloatVector.fromArray(F, sums, at + 4 * LANES);
    FloatVector b2 = FloatVector.fromArray(F, sums, at + 5 * LANES);
    FloatVector a3 = FloatVector.fromArray(F, sums, at + 6 * LANES);
    FloatVector b3 = FloatVector.fromArray(F, sums, at + 7 * LANES);
    FloatVector a4 = FloatVector.fromArray(F, sums, at + 8 * LANES);
    FloatVector b4 = FloatVector.fromArray(F, sums, at + 9 * LANES);
    FloatVector a5 = FloatVector.fromArray(F, sums, at + 10 * LANES);
    FloatVector b5 = FloatVector.fromArray(F, sums, at + 11 * LANES);
    FloatVector a6 = FloatVector.fromArray(F, sums, at + 12 * LANES);
    FloatVector b6 = FloatVector.fromArray(F, sums, at + 13 * LANES);
    FloatVector a7 = FloatVector.fromArray(F, sums, at + 14 * LANES);
    FloatVector b7 = FloatVector.fromArray(F, sums, at + 15 * LANES);
    FloatVector a8 = FloatVector.fromArray(F, sums, at + 16 * LANES);
    FloatVector b8 = FloatVector.fromArray(F, sums, at + 17 * LANES);
    FloatVector a9 = FloatVector.fromArray(F, sums, at + 18 * LANES);
    FloatVector b9 = FloatVector.fromArray(F, sums, at + 19 * LANES);
    FloatVector a10 = FloatVector.fromArray(F, sums, at + 20 * LANES);
    FloatVector b10 = FloatVector.fromArray(F, sums, at + 21 * LANES);
    FloatVector a11 = FloatVector.fromArray(F, sums, at + 22 * LANES);
    FloatVector b11 = FloatVector.fromArray(F, sums, at + 23 * LANES);
    for (int i = 0; i < length; i++) {
      FloatVector v = FloatVector.fromArray(F, weight, q + i * WIDTH);
      FloatVector w = FloatVector.fromArray(F, weight, q + i * WIDTH + LANES);
      FloatVector x0 = FloatVector.broadcast(F, input[p + i]);
      a0 = x0.fma(v, a0);
      b0 = x0.fma(w, b0);
      FloatVector x1 = FloatVector.broadcast(F, input[p + step + i]);
      a1 = x1.fma(v, a1);
      b1 = x1.fma(w, b1);
      FloatVector x2 = FloatVector.broadcast(F, input[p + 2 * step + i]);
      a2 = x2.fma(v, a2);
      b2 = x2.fma(w, b2);
      FloatVector x3 = FloatVector.broadcast(F, input[p + 3 * step + i]);
      a3 = x3.fma(v, a3);
      b3 = x3.fma(w, b3);
      FloatVector x4 = FloatVector.broadcast(F, input[p + 4 * step + i]);
      a4 = x4.fma(v, a4);
      b4 = x4.fma(w, b4);
      FloatVector x5 = FloatVector.broadcast(F, input[p + 5 * step + i]);
      a5 = x5.fma(v, a5);
      b5 = x5.fma(w, b5);
      FloatVector x6 = FloatVector.broadcast(F, input[p + 6 * step + i]);
      a6 = x6.fma(v, a6);
      b6 = x6.fma(w, b6);
      FloatVector x7 = FloatVector.broadcast(F, input[p + 7 * step + i]);
      a7 = x7.fma(v, a7);
      b7 = x7.fma(w, b7);
      FloatVector x8 = FloatVector.broadcast(F, input[p + 8 * step + i]);
      a8 = x8.fma(v, a8);
      b8 = x8.fma(w, b8);
      FloatVector x9 = FloatVector.broadcast(F, input[p + 9 * step + i]);
      a9 = x9.fma(v, a9);
      b9 = x9.fma(w, b9);
      FloatVector x10 = FloatVector.broadcast(F, input[p + 10 * step + i]);
      a10 = x10.fma(v, a10);
      b10 = x10.fma(w, b10);
      FloatVector x11 = FloatVector.broadcast(F, input[p + 11 * step + i]);
      a11 = x11.fma(v, a11);
      b11 = x11.fma(w, b11);
    }
    a0.intoArray(sums, at);
    b0.intoArray(sums, at + LANES);
    a1.intoArray(sums, at + 2 * LANES);
    b1.intoArray(sums, at + 3 * LANES);
    a2.intoArray(sums, at + 4 * LANES);
    b2.intoArray(sums, at + 5 * LANES);
    a3.intoArray(sums, at + 6 * LANES);
    b3.intoArray(sums, at + 7 * LANES);
    a4.intoArray(sums, at + 8 * LANES);
    b4.intoArray(sums, at + 9 * LANES);
    a5.intoArray(sums, at + 10 * LANES);
    b5.intoArray(sums, at + 11 * LANES);
    a6.intoArray(sums, at + 12 * LANES);
    b6.intoArray(sums, at + 13 * LANES);
    a7.intoArray(sums, at + 14 * LANES);
    b7.intoArray(sums, at + 15 * LANES);
    a8.intoArray(sums, at + 16 * LANES);
    b8.intoArray(sums, at + 17 * LANES);
    a9.intoArray(sums, at + 18 * LANES);
    b9.intoArray(sums, at + 19 * LANES);
    a10.intoArray(sums, at + 20 * LANES);
    b10.intoArray(sums, at + 21 * LANES);
    a11.intoArray(sums, at + 22 * LANES);
    b11.intoArray(sums, at + 23 * LANES);
  }
}
