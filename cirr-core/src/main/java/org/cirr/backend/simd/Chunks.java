package org.cirr.backend.simd;

/**
 * The indices 0 to {@code length − 1} cut into pieces of one size, the last one shorter. Safe up to
 * the largest array: nothing here goes beyond an int.
 */
record Chunks(int length, int size) {
  int count() {
    return length == 0 ? 0 : (length - 1) / size + 1;
  }

  /** The first index of a chunk. */
  int from(int chunk) {
    return chunk * size;
  }

  /** The index behind the last one of a chunk. */
  int to(int chunk) {
    return from(chunk) + count(chunk);
  }

  /** The number of indices in a chunk. */
  int count(int chunk) {
    return Math.min(size, length - from(chunk));
  }
}
