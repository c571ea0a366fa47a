package org.cirr.metrics.distance;

import java.util.ArrayList;
import java.util.List;
import org.cirr.metrics.Connectivity;
import org.cirr.metrics.MaskPair;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/** Marks the surface voxels of both masks of a pair. */
final class SurfaceVoxels {
  private final MaskPair pair;
  private final SurfaceRule rule;
  private final MaskPair.Box box;
  private final byte[] mask;
  private final int[][] steps; // dz, dy, dx of each neighbour
  private final int[] offsets;

  private SurfaceVoxels(MaskPair pair, SurfaceRule rule) {
    this.pair = pair;
    this.rule = rule;
    box = pair.box();
    mask = pair.bits();
    steps = steps(pair, rule.neighbours());
    offsets = new int[steps.length];
    for (int i = 0; i < steps.length; i++) {
      offsets[i] = (steps[i][0] * box.height() + steps[i][1]) * box.width() + steps[i][2];
    }
  }

  /** One byte per voxel of the box: the pair's bits, set on the surface only. */
  static byte[] of(MaskPair pair, SurfaceRule rule, Workers workers) {
    SurfaceVoxels surface = new SurfaceVoxels(pair, rule);
    byte[] bits = new byte[surface.mask.length];
    workers.forEach(pair.box().depth(), z -> surface.slice(z, bits));
    return bits;
  }

  private void slice(int z, byte[] bits) {
    boolean inner = z > 0 && z < box.depth() - 1 || !pair.hasAxis(0);
    for (int y = 0; y < box.height(); y++) {
      boolean innerRow = inner && (y > 0 && y < box.height() - 1 || !pair.hasAxis(1));
      int row = (z * box.height() + y) * box.width();
      for (int x = 0; x < box.width(); x++) {
        int here = mask[row + x];
        if (here == 0) {
          continue;
        }
        boolean innerVoxel = innerRow && (x > 0 && x < box.width() - 1 || !pair.hasAxis(2));
        int inside = innerVoxel ? inside(row + x, here) : insideAtEdge(z, y, x, here);
        bits[row + x] = (byte) (here & ~inside);
      }
    }
  }

  /** The bits that all neighbours have too. */
  private int inside(int index, int here) {
    int all = here;
    for (int offset : offsets) {
      all &= mask[index + offset];
      if (all == 0) {
        break;
      }
    }
    return all;
  }

  /**
   * The same at the edge of the box, where some neighbours are outside it, or outside the image.
   */
  private int insideAtEdge(int z, int y, int x, int here) {
    Shape image = pair.geometry().shape();
    int all = here;
    for (int[] step : steps) {
      int atZ = z + step[0];
      int atY = y + step[1];
      int atX = x + step[2];
      boolean inBox =
          atZ >= 0
              && atZ < box.depth()
              && atY >= 0
              && atY < box.height()
              && atX >= 0
              && atX < box.width();
      if (inBox) {
        all &= mask[(atZ * box.height() + atY) * box.width() + atX];
        continue;
      }
      boolean inImage =
          isIn(box.z() + atZ, image.dim(0))
              && isIn(box.y() + atY, image.dim(1))
              && isIn(box.x() + atX, image.dim(2));
      if (inImage || rule.imageBorder()) {
        return 0;
      }
    }
    return all;
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
