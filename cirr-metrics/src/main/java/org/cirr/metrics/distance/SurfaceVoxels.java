package org.cirr.metrics.distance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cirr.metrics.Connectivity;
import org.cirr.metrics.MaskPair;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/**
 * The surface voxels of a mask: those with a neighbour that is not in it.
 *
 * <p><b>Formula</b>: M minus its erosion by the rule's neighbourhood, 64 voxels at a time.
 */
final class SurfaceVoxels {
  private final MaskPair.Box box;
  private final Shape image;
  private final VoxelSet mask;
  private final int[][] steps; // dz, dy, dx of each neighbour
  private final long outside; // what a row beyond the image counts as

  private SurfaceVoxels(MaskPair pair, int bit, SurfaceRule rule, Workers workers) {
    box = pair.box();
    image = pair.geometry().shape();
    mask = VoxelSet.of(pair, bit, workers);
    steps = steps(pair, rule.neighbours());
    outside = rule.imageBorder() ? 0 : -1;
  }

  /** The surface of one mask of a pair. */
  static VoxelSet of(MaskPair pair, int bit, SurfaceRule rule, Workers workers) {
    SurfaceVoxels voxels = new SurfaceVoxels(pair, bit, rule, workers);
    VoxelSet surface = new VoxelSet(voxels.box.depth(), voxels.box.height(), voxels.box.width());
    workers.forEach(voxels.box.depth(), z -> voxels.slice(z, surface));
    return surface;
  }

  private void slice(int z, VoxelSet surface) {
    long[] inside = new long[mask.rowWords()];
    for (int y = 0; y < box.height(); y++) {
      int row = mask.row(z, y);
      Arrays.fill(inside, -1);
      for (int[] step : steps) {
        keepNeighbours(inside, z + step[0], y + step[1], step[2]);
      }
      for (int i = 0; i < inside.length; i++) {
        surface.words()[row + i] = mask.words()[row + i] & ~inside[i];
      }
    }
  }

  /** Keeps the voxels x of a row whose neighbours x + dx in another row are in the mask. */
  private void keepNeighbours(long[] inside, int z, int y, int dx) {
    boolean inBox = z >= 0 && z < box.depth() && y >= 0 && y < box.height();
    boolean inImage = isIn(box.z() + z, image.dim(0)) && isIn(box.y() + y, image.dim(1));
    long before = inImage && isIn(box.x() - 1, image.dim(2)) ? 0 : outside;
    long after = inImage && isIn(box.x() + box.width(), image.dim(2)) ? 0 : outside;
    long fill = inImage ? 0 : outside; // of a row outside the box
    int row = inBox ? mask.row(z, y) : 0;
    int last = (box.width() - 1) % Long.SIZE;
    for (int i = 0; i < inside.length; i++) {
      long here = inBox ? mask.words()[row + i] : fill;
      if (dx < 0) {
        long carry = i == 0 ? before : inBox ? mask.words()[row + i - 1] : fill;
        here = here << 1 | carry >>> 63;
      } else if (dx > 0) {
        boolean end = i == inside.length - 1;
        long next = end ? 0 : inBox ? mask.words()[row + i + 1] : fill;
        here = here >>> 1 | next << 63;
        here = end ? here & ~(1L << last) | (after & 1) << last : here;
      }
      inside[i] &= here;
    }
  }

  private static boolean isIn(int at, int extent) {
    return at >= 0 && at < extent;
  }

  /** The neighbours along the axes that the image has. */
  private static int[][] steps(MaskPair pair, Connectivity connectivity) {
    int most =
        switch (connectivity) {
          case FACES -> 1;
          case EDGES -> 2;
          case CORNERS -> 3;
        };
    List<int[]> steps = new ArrayList<>();
    for (int code = 0; code < 27; code++) {
      int[] step = {code / 9 - 1, code / 3 % 3 - 1, code % 3 - 1};
      int moved = Math.abs(step[0]) + Math.abs(step[1]) + Math.abs(step[2]);
      boolean possible = true;
      for (int axis = 0; axis < 3; axis++) {
        possible &= step[axis] == 0 || pair.hasAxis(axis);
      }
      if (possible && moved > 0 && moved <= most) {
        steps.add(step);
      }
    }
    return steps.toArray(int[][]::new);
  }
}
