package org.cirr.backend.simd;

/**
 * How the rows of a matrix product are cut along the depth, and laid for {@link SimdRows}: in each
 * piece the rows are a constant pitch apart.
 *
 * <p>Pieces are 6 chunks long; the last one takes the smallest pitch that holds it. Rows of exactly
 * 1, 2 or 6 chunks lie that way already.
 *
 * @param depth the values of a row
 */
record DepthPieces(int depth) {
  /** The longest piece. */
  static final int LONGEST = 6 * SimdRows.CHUNK;

  /** Values of a row that are done at once: their weights take 24 or 12 KiB of an L1 cache. */
  static final int RUN = Lanes.COUNT >= 16 ? LONGEST / 2 : LONGEST;

  /** The number of pieces, at least 1. */
  int count() {
    return depth == 0 ? 1 : (depth - 1) / LONGEST + 1;
  }

  /** The first index of a piece along the depth. */
  int from(int piece) {
    return piece * LONGEST;
  }

  /** The values of a row in a piece. */
  int length(int piece) {
    return Math.min(LONGEST, depth - from(piece));
  }

  /** The pitch of a piece's rows in chunks, see {@link SimdRows}. */
  int pitch(int piece) {
    int length = length(piece);
    return length > 2 * SimdRows.CHUNK ? 6 : length > SimdRows.CHUNK ? 2 : 1;
  }

  /** The floats from one row of a piece to the next. */
  int step(int piece) {
    return pitch(piece) * SimdRows.CHUNK;
  }

  /** Whether rows that lie side by side are read where they lie. */
  boolean inPlace() {
    return step(0) == depth;
  }
}
