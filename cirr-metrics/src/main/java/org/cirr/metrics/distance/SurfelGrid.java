package org.cirr.metrics.distance;

import java.util.Arrays;
import org.cirr.metrics.MaskPair;
import org.cirr.parallel.Workers;

/**
 * The corners of the voxel grid around a mask, and which of them lie on its surface: some of the
 * eight voxels around the corner are in the mask, and some are not.
 *
 * <p>Corner (z, y, x) lies between voxels z − 1 and z, and so on; along an axis that the image does
 * not have there is one corner per voxel, and codes have four bits instead of eight.
 */
final class SurfelGrid {
  /*
   * The masks are cut to the box that holds both, and what is outside is empty. So the corners at
   * the box's sides see the mask end there, at the image border too: the surface is closed.
   */
  private final VoxelSet mask;
  private final int deeper; // 1 along axes that the image has
  private final int higher;
  private final int wider;
  private final VoxelSet surface; // corners
  private final double[] areasByCode;

  private SurfelGrid(MaskPair pair, int bit, Workers workers) {
    mask = VoxelSet.of(pair, bit, workers);
    deeper = pair.hasAxis(0) ? 1 : 0;
    higher = pair.hasAxis(1) ? 1 : 0;
    wider = pair.hasAxis(2) ? 1 : 0;
    surface = new VoxelSet(mask.depth() + deeper, mask.height() + higher, mask.width() + wider);
    areasByCode = SurfelAreas.of(pair);
  }

  static SurfelGrid of(MaskPair pair, int bit, Workers workers) {
    SurfelGrid grid = new SurfelGrid(pair, bit, workers);
    workers.forEach(grid.surface.depth(), grid::slice);
    return grid;
  }

  private void slice(int z) {
    long[] any = new long[surface.rowWords()];
    long[] all = new long[surface.rowWords()];
    for (int y = 0; y < surface.height(); y++) {
      Arrays.fill(any, 0);
      Arrays.fill(all, -1);
      for (int dz = 0; dz <= deeper; dz++) {
        for (int dy = 0; dy <= higher; dy++) {
          join(any, all, z + dz - deeper, y + dy - higher);
        }
      }
      int row = surface.row(z, y);
      for (int i = 0; i < any.length; i++) {
        surface.words()[row + i] = any[i] & ~all[i];
      }
    }
  }

  /** Takes the voxels of a row into account: those left of each corner, and right of it. */
  private void join(long[] any, long[] all, int z, int y) {
    boolean isIn = isIn(z, mask.depth()) && isIn(y, mask.height());
    int row = isIn ? mask.row(z, y) : 0;
    long before = 0;
    for (int i = 0; i < any.length; i++) {
      long right = isIn && i < mask.rowWords() ? mask.words()[row + i] : 0;
      long left = wider == 1 ? right << 1 | before >>> 63 : right;
      any[i] |= left | right;
      all[i] &= left & right;
      before = right;
    }
  }

  /** The corners on the surface. */
  VoxelSet surface() {
    return surface;
  }

  /** The area of the surface's element at each of its corners, in their order. */
  double[] areas(Workers workers) {
    int[] starts = surface.starts();
    double[] areas = new double[starts[surface.depth()]];
    workers.forEach(
        surface.depth(),
        z -> {
          int[] next = {starts[z]};
          surface.forEach(z, (y, x) -> areas[next[0]++] = areasByCode[code(z, y, x)]);
        });
    return areas;
  }

  /** Which voxels around a corner are in the mask: the bits of {@link SurfelAreas}. */
  private int code(int z, int y, int x) {
    int code = 0;
    for (int atZ = z - deeper; atZ <= z; atZ++) {
      for (int atY = y - higher; atY <= y; atY++) {
        for (int atX = x - wider; atX <= x; atX++) {
          boolean isIn =
              isIn(atZ, mask.depth()) && isIn(atY, mask.height()) && isIn(atX, mask.width());
          code = code << 1 | (isIn && mask.contains(atZ, atY, atX) ? 1 : 0);
        }
      }
    }
    return code;
  }

  private static boolean isIn(int at, int extent) {
    return at >= 0 && at < extent;
  }
}
