package org.cirr.metrics.radiomics.feature;

import java.util.Arrays;

/** Counts how often pairs (row, column) occur. */
final class PairCounter {
  /*
   * A table of all pairs while that is small (a megabyte or so, which stays in the L2 cache), else a
   * hash table with open addressing that holds only the pairs that occur: 16 bytes a slot, at most
   * two thirds full. So memory follows the number of different pairs, which is never above the
   * number of voxels, and not the square of the number of levels.
   */
  private static final int DENSE_CELLS = 1 << 17;

  /** Different pairs that one matrix may have; with features it then takes about 2 GiB. */
  private static final int MOST_PAIRS = 1 << 24;

  private static final long EMPTY = -1;

  private final int rows;
  private final int columns;
  private final int most;
  private final long[] dense; // null when sparse
  private long[] keys;
  private long[] counts;
  private int used;

  PairCounter(int rows, int columns) {
    this(rows, columns, MOST_PAIRS);
  }

  PairCounter(int rows, int columns, int most) {
    this.rows = rows;
    this.columns = columns;
    this.most = most;
    boolean small = (long) rows * columns <= DENSE_CELLS;
    dense = small ? new long[rows * columns] : null;
    if (!small) {
      keys = new long[1 << 12];
      Arrays.fill(keys, EMPTY);
      counts = new long[keys.length];
    }
  }

  void add(int row, int column) {
    add(row, column, 1);
  }

  void add(int row, int column, long times) {
    if (dense != null) {
      dense[row * columns + column] += times;
    } else {
      addSparse((long) row << 32 | column, times);
    }
  }

  private void addSparse(long key, long times) {
    int slot = slot(keys, key);
    if (keys[slot] == EMPTY) {
      if (used == most) {
        throw new MatrixTooLargeException(rows, most);
      }
      if (used * 3L >= keys.length * 2L) {
        grow();
        slot = slot(keys, key);
      }
      keys[slot] = key;
      used++;
    }
    counts[slot] += times;
  }

  private static int slot(long[] keys, long key) {
    long mixed = key * 0x9E3779B97F4A7C15L; // Fibonacci hashing: the top bits are well mixed
    int slot = (int) (mixed >>> 32) & (keys.length - 1);
    while (keys[slot] != EMPTY && keys[slot] != key) {
      slot = (slot + 1) & (keys.length - 1);
    }
    return slot;
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldCounts = counts;
    keys = new long[Math.multiplyExact(oldKeys.length, 2)];
    Arrays.fill(keys, EMPTY);
    counts = new long[keys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != EMPTY) {
        int slot = slot(keys, oldKeys[i]);
        keys[slot] = oldKeys[i];
        counts[slot] = oldCounts[i];
      }
    }
  }

  CountMatrix toMatrix() {
    if (dense == null) {
      long[] sorted = Arrays.stream(keys).filter(key -> key != EMPTY).sorted().toArray();
      double[] sums = new double[sorted.length];
      for (int i = 0; i < sums.length; i++) {
        sums[i] = counts[slot(keys, sorted[i])];
      }
      return CountMatrix.ofKeys(sorted, sums);
    }
    int entries = 0;
    for (long count : dense) {
      entries += count > 0 ? 1 : 0;
    }
    int[] row = new int[entries];
    int[] column = new int[entries];
    double[] count = new double[entries];
    for (int i = 0, k = 0; i < dense.length; i++) {
      if (dense[i] > 0) {
        row[k] = i / columns;
        column[k] = i % columns;
        count[k++] = dense[i];
      }
    }
    return new CountMatrix(row, column, count);
  }
}
