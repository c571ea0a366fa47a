package org.cirr.metrics.distance;

import org.cirr.metrics.MaskPair;
import org.cirr.parallel.Workers;

/**
 * The corners of the voxel grid around a pair of masks, and which of the eight voxels around each
 * corner are in a mask.
 *
 * <p>Corner (z, y, x) lies between voxels z − 1 and z, and so on; along an axis that the image does
 * not have there is one corner per voxel, and codes have four bits instead of eight.
 */
final class SurfelGrid {
  /*
   * The masks are cut to the box that holds both, and what is outside is empty. So the corners at
   * the box's sides see the mask end there, at the image border too: the surface is closed.
   */
  private final int depth;
  private final int height;
  private final int width;
  private final byte[] referenceCodes;
  private final byte[] predictionCodes;
  private final byte[] border;
  private final double[] areas;

  private SurfelGrid(int depth, int height, int width, double[] areas) {
    this.depth = depth;
    this.height = height;
    this.width = width;
    this.areas = areas;
    int length = SquaredDistances.arrayLength(depth, height, width);
    referenceCodes = new byte[length];
    predictionCodes = new byte[length];
    border = new byte[length];
  }

  static SurfelGrid of(MaskPair pair, Workers workers) {
    MaskPair.Box box = pair.box();
    int deeper = pair.hasAxis(0) ? 1 : 0;
    int higher = pair.hasAxis(1) ? 1 : 0;
    int wider = pair.hasAxis(2) ? 1 : 0;
    SurfelGrid grid =
        new SurfelGrid(
            box.depth() + deeper, box.height() + higher, box.width() + wider, SurfelAreas.of(pair));
    workers.forEach(grid.depth, z -> grid.slice(pair, deeper, higher, wider, z));
    return grid;
  }

  private void slice(MaskPair pair, int deeper, int higher, int wider, int z) {
    MaskPair.Box box = pair.box();
    byte[] mask = pair.bits();
    int full = areas.length - 1;
    int[] rows = new int[(deeper + 1) * (higher + 1)];
    for (int y = 0; y < height; y++) {
      for (int dz = 0, i = 0; dz <= deeper; dz++) {
        for (int dy = 0; dy <= higher; dy++, i++) {
          int atZ = z + dz - deeper;
          int atY = y + dy - higher;
          boolean inside = atZ >= 0 && atZ < box.depth() && atY >= 0 && atY < box.height();
          rows[i] = inside ? (atZ * box.height() + atY) * box.width() : -1;
        }
      }
      int to = (z * height + y) * width;
      int reference = 0; // the voxels of the column before; each bit has a place free to its right
      int prediction = 0;
      for (int x = 0; x < width; x++, to++) {
        int nextReference = 0;
        int nextPrediction = 0;
        for (int row : rows) {
          int bits = row < 0 || x >= box.width() ? 0 : mask[row + x];
          nextReference = nextReference << (1 + wider) | bits & MaskPair.REFERENCE;
          nextPrediction = nextPrediction << (1 + wider) | bits >> 1;
        }
        set(to, reference << 1 | nextReference, prediction << 1 | nextPrediction, full);
        reference = wider * nextReference;
        prediction = wider * nextPrediction;
      }
    }
  }

  private void set(int index, int reference, int prediction, int full) {
    referenceCodes[index] = (byte) reference;
    predictionCodes[index] = (byte) prediction;
    border[index] =
        (byte)
            ((reference != 0 && reference != full ? MaskPair.REFERENCE : 0)
                | (prediction != 0 && prediction != full ? MaskPair.PREDICTION : 0));
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

  /** The masks whose surface has an element at each corner. */
  byte[] border() {
    return border;
  }

  /** The area of the element of a mask at a corner. */
  double area(int index, int bit) {
    return areas[(bit == MaskPair.REFERENCE ? referenceCodes : predictionCodes)[index] & 0xff];
  }
}
