package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Winograd's minimal filtering F(4, 3): four outputs of a filter with three taps from six products
 * instead of twelve.
 *
 * <p><b>Formula</b>: {@code y = Aᵀ · ((G g) ⊙ (Bᵀ d))} with six inputs d, three taps g and four
 * outputs y; the matrices evaluate polynomials at the points 0, ±a, ±b, ∞. In two dimensions each
 * matrix is applied to the rows, then to the columns: 36 products instead of 144.
 *
 * <p><b>Source</b>: Winograd 1980; Lavin and Gray 2016, arXiv 1509.09308, with the points 0, ±1,
 * ±2, ∞. Other points lose less: Barabasz et al. 2020, arXiv 1803.10986.
 */
/*
 * Design. With a = 2/3 and b = 3/2 the largest error of a 2D convolution is 1.2 times that of the
 * direct sum in float32, with ±1, ±2 it is 5 times (96 channels, normal data; measured with NumPy:
 * 7.5e-7, 3.2e-6 and 6.3e-7 of the output's range). And a · b = 1 saves a product in Bᵀ:
 *
 *   Bᵀ = 1   0   -s    0   1  0      s = a² + b²         Aᵀ = 1  1   1   1   1  0
 *        0 -ab²  -b²   a   1  0                               0  a  -a   b  -b  0
 *        0  ab²  -b²  -a   1  0                               0  a²  a²  b²  b² 0
 *        0 -ba²  -a²   b   1  0                               0  a³ -a³  b³ -b³ 1
 *        0  ba²  -a²  -b   1  0
 *        0   1    0   -s   0  1
 */
final class WinogradF4 {
  /** Outputs of one tile along an axis. */
  static final int OUT = 4;

  /** Inputs of one tile along an axis, and products. */
  static final int IN = 6;

  /** Products of a two-dimensional tile. */
  static final int PRODUCTS = IN * IN;

  private static final VectorSpecies<Float> F = Lanes.F;

  private static final double POINT_A = 2.0 / 3;
  private static final double POINT_B = 3.0 / 2;

  static final float A = (float) POINT_A;
  static final float B = (float) POINT_B;
  private static final float A2 = (float) (POINT_A * POINT_A);
  private static final float B2 = (float) (POINT_B * POINT_B);
  private static final float A3 = (float) (POINT_A * POINT_A * POINT_A);
  private static final float B3 = (float) (POINT_B * POINT_B * POINT_B);
  private static final float S = (float) (POINT_A * POINT_A + POINT_B * POINT_B);

  private static final double[][] G = filterMatrix();

  // The rows of G for the points ±a and ±b, whose middle entries differ in their signs.
  static final float GA0 = (float) G[1][0];
  static final float GA1 = (float) G[1][1];
  static final float GA2 = (float) G[1][2];
  static final float GB0 = (float) G[3][0];
  static final float GB1 = (float) G[3][1];
  static final float GB2 = (float) G[3][2];

  private WinogradF4() {}

  /** G: row i is (1, p, p²) / ∏(p − q) over the other finite points q; the last row takes tap 2. */
  private static double[][] filterMatrix() {
    double[] points = {0, POINT_A, -POINT_A, POINT_B, -POINT_B};
    double[][] matrix = new double[IN][3];
    for (int i = 0; i < points.length; i++) {
      double product = 1;
      for (int j = 0; j < points.length; j++) {
        product *= j == i ? 1 : points[i] - points[j];
      }
      for (int k = 0; k < 3; k++) {
        matrix[i][k] = Math.pow(points[i], k) / product;
      }
    }
    matrix[IN - 1][2] = 1;
    return matrix;
  }

  /** Product (row, column) of a filter of 3 × 3 taps that lie {@code step} apart. */
  static float filter(float[] taps, int at, int step, int row, int column) {
    double sum = 0;
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 3; x++) {
        sum += G[row][y] * G[column][x] * taps[at + (y * 3 + x) * step];
      }
    }
    return (float) sum;
  }

  /**
   * G on the three taps of some filters, which lie {@code inStep} apart; the six results lie {@code
   * outStep} apart. G's first row is (1, 0, 0), as a · b = 1, its last one (0, 0, 1).
   */
  static void filters(float[] in, int at, int inStep, float[] out, int to, int outStep, int count) {
    for (int i = 0; i < count; i++) {
      float g0 = in[at + i];
      float g1 = in[at + inStep + i];
      float g2 = in[at + 2 * inStep + i];
      float even = g0 * GA0 + g2 * GA2;
      float odd = g1 * GA1;
      out[to + i] = g0;
      out[to + outStep + i] = even + odd;
      out[to + 2 * outStep + i] = even - odd;
      even = g0 * GB0 + g2 * GB2;
      odd = g1 * GB1;
      out[to + 3 * outStep + i] = even + odd;
      out[to + 4 * outStep + i] = even - odd;
      out[to + 5 * outStep + i] = g2;
    }
  }

  /** {@link #filters} by vectors, of which there are {@code count / lanes}; the same bits. */
  static void filterVectors(
      float[] in, int at, int inStep, float[] out, int to, int outStep, int count) {
    for (int i = 0; i < count; i += F.length()) {
      FloatVector g0 = FloatVector.fromArray(F, in, at + i);
      FloatVector g1 = FloatVector.fromArray(F, in, at + inStep + i);
      FloatVector g2 = FloatVector.fromArray(F, in, at + 2 * inStep + i);
      FloatVector even = g0.mul(GA0).add(g2.mul(GA2));
      FloatVector odd = g1.mul(GA1);
      g0.intoArray(out, to + i);
      even.add(odd).intoArray(out, to + outStep + i);
      even.sub(odd).intoArray(out, to + 2 * outStep + i);
      even = g0.mul(GB0).add(g2.mul(GB2));
      odd = g1.mul(GB1);
      even.add(odd).intoArray(out, to + 3 * outStep + i);
      even.sub(odd).intoArray(out, to + 4 * outStep + i);
      g2.intoArray(out, to + 5 * outStep + i);
    }
  }

  /** Bᵀ on six vectors {@code inStep} apart; the six results lie {@code outStep} apart. */
  static void input(float[] in, int at, int inStep, float[] out, int to, int outStep) {
    FloatVector d0 = FloatVector.fromArray(F, in, at);
    FloatVector d1 = FloatVector.fromArray(F, in, at + inStep);
    FloatVector d2 = FloatVector.fromArray(F, in, at + 2 * inStep);
    FloatVector d3 = FloatVector.fromArray(F, in, at + 3 * inStep);
    FloatVector d4 = FloatVector.fromArray(F, in, at + 4 * inStep);
    FloatVector d5 = FloatVector.fromArray(F, in, at + 5 * inStep);
    FloatVector minusS = FloatVector.broadcast(F, -S);
    d2.fma(minusS, d0.add(d4)).intoArray(out, to);
    FloatVector even = d2.fma(FloatVector.broadcast(F, -B2), d4);
    FloatVector odd = d1.fma(FloatVector.broadcast(F, -B2), d3);
    odd.fma(FloatVector.broadcast(F, A), even).intoArray(out, to + outStep);
    odd.fma(FloatVector.broadcast(F, -A), even).intoArray(out, to + 2 * outStep);
    even = d2.fma(FloatVector.broadcast(F, -A2), d4);
    odd = d1.fma(FloatVector.broadcast(F, -A2), d3);
    odd.fma(FloatVector.broadcast(F, B), even).intoArray(out, to + 3 * outStep);
    odd.fma(FloatVector.broadcast(F, -B), even).intoArray(out, to + 4 * outStep);
    d3.fma(minusS, d1.add(d5)).intoArray(out, to + 5 * outStep);
  }

  /** Aᵀ on six vectors {@code inStep} apart; the four results lie {@code outStep} apart. */
  static void output(float[] in, int at, int inStep, float[] out, int to, int outStep) {
    FloatVector m0 = FloatVector.fromArray(F, in, at);
    FloatVector m1 = FloatVector.fromArray(F, in, at + inStep);
    FloatVector m2 = FloatVector.fromArray(F, in, at + 2 * inStep);
    FloatVector m3 = FloatVector.fromArray(F, in, at + 3 * inStep);
    FloatVector m4 = FloatVector.fromArray(F, in, at + 4 * inStep);
    FloatVector m5 = FloatVector.fromArray(F, in, at + 5 * inStep);
    FloatVector sumA = m1.add(m2);
    FloatVector differenceA = m1.sub(m2);
    FloatVector sumB = m3.add(m4);
    FloatVector differenceB = m3.sub(m4);
    m0.add(sumA).add(sumB).intoArray(out, to);
    FloatVector a1 = differenceA.mul(A);
    differenceB.fma(FloatVector.broadcast(F, B), a1).intoArray(out, to + outStep);
    FloatVector a2 = sumA.mul(A2);
    sumB.fma(FloatVector.broadcast(F, B2), a2).intoArray(out, to + 2 * outStep);
    FloatVector a3 = differenceA.fma(FloatVector.broadcast(F, A3), m5);
    differenceB.fma(FloatVector.broadcast(F, B3), a3).intoArray(out, to + 3 * outStep);
  }

  /**
   * Aᵀ · products · A + bias of one vector of channels, written to the output, and its statistics.
   * Same arithmetic as {@link #output} on rows, then on columns, with all between in registers.
   *
   * @param step floats between the 36 products
   * @param outStep floats between the columns of the output
   * @param rowStep floats between the rows of the output
   * @param own mean and squared differences from {@code statistics} on, {@code width} floats apart
   * @param share see {@link SumsWriter#combine}
   */
  static void tile(
      float[] products,
      int at,
      int step,
      float[] bias,
      int biasAt,
      float[] out,
      int to,
      int outStep,
      int rowStep,
      float[] own,
      int statistics,
      int width,
      float share) {
    FloatVector b = FloatVector.broadcast(F, B);
    FloatVector b2 = FloatVector.broadcast(F, B2);
    FloatVector b3 = FloatVector.broadcast(F, B3);
    FloatVector m0 = FloatVector.fromArray(F, products, at);
    FloatVector m1 = FloatVector.fromArray(F, products, at + step);
    FloatVector m2 = FloatVector.fromArray(F, products, at + 2 * step);
    FloatVector m3 = FloatVector.fromArray(F, products, at + 3 * step);
    FloatVector m4 = FloatVector.fromArray(F, products, at + 4 * step);
    FloatVector m5 = FloatVector.fromArray(F, products, at + 5 * step);
    FloatVector plusA = m1.add(m2);
    FloatVector minusA = m1.sub(m2);
    FloatVector plusB = m3.add(m4);
    FloatVector minusB = m3.sub(m4);
    FloatVector r0c0 = m0.add(plusA).add(plusB);
    FloatVector r0c1 = minusB.fma(b, minusA.mul(A));
    FloatVector r0c2 = plusB.fma(b2, plusA.mul(A2));
    FloatVector r0c3 = minusB.fma(b3, minusA.fma(FloatVector.broadcast(F, A3), m5));
    m0 = FloatVector.fromArray(F, products, at + 6 * step);
    m1 = FloatVector.fromArray(F, products, at + 7 * step);
    m2 = FloatVector.fromArray(F, products, at + 8 * step);
    m3 = FloatVector.fromArray(F, products, at + 9 * step);
    m4 = FloatVector.fromArray(F, products, at + 10 * step);
    m5 = FloatVector.fromArray(F, products, at + 11 * step);
    plusA = m1.add(m2);
    minusA = m1.sub(m2);
    plusB = m3.add(m4);
    minusB = m3.sub(m4);
    FloatVector r1c0 = m0.add(plusA).add(plusB);
    FloatVector r1c1 = minusB.fma(b, minusA.mul(A));
    FloatVector r1c2 = plusB.fma(b2, plusA.mul(A2));
    FloatVector r1c3 = minusB.fma(b3, minusA.fma(FloatVector.broadcast(F, A3), m5));
    m0 = FloatVector.fromArray(F, products, at + 12 * step);
    m1 = FloatVector.fromArray(F, products, at + 13 * step);
    m2 = FloatVector.fromArray(F, products, at + 14 * step);
    m3 = FloatVector.fromArray(F, products, at + 15 * step);
    m4 = FloatVector.fromArray(F, products, at + 16 * step);
    m5 = FloatVector.fromArray(F, products, at + 17 * step);
    plusA = m1.add(m2);
    minusA = m1.sub(m2);
    plusB = m3.add(m4);
    minusB = m3.sub(m4);
    FloatVector r2c0 = m0.add(plusA).add(plusB);
    FloatVector r2c1 = minusB.fma(b, minusA.mul(A));
    FloatVector r2c2 = plusB.fma(b2, plusA.mul(A2));
    FloatVector r2c3 = minusB.fma(b3, minusA.fma(FloatVector.broadcast(F, A3), m5));
    m0 = FloatVector.fromArray(F, products, at + 18 * step);
    m1 = FloatVector.fromArray(F, products, at + 19 * step);
    m2 = FloatVector.fromArray(F, products, at + 20 * step);
    m3 = FloatVector.fromArray(F, products, at + 21 * step);
    m4 = FloatVector.fromArray(F, products, at + 22 * step);
    m5 = FloatVector.fromArray(F, products, at + 23 * step);
    plusA = m1.add(m2);
    minusA = m1.sub(m2);
    plusB = m3.add(m4);
    minusB = m3.sub(m4);
    FloatVector r3c0 = m0.add(plusA).add(plusB);
    FloatVector r3c1 = minusB.fma(b, minusA.mul(A));
    FloatVector r3c2 = plusB.fma(b2, plusA.mul(A2));
    FloatVector r3c3 = minusB.fma(b3, minusA.fma(FloatVector.broadcast(F, A3), m5));
    m0 = FloatVector.fromArray(F, products, at + 24 * step);
    m1 = FloatVector.fromArray(F, products, at + 25 * step);
    m2 = FloatVector.fromArray(F, products, at + 26 * step);
    m3 = FloatVector.fromArray(F, products, at + 27 * step);
    m4 = FloatVector.fromArray(F, products, at + 28 * step);
    m5 = FloatVector.fromArray(F, products, at + 29 * step);
    plusA = m1.add(m2);
    minusA = m1.sub(m2);
    plusB = m3.add(m4);
    minusB = m3.sub(m4);
    FloatVector r4c0 = m0.add(plusA).add(plusB);
    FloatVector r4c1 = minusB.fma(b, minusA.mul(A));
    FloatVector r4c2 = plusB.fma(b2, plusA.mul(A2));
    FloatVector r4c3 = minusB.fma(b3, minusA.fma(FloatVector.broadcast(F, A3), m5));
    m0 = FloatVector.fromArray(F, products, at + 30 * step);
    m1 = FloatVector.fromArray(F, products, at + 31 * step);
    m2 = FloatVector.fromArray(F, products, at + 32 * step);
    m3 = FloatVector.fromArray(F, products, at + 33 * step);
    m4 = FloatVector.fromArray(F, products, at + 34 * step);
    m5 = FloatVector.fromArray(F, products, at + 35 * step);
    plusA = m1.add(m2);
    minusA = m1.sub(m2);
    plusB = m3.add(m4);
    minusB = m3.sub(m4);
    FloatVector r5c0 = m0.add(plusA).add(plusB);
    FloatVector r5c1 = minusB.fma(b, minusA.mul(A));
    FloatVector r5c2 = plusB.fma(b2, plusA.mul(A2));
    FloatVector r5c3 = minusB.fma(b3, minusA.fma(FloatVector.broadcast(F, A3), m5));
    FloatVector shift = FloatVector.fromArray(F, bias, biasAt);
    FloatVector sum = FloatVector.zero(F);
    plusA = r1c0.add(r2c0);
    minusA = r1c0.sub(r2c0);
    plusB = r3c0.add(r4c0);
    minusB = r3c0.sub(r4c0);
    FloatVector y0x0 = r0c0.add(plusA).add(plusB);
    FloatVector y1x0 = minusB.fma(b, minusA.mul(A));
    FloatVector y2x0 = plusB.fma(b2, plusA.mul(A2));
    FloatVector y3x0 = minusB.fma(b3, minusA.fma(FloatVector.broadcast(F, A3), r5c0));
    y0x0 = y0x0.add(shift);
    y0x0.intoArray(out, to);
    sum = sum.add(y0x0);
    y1x0 = y1x0.add(shift);
    y1x0.intoArray(out, to + rowStep);
    sum = sum.add(y1x0);
    y2x0 = y2x0.add(shift);
    y2x0.intoArray(out, to + 2 * rowStep);
    sum = sum.add(y2x0);
    y3x0 = y3x0.add(shift);
    y3x0.intoArray(out, to + 3 * rowStep);
    sum = sum.add(y3x0);
    plusA = r1c1.add(r2c1);
    minusA = r1c1.sub(r2c1);
    plusB = r3c1.add(r4c1);
    minusB = r3c1.sub(r4c1);
    FloatVector y0x1 = r0c1.add(plusA).add(plusB);
    FloatVector y1x1 = minusB.fma(b, minusA.mul(A));
    FloatVector y2x1 = plusB.fma(b2, plusA.mul(A2));
    FloatVector y3x1 = minusB.fma(b3, minusA.fma(FloatVector.broadcast(F, A3), r5c1));
    y0x1 = y0x1.add(shift);
    y0x1.intoArray(out, to + outStep);
    sum = sum.add(y0x1);
    y1x1 = y1x1.add(shift);
    y1x1.intoArray(out, to + rowStep + outStep);
    sum = sum.add(y1x1);
    y2x1 = y2x1.add(shift);
    y2x1.intoArray(out, to + 2 * rowStep + outStep);
    sum = sum.add(y2x1);
    y3x1 = y3x1.add(shift);
    y3x1.intoArray(out, to + 3 * rowStep + outStep);
    sum = sum.add(y3x1);
    plusA = r1c2.add(r2c2);
    minusA = r1c2.sub(r2c2);
    plusB = r3c2.add(r4c2);
    minusB = r3c2.sub(r4c2);
    FloatVector y0x2 = r0c2.add(plusA).add(plusB);
    FloatVector y1x2 = minusB.fma(b, minusA.mul(A));
    FloatVector y2x2 = plusB.fma(b2, plusA.mul(A2));
    FloatVector y3x2 = minusB.fma(b3, minusA.fma(FloatVector.broadcast(F, A3), r5c2));
    y0x2 = y0x2.add(shift);
    y0x2.intoArray(out, to + 2 * outStep);
    sum = sum.add(y0x2);
    y1x2 = y1x2.add(shift);
    y1x2.intoArray(out, to + rowStep + 2 * outStep);
    sum = sum.add(y1x2);
    y2x2 = y2x2.add(shift);
    y2x2.intoArray(out, to + 2 * rowStep + 2 * outStep);
    sum = sum.add(y2x2);
    y3x2 = y3x2.add(shift);
    y3x2.intoArray(out, to + 3 * rowStep + 2 * outStep);
    sum = sum.add(y3x2);
    plusA = r1c3.add(r2c3);
    minusA = r1c3.sub(r2c3);
    plusB = r3c3.add(r4c3);
    minusB = r3c3.sub(r4c3);
    FloatVector y0x3 = r0c3.add(plusA).add(plusB);
    FloatVector y1x3 = minusB.fma(b, minusA.mul(A));
    FloatVector y2x3 = plusB.fma(b2, plusA.mul(A2));
    FloatVector y3x3 = minusB.fma(b3, minusA.fma(FloatVector.broadcast(F, A3), r5c3));
    y0x3 = y0x3.add(shift);
    y0x3.intoArray(out, to + 3 * outStep);
    sum = sum.add(y0x3);
    y1x3 = y1x3.add(shift);
    y1x3.intoArray(out, to + rowStep + 3 * outStep);
    sum = sum.add(y1x3);
    y2x3 = y2x3.add(shift);
    y2x3.intoArray(out, to + 2 * rowStep + 3 * outStep);
    sum = sum.add(y2x3);
    y3x3 = y3x3.add(shift);
    y3x3.intoArray(out, to + 3 * rowStep + 3 * outStep);
    sum = sum.add(y3x3);
    FloatVector mean = sum.mul(1f / (OUT * OUT));
    FloatVector squares = FloatVector.zero(F);
    FloatVector difference;
    difference = y0x0.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y1x0.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y2x0.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y3x0.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y0x1.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y1x1.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y2x1.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y3x1.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y0x2.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y1x2.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y2x2.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y3x2.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y0x3.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y1x3.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y2x3.sub(mean);
    squares = difference.fma(difference, squares);
    difference = y3x3.sub(mean);
    squares = difference.fma(difference, squares);
    SumsWriter.combine(mean, squares, OUT * OUT, share, own, statistics, width);
  }
}
