package org.cirr.metrics.distance;

import java.util.Arrays;
import org.cirr.metrics.MaskPair;
import org.cirr.parallel.Workers;

/**
 * A set of voxels of a box, one bit each.
 *
 * <p><b>Shapes</b>: axes z y x. A row along x takes whole words; voxel x is bit {@code x % 64} of
 * word {@code x / 64}, and the bits behind the last voxel of a row are 0.
 */
final class VoxelSet {
  /*
   * Why bits: a box of 8 million voxels takes 1 MB, which stays in the cache; 64 neighbours are
   * looked at with one operation; and the nearest voxel of a row is found without having written
   * down a distance for every voxel.
   */

  /** No voxel in this row, or none within reach. */
  static final int NONE = Integer.MAX_VALUE;

  private final int depth;
  private final int height;
  private final int width;
  private final int rowWords;
  private final long[] words;

  VoxelSet(int depth, int height, int width) {
    this.depth = depth;
    this.height = height;
    this.width = width;
    rowWords = (width + Long.SIZE - 1) / Long.SIZE;
    words = new long[Math.multiplyExact(Math.multiplyExact(depth, height), rowWords)];
  }

  /** What is called for each voxel. */
  @FunctionalInterface
  interface Visitor {
    void visit(int y, int x);
  }

  /** One mask of a pair. */
  static VoxelSet of(MaskPair pair, int bit, Workers workers) {
    MaskPair.Box box = pair.box();
    VoxelSet set = new VoxelSet(box.depth(), box.height(), box.width());
    int shift = Integer.numberOfTrailingZeros(bit);
    workers.forEach(box.depth(), z -> set.fill(z, pair.bits(), shift));
    return set;
  }

  private void fill(int z, byte[] bits, int shift) {
    for (int y = 0; y < height; y++) {
      int from = (z * height + y) * width;
      int row = row(z, y);
      for (int x = 0; x < width; x += Long.SIZE) {
        long word = 0;
        int count = Math.min(Long.SIZE, width - x);
        for (int i = 0; i < count; i++) {
          word |= (bits[from + x + i] >> shift & 1L) << i;
        }
        words[row + x / Long.SIZE] = word;
      }
    }
  }

  int depth() {
    return depth;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /** How many words a row has. */
  int rowWords() {
    return rowWords;
  }

  /** The words, not a copy. */
  long[] words() {
    return words;
  }

  /** The place of a row's first word. */
  int row(int z, int y) {
    return (z * height + y) * rowWords;
  }

  boolean contains(int z, int y, int x) {
    return (words[row(z, y) + (x >>> 6)] >>> x & 1) != 0;
  }

  void add(int z, int y, int x) {
    words[row(z, y) + (x >>> 6)] |= 1L << x;
  }

  boolean isEmpty() {
    for (long word : words) {
      if (word != 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether another set of the same box has the same voxels. */
  boolean hasSameVoxels(VoxelSet other) {
    return Arrays.equals(words, other.words);
  }

  /**
   * Where each slice begins in a list of the voxels, and, last, how many there are.
   *
   * <p><b>Errors</b>: {@link ArithmeticException} for more than an array holds.
   */
  int[] starts() {
    int[] starts = new int[depth + 1];
    for (int z = 0; z < depth; z++) {
      int count = 0;
      for (int word = row(z, 0), end = row(z + 1, 0); word < end; word++) {
        count += Long.bitCount(words[word]);
      }
      starts[z + 1] = Math.addExact(starts[z], count);
    }
    return starts;
  }

  /** Visits the voxels of a slice in ascending order. */
  void forEach(int z, Visitor visitor) {
    for (int y = 0; y < height; y++) {
      int row = row(z, y);
      for (int i = 0; i < rowWords; i++) {
        for (long left = words[row + i]; left != 0; left &= left - 1) {
          visitor.visit(y, i * Long.SIZE + Long.numberOfTrailingZeros(left));
        }
      }
    }
  }

  /**
   * The number of steps from a place to the nearest voxel of a row; {@link #NONE} when the row has
   * none, and any number above {@code reach}, or {@link #NONE}, when it has none within reach.
   */
  int steps(int row, int x, int reach) {
    int word = row + (x >>> 6);
    long right = words[word] >>> x; // the place itself is bit 0
    long left = words[word] << ~x; // the place itself is bit 63
    int nearest = NONE;
    if (right != 0) {
      nearest = Long.numberOfTrailingZeros(right);
    } else {
      int steps = Long.SIZE - (x & 63);
      for (int at = word + 1; at < row + rowWords && steps <= reach; at++, steps += Long.SIZE) {
        if (words[at] != 0) {
          nearest = steps + Long.numberOfTrailingZeros(words[at]);
          break;
        }
      }
    }
    if (left != 0) {
      return Math.min(nearest, Long.numberOfLeadingZeros(left));
    }
    int steps = (x & 63) + 1;
    for (int at = word - 1; at >= row && steps <= reach && steps < nearest; at--) {
      if (words[at] != 0) {
        return Math.min(nearest, steps + Long.numberOfLeadingZeros(words[at]));
      }
      steps += Long.SIZE;
    }
    return nearest;
  }
}
