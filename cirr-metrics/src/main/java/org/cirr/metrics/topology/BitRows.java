package org.cirr.metrics.topology;

/**
 * The voxels of a mask as bits, row after row, with one voxel of background all around.
 *
 * <p><b>Shapes</b>: voxel (z, y, x) of the mask is bit x + 1 of row (z + 1) · (height + 2) + y + 1;
 * a row is a whole number of words.
 */
final class BitRows {
  /*
   * A box of 300 x 260 x 260 voxels takes 2.5 MB instead of the 20 MB of a byte each, so that it
   * stays in the cache while it is thinned, and 64 voxels are looked at in one step.
   */
  private static final int WINDOW = 7; // a voxel and its two neighbours along a row
  private static final int LAST_WHOLE = Long.SIZE - 3; // the last place of a window in one word

  /** Rows in a slice. */
  final int rowsPerSlice;

  /** Rows in all. */
  final int rows;

  /** Words in a row. */
  final int wordsPerRow;

  /** The bits. */
  final long[] words;

  private final int height;
  private final int width;

  BitRows(int depth, int height, int width) {
    this.height = height;
    this.width = width;
    rowsPerSlice = height + 2;
    rows = Math.multiplyExact(depth + 2, rowsPerSlice);
    wordsPerRow = (width + 2 + Long.SIZE - 1) / Long.SIZE;
    words = new long[Math.multiplyExact(rows, wordsPerRow)];
  }

  /** The row of a mask's row, which are numbered y fastest. */
  int row(int line) {
    return (line / height + 1) * rowsPerSlice + line % height + 1;
  }

  /** Sets the voxels of a mask's row, which begins at an index of the mask's bytes. */
  void setRow(int line, byte[] bits, int from, int which) {
    int start = row(line) * wordsPerRow;
    for (int x = 0; x < width; x++) {
      long in = (bits[from + x] & which) != 0 ? 1 : 0;
      words[start + (x + 1 >> 6)] |= in << x + 1; // shifts are modulo 64
    }
  }

  /** Whether a voxel of a mask's row is in. */
  boolean has(int line, int x) {
    return (words[row(line) * wordsPerRow + (x + 1 >> 6)] >>> x + 1 & 1) != 0;
  }

  /**
   * Which neighbour of its voxels stands in a word: the word at one offset shifted right, and that
   * at another shifted left, together.
   */
  /*
   * One formula for all sides: a switch over them in the innermost loop would be compiled anew for
   * each side that the JIT has not seen yet. It may look at the words of the rows beside since the
   * first and the last voxel of a row are background.
   */
  record Neighbour(int low, int right, int high, int left) {}

  /** The neighbour at x + 1. */
  static final Neighbour RIGHT = new Neighbour(0, 1, 1, Long.SIZE - 1);

  /** The neighbour at x - 1. */
  static final Neighbour LEFT = new Neighbour(-1, Long.SIZE - 1, 0, 1);

  /** The neighbour a number of rows away. */
  Neighbour across(int rows) {
    return new Neighbour(rows * wordsPerRow, 0, rows * wordsPerRow, 0);
  }

  /** What a word would be if every voxel were its neighbour. */
  long beside(int word, Neighbour at) {
    return words[word + at.low] >>> at.right | words[word + at.high] << at.left;
  }

  /** The 27 voxels around a bit of a row, as {@link Neighbourhood} numbers them. */
  int around(int row, int bit) {
    int first = row * wordsPerRow + (bit - 1 >> 6);
    int shift = bit - 1 & Long.SIZE - 1;
    int slice = rowsPerSlice * wordsPerRow;
    return shift <= LAST_WHOLE
        ? three(first - slice, shift) | three(first, shift) << 9 | three(first + slice, shift) << 18
        : split(first - slice, shift)
            | split(first, shift) << 9
            | split(first + slice, shift) << 18;
  }

  /** The windows of three rows of a slice, each in one word. */
  private int three(int middle, int shift) {
    return (int) (words[middle - wordsPerRow] >>> shift) & WINDOW
        | ((int) (words[middle] >>> shift) & WINDOW) << 3
        | ((int) (words[middle + wordsPerRow] >>> shift) & WINDOW) << 6;
  }

  /** The windows of three rows of a slice, each over two words. */
  private int split(int middle, int shift) {
    return split1(middle - wordsPerRow, shift)
        | split1(middle, shift) << 3
        | split1(middle + wordsPerRow, shift) << 6;
  }

  private int split1(int word, int shift) {
    return (int) (words[word] >>> shift | words[word + 1] << Long.SIZE - shift) & WINDOW;
  }
}
