package org.cirr.metrics.radiomics.feature;

import java.util.List;

/**
 * A sparse matrix of counts or weights: what all texture matrices are made of.
 *
 * <p>Entry k says {@code count[k]} at row {@code row[k]}, column {@code column[k]}; entries are in
 * ascending order of row and column, and only non-zero ones are there.
 */
final class CountMatrix {
  final int[] row;
  final int[] column;
  final double[] count;

  CountMatrix(int[] row, int[] column, double[] count) {
    this.row = row;
    this.column = column;
    this.count = count;
  }

  int entries() {
    return row.length;
  }

  double sum() {
    double sum = 0;
    for (double c : count) {
      sum += c;
    }
    return sum;
  }

  /** P + Pᵀ. */
  CountMatrix plusTransposed(int rows) {
    PairCounter both = new PairCounter(rows, rows);
    for (int k = 0; k < entries(); k++) {
      both.add(row[k], column[k], (long) count[k]);
      both.add(column[k], row[k], (long) count[k]);
    }
    return both.toMatrix();
  }

  /** Σ wₐ Pₐ over several matrices, entry by entry. */
  static CountMatrix weightedSum(List<CountMatrix> matrices, double[] weights) {
    int total = matrices.stream().mapToInt(CountMatrix::entries).sum();
    long[] keys = new long[total];
    int n = 0;
    for (CountMatrix matrix : matrices) {
      for (int k = 0; k < matrix.entries(); k++) {
        keys[n++] = (long) matrix.row[k] << 32 | matrix.column[k];
      }
    }
    long[] distinct = java.util.Arrays.stream(keys).sorted().distinct().toArray();
    double[] sums = new double[distinct.length];
    for (int m = 0; m < weights.length; m++) {
      CountMatrix matrix = matrices.get(m);
      for (int k = 0, at = 0; k < matrix.entries(); k++) {
        long key = (long) matrix.row[k] << 32 | matrix.column[k];
        while (distinct[at] < key) { // both ascend
          at++;
        }
        sums[at] += weights[m] * matrix.count[k];
      }
    }
    return ofKeys(distinct, sums);
  }

  static CountMatrix ofKeys(long[] keys, double[] counts) {
    int[] row = new int[keys.length];
    int[] column = new int[keys.length];
    for (int k = 0; k < keys.length; k++) {
      row[k] = (int) (keys[k] >>> 32);
      column[k] = (int) keys[k];
    }
    return new CountMatrix(row, column, counts);
  }
}
