package org.cirr.nn.phantom;

import org.cirr.nn.random.Draws;

/**
 * Bowel: a piece of a loop in each cell of a grid, each with its own place, direction, width and
 * content.
 */
final class BowelLoops {
  private static final double CELL = 30;
  private static final double HALF_LENGTH = 17;
  private static final int VALUES = 7; // x y z radius, and the direction
  private static final int HALF = 8;
  private static final int SIDE = 2 * HALF + 1;
  private static final Tissue[] CONTENTS = {
    Tissue.BOWEL_FLUID, Tissue.BOWEL_CONTENT, Tissue.BOWEL_CONTENT, Tissue.GAS
  };

  private final double[] places = new double[SIDE * SIDE * SIDE * VALUES];
  private final Tissue[] contents = new Tissue[SIDE * SIDE * SIDE];

  /**
   * @param share how many of the cells have a loop, 0 to 1; the others are fat
   */
  BowelLoops(long seed, double share) {
    Draws draws = Draws.of(seed);
    Draws kept = Draws.of(seed, 1);
    for (int i = 0; i < contents.length; i++) {
      int x = i % SIDE - HALF;
      int y = i / SIDE % SIDE - HALF;
      int z = i / SIDE / SIDE - HALF;
      int at = VALUES * i;
      places[at] = (x + draws.uniform(0.25, 0.75)) * CELL;
      places[at + 1] = (y + draws.uniform(0.25, 0.75)) * CELL;
      places[at + 2] = (z + draws.uniform(0.25, 0.75)) * CELL;
      places[at + 3] = draws.uniform(8, 15);
      double angle = draws.uniform(0, 2 * Math.PI);
      double up = draws.uniform(-0.6, 0.6);
      places[at + 4] = Math.cos(angle) * Math.sqrt(1 - up * up);
      places[at + 5] = Math.sin(angle) * Math.sqrt(1 - up * up);
      places[at + 6] = up;
      Tissue content = CONTENTS[draws.below(CONTENTS.length)];
      contents[i] = kept.chance(share) ? content : null;
    }
  }

  /**
   * The tissue at a point of the abdominal cavity.
   *
   * @param bump a smooth random number of deviation 1
   */
  Tissue at(double x, double y, double z, double bump) {
    int cx = (int) Math.floor(x / CELL);
    int cy = (int) Math.floor(y / CELL);
    int cz = (int) Math.floor(z / CELL);
    double nearest = Double.POSITIVE_INFINITY;
    int which = -1;
    for (int dz = -1; dz <= 1; dz++) {
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          int i = index(cx + dx, cy + dy, cz + dz);
          if (contents[i] == null) {
            continue;
          }
          int at = VALUES * i;
          double ex = x - places[at];
          double ey = y - places[at + 1];
          double ez = z - places[at + 2];
          double reach = HALF_LENGTH + places[at + 3];
          if (ex * ex + ey * ey + ez * ez > reach * reach) {
            continue;
          }
          double along = ex * places[at + 4] + ey * places[at + 5] + ez * places[at + 6];
          double on = Math.min(HALF_LENGTH, Math.max(-HALF_LENGTH, along));
          double off = ex * ex + ey * ey + ez * ez - 2 * along * on + on * on;
          double level = Math.sqrt(Math.max(0, off)) - places[at + 3];
          if (level < nearest) {
            nearest = level;
            which = i;
          }
        }
      }
    }
    if (which < 0) {
      return Tissue.FAT;
    }
    nearest += 1.5 * bump; // folds
    if (nearest > 0) {
      return Tissue.FAT;
    }
    return nearest > -2 ? Tissue.BOWEL_WALL : contents[which];
  }

  private static int index(int x, int y, int z) {
    int ix = Math.min(HALF, Math.max(-HALF, x)) + HALF;
    int iy = Math.min(HALF, Math.max(-HALF, y)) + HALF;
    int iz = Math.min(HALF, Math.max(-HALF, z)) + HALF;
    return (iz * SIDE + iy) * SIDE + ix;
  }
}
