package org.cirr.metrics.topology;

import java.util.Arrays;
import java.util.stream.IntStream;

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
   * other, since the one before may have changed the neighbourhood. Only voxels at the surface are
   * looked at: a voxel comes into the list when it loses its first face neighbour.
   *
   * Whether a neighbourhood is simple takes a walk through it, and few neighbourhoods occur (flat
   * and slightly bent surfaces), each very often: so answers are kept by neighbourhood.
   */
  private static final int KNOWN_BITS = 14;
  private static final int KNOWN = 1 << 27; // beside the 27 bits of a neighbourhood
  private static final int SIMPLE = 1 << 28;
  private static final int SPREAD = 0x9E3779B1; // 2^32 / golden ratio

  private final int width;
  private final int slice;
  private final byte[] mask; // 1 inside
  private final byte[] listed;
  private final int[] known = new int[1 << KNOWN_BITS]; // neighbourhoods that were looked at
  private int[] surface = new int[1024];
  private int count;

  private Skeleton(int height, int width, byte[] mask) {
    this.width = width;
    this.slice = height * width;
    this.mask = mask;
    this.listed = new byte[mask.length];
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
    int rows = height + 2;
    int columns = width + 2;
    byte[] padded = new byte[Math.multiplyExact(Math.multiplyExact(depth + 2, rows), columns)];
    for (int index = 0; index < mask.length; index++) {
      padded[padded(index, height, width)] = (byte) (mask[index] ? 1 : 0);
    }
    new Skeleton(rows, columns, padded).thin(depth > 1, height > 1, width > 1);
    boolean[] skeleton = new boolean[mask.length];
    for (int index = 0; index < mask.length; index++) {
      skeleton[index] = padded[padded(index, height, width)] != 0;
    }
    return skeleton;
  }

  private static int padded(int index, int height, int width) {
    int z = index / (height * width) + 1;
    int y = index / width % height + 1;
    return (z * (height + 2) + y) * (width + 2) + index % width + 1;
  }

  private void thin(boolean alongZ, boolean alongY, boolean alongX) {
    int[] directions =
        IntStream.of(
                alongY ? -width : 0,
                alongY ? width : 0,
                alongX ? 1 : 0,
                alongX ? -1 : 0,
                alongZ ? slice : 0,
                alongZ ? -slice : 0)
            .filter(step -> step != 0)
            .toArray();
    for (int index = 0; index < mask.length; index++) {
      if (mask[index] != 0 && isOpen(index)) {
        list(index);
      }
    }
    int[] leaving = new int[0];
    for (int unchanged = 0; unchanged < directions.length; ) {
      unchanged = 0;
      for (int direction : directions) {
        int found = 0;
        leaving = leaving.length < count ? new int[surface.length] : leaving;
        for (int i = 0; i < count; i++) {
          int index = surface[i];
          if (mask[index + direction] == 0 && mayLeave(index)) {
            leaving[found++] = index;
          }
        }
        Arrays.sort(leaving, 0, found); // the list of the surface is in no order
        int removed = 0;
        for (int i = 0; i < found; i++) {
          if (isSimple(around(leaving[i]))) {
            remove(leaving[i]);
            removed++;
          }
        }
        compact(removed);
        unchanged += removed == 0 ? 1 : 0;
      }
    }
  }

  private boolean isOpen(int index) {
    return mask[index - 1] == 0
        || mask[index + 1] == 0
        || mask[index - width] == 0
        || mask[index + width] == 0
        || mask[index - slice] == 0
        || mask[index + slice] == 0;
  }

  private boolean mayLeave(int index) {
    int around = around(index);
    return !Neighbourhood.isEnd(around) && isSimple(around);
  }

  private boolean isSimple(int around) {
    int place = around * SPREAD >>> (Integer.SIZE - KNOWN_BITS);
    int key = around | KNOWN;
    if ((known[place] & ~SIMPLE) != key) {
      known[place] = Neighbourhood.isSimple(around) ? key | SIMPLE : key;
    }
    return (known[place] & SIMPLE) != 0;
  }

  /** The 27 voxels around one as bits. */
  private int around(int index) {
    int bits = 0;
    int bit = 0;
    for (int z = index - slice; z <= index + slice; z += slice) {
      for (int y = z - width; y <= z + width; y += width, bit += 3) {
        bits |= mask[y - 1] << bit | mask[y] << bit + 1 | mask[y + 1] << bit + 2;
      }
    }
    return bits;
  }

  private void remove(int index) {
    mask[index] = 0;
    list(index - 1);
    list(index + 1);
    list(index - width);
    list(index + width);
    list(index - slice);
    list(index + slice);
  }

  private void list(int index) {
    if (mask[index] != 0 && listed[index] == 0) {
      listed[index] = 1;
      if (count == surface.length) {
        surface = Arrays.copyOf(surface, count + (count >> 1));
      }
      surface[count++] = index;
    }
  }

  /** Drops the voxels that are gone. */
  private void compact(int removed) {
    if (removed == 0) {
      return;
    }
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (mask[surface[i]] != 0) {
        surface[kept++] = surface[i];
      }
    }
    count = kept;
  }
}
