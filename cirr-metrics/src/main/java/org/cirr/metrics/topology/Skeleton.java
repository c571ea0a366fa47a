package org.cirr.metrics.topology;

import java.util.Arrays;

/**
 * The centre lines of a mask: what is left when voxels are taken from its surface, layer by layer,
 * as long as that neither splits, joins, fills nor shortens anything.
 *
 * <p>The result is one voxel thin, has as many parts, tunnels and cavities as the mask, and keeps
 * the ends of lines.
 *
 * <p><b>Source</b>: Lee, Kashyap and Chu, CVGIP 56:462 (1994), in the order of directions of
 * scikit-image's {@code skeletonize(method='lee')}. That program looks at the number of parts only
 * when it checks a voxel for the second time; here the whole condition holds each time, so that the
 * topology is kept in all cases.
 */
public final class Skeleton {
  /*
   * Each layer is taken off in six steps, one for each direction from which a voxel can be open. In
   * a step first all voxels are collected that may go; then they are looked at again, one after the
   * other, since the one before may have changed the neighbourhood.
   *
   * Voxels are bits, so that a word tells which of its 64 are open. A word is looked at only if a
   * voxel in or beside it has changed since the last step of the same direction: else the answers
   * are the same as then. Whether a neighbourhood is simple takes a walk through it, and few
   * neighbourhoods occur (flat and slightly bent surfaces), each very often: so answers are kept.
   *
   * Rejected: a list of the surface's voxels over a mask of bytes. It is in no order, so that it has
   * to be sorted, and jumps about in memory: three times slower on solid organs.
   */
  private static final int KNOWN_BITS = 14;
  private static final int KNOWN = 1 << 27; // beside the 27 bits of a neighbourhood
  private static final int SIMPLE = 1 << 28;
  private static final int SPREAD = 0x9E3779B1; // 2^32 / golden ratio

  /** Where a voxel may be open, in scikit-image's order. */
  private enum Side {
    BEFORE,
    BEHIND,
    RIGHT,
    LEFT,
    ABOVE,
    BELOW
  }

  private final BitRows mask;
  private final long[] leaving; // voxels that may go in this step, beside the words of the mask
  private final int[] changed; // the last step that changed a voxel in or beside a word
  private final int[] known = new int[1 << KNOWN_BITS]; // neighbourhoods that were looked at
  private final int[] listed; // rows with voxels that may go
  private final int slices;

  private Skeleton(BitRows mask, int slices) {
    this.mask = mask;
    this.slices = slices;
    leaving = new long[mask.words.length];
    changed = new int[mask.words.length];
    listed = new int[mask.rows];
  }

  /**
   * The skeleton of a mask.
   *
   * <p><b>Shapes</b>: {@code mask} has {@code depth · height · width} values, x fastest; the result
   * too. The image border is treated as background.
   *
   * @param mask whether a voxel is inside
   */
  public static boolean[] of(int depth, int height, int width, boolean[] mask) {
    if (depth < 1 || height < 1 || width < 1 || (long) depth * height * width != mask.length) {
      throw new IllegalArgumentException(
          "a mask of "
              + depth
              + " x "
              + height
              + " x "
              + width
              + " voxels needs as many values, got "
              + mask.length);
    }
    byte[] bits = new byte[mask.length];
    for (int index = 0; index < mask.length; index++) {
      bits[index] = (byte) (mask[index] ? 1 : 0);
    }
    BitRows thin = of(depth, height, width, bits, 1);
    boolean[] skeleton = new boolean[mask.length];
    for (int index = 0; index < mask.length; index++) {
      skeleton[index] = mask[index] && thin.has(index / width, index % width);
    }
    return skeleton;
  }

  /** The skeleton of the voxels that have one of some bits. */
  static BitRows of(int depth, int height, int width, byte[] bits, int which) {
    BitRows rows = new BitRows(depth, height, width);
    for (int line = 0; line < depth * height; line++) {
      rows.setRow(line, bits, line * width, which);
    }
    new Skeleton(rows, depth).thin(sides(depth > 1, height > 1, width > 1));
    return rows;
  }

  private static Side[] sides(boolean alongZ, boolean alongY, boolean alongX) {
    return Arrays.stream(Side.values())
        .filter(
            side ->
                switch (side) {
                  case BEFORE, BEHIND -> alongY;
                  case RIGHT, LEFT -> alongX;
                  case ABOVE, BELOW -> alongZ;
                })
        .toArray(Side[]::new);
  }

  private void thin(Side[] sides) {
    int step = 0;
    for (int unchanged = 0; unchanged < sides.length; ) {
      unchanged = 0;
      for (Side side : sides) {
        step++;
        int found = collect(side, step - sides.length);
        long removed = 0;
        for (int i = 0; i < found; i++) {
          removed += remove(listed[i], step);
        }
        unchanged += removed == 0 ? 1 : 0;
      }
    }
  }

  /** Lists the rows with voxels that may go, of those that have changed since a step. */
  private int collect(Side side, int since) {
    int found = 0;
    BitRows.Neighbour beside = neighbour(side);
    for (int z = 1; z <= slices; z++) {
      int first = z * mask.rowsPerSlice + 1;
      for (int row = first; row < first + mask.rowsPerSlice - 2; row++) {
        if (collectRow(row, beside, since)) {
          listed[found++] = row;
        }
      }
    }
    return found;
  }

  private BitRows.Neighbour neighbour(Side side) {
    return switch (side) {
      case BEFORE -> mask.across(-1);
      case BEHIND -> mask.across(1);
      case RIGHT -> BitRows.RIGHT;
      case LEFT -> BitRows.LEFT;
      case ABOVE -> mask.across(mask.rowsPerSlice);
      case BELOW -> mask.across(-mask.rowsPerSlice);
    };
  }

  private boolean collectRow(int row, BitRows.Neighbour beside, int since) {
    long any = 0;
    int start = row * mask.wordsPerRow;
    for (int i = 0; i < mask.wordsPerRow; i++) {
      long inside = mask.words[start + i];
      boolean same = inside == 0 || changed[start + i] < since;
      long left = same ? 0 : inside & ~mask.beside(start + i, beside);
      long mayLeave = 0;
      for (; left != 0; left &= left - 1) {
        int around = mask.around(row, i * Long.SIZE + Long.numberOfTrailingZeros(left));
        if (!Neighbourhood.isEnd(around) && isSimple(around)) {
          mayLeave |= left & -left;
        }
      }
      leaving[start + i] = mayLeave;
      any |= mayLeave;
    }
    return any != 0;
  }

  /** Takes away what still may go of a row; how many voxels that are. */
  private int remove(int row, int step) {
    int removed = 0;
    int start = row * mask.wordsPerRow;
    for (int i = 0; i < mask.wordsPerRow; i++) {
      long gone = 0;
      for (long left = leaving[start + i]; left != 0; left &= left - 1) {
        if (isSimple(mask.around(row, i * Long.SIZE + Long.numberOfTrailingZeros(left)))) {
          mask.words[start + i] &= ~(left & -left);
          gone |= left & -left;
        }
      }
      if (gone != 0) {
        removed += Long.bitCount(gone);
        int before = (gone & 1) != 0 && i > 0 ? 1 : 0;
        int behind = gone < 0 && i + 1 < mask.wordsPerRow ? 1 : 0;
        mark(start + i - before, before + 1 + behind, step);
      }
    }
    return removed;
  }

  /** Marks words of a row, and of the eight rows around it, as changed. */
  private void mark(int word, int count, int step) {
    int slice = mask.rowsPerSlice * mask.wordsPerRow;
    for (int z = word - slice; z <= word + slice; z += slice) {
      for (int y = z - mask.wordsPerRow; y <= z + mask.wordsPerRow; y += mask.wordsPerRow) {
        for (int i = 0; i < count; i++) {
          changed[y + i] = step;
        }
      }
    }
  }

  private boolean isSimple(int around) {
    int place = around * SPREAD >>> (Integer.SIZE - KNOWN_BITS);
    int key = around | KNOWN;
    if ((known[place] & ~SIMPLE) != key) {
      known[place] = Neighbourhood.isSimple(around) ? key | SIMPLE : key;
    }
    return (known[place] & SIMPLE) != 0;
  }
}
