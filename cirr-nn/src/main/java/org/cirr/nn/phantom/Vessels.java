package org.cirr.nn.phantom;

import java.util.ArrayList;
import java.util.List;
import org.cirr.nn.random.Draws;

/**
 * The trees of the portal and hepatic veins: tapering tubes, found through a grid of cells.
 *
 * <p>A branch grows towards a target, bends a little at each step, and gives off smaller branches
 * until its radius is below {@link #LEAST_RADIUS_MM}.
 */
final class Vessels {
  private static final double CELL_MM = 12;
  private static final double LEAST_RADIUS_MM = 0.9;
  private static final int MOST_TUBES = 20_000;
  private static final int CELLS = 40; // per axis, about the centre: 480 mm

  private final List<double[]> tubes = new ArrayList<>(); // x y z, x y z, radius
  private final int[][] near = new int[CELLS * CELLS * CELLS][];

  /**
   * The trees of the liver of {@link Anatomy}.
   *
   * @param scale of the hepatic veins' radii
   * @param portalWidth of the radii of the portal vein and its branches
   */
  static Vessels of(Draws draws, double scale, double portalWidth) {
    Vessels vessels = new Vessels();
    double[] cava = {-18, 18, 88};
    double[][] veins = {{-118, 8, 38}, {-62, -52, 40}, {28, -58, 52}, {-100, 45, 55}};
    for (double[] target : veins) {
      vessels.grow(draws, cava, direction(cava, target), 5.6 * scale, 4);
    }
    double[] hilum = {-32, -8, 26};
    double[] junction = {8, 2, 6};
    vessels.add(junction, hilum, 6.5 * portalWidth);
    double[][] portal = {{-112, 12, 12}, {-100, -32, 62}, {-92, 42, 62}, {24, -46, 50}};
    for (double[] target : portal) {
      vessels.grow(draws, hilum, direction(hilum, target), 5.6 * portalWidth, 4);
    }
    vessels.index();
    return vessels;
  }

  private static double[] direction(double[] from, double[] to) {
    double[] d = {to[0] - from[0], to[1] - from[1], to[2] - from[2]};
    double length = Math.sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    return new double[] {d[0] / length, d[1] / length, d[2] / length};
  }

  private void grow(Draws draws, double[] start, double[] heading, double radius, int depth) {
    double[] at = start.clone();
    double[] h = heading.clone();
    double r = radius;
    double step = 9;
    for (int i = 0; i < 14 && r > LEAST_RADIUS_MM && tubes.size() < MOST_TUBES; i++) {
      double[] next = {at[0] + step * h[0], at[1] + step * h[1], at[2] + step * h[2]};
      add(at, next, r);
      if (depth > 0 && i > 0 && draws.chance(0.6)) {
        grow(draws, next, turned(draws, h, 0.75), r * draws.uniform(0.5, 0.72), depth - 1);
      }
      h = turned(draws, h, 0.16);
      at = next;
      r *= 0.91;
    }
  }

  private static double[] turned(Draws draws, double[] h, double by) {
    double[] d = {
      h[0] + by * draws.normal(), h[1] + by * draws.normal(), h[2] + by * draws.normal()
    };
    return direction(new double[3], d);
  }

  private void add(double[] a, double[] b, double radius) {
    tubes.add(new double[] {a[0], a[1], a[2], b[0], b[1], b[2], radius});
  }

  /** Notes in each cell which tubes reach it. */
  private void index() {
    List<List<Integer>> cells = new ArrayList<>();
    for (int i = 0; i < near.length; i++) {
      cells.add(null);
    }
    for (int t = 0; t < tubes.size(); t++) {
      double[] tube = tubes.get(t);
      int[] low = new int[3];
      int[] high = new int[3];
      for (int axis = 0; axis < 3; axis++) {
        low[axis] = cell(Math.min(tube[axis], tube[axis + 3]) - tube[6]);
        high[axis] = cell(Math.max(tube[axis], tube[axis + 3]) + tube[6]);
      }
      for (int z = low[2]; z <= high[2]; z++) {
        for (int y = low[1]; y <= high[1]; y++) {
          for (int x = low[0]; x <= high[0]; x++) {
            int cell = (z * CELLS + y) * CELLS + x;
            if (cells.get(cell) == null) {
              cells.set(cell, new ArrayList<>());
            }
            cells.get(cell).add(t);
          }
        }
      }
    }
    for (int i = 0; i < near.length; i++) {
      List<Integer> list = cells.get(i);
      near[i] = list == null ? new int[0] : list.stream().mapToInt(Integer::intValue).toArray();
    }
  }

  private static int cell(double mm) {
    return Math.min(CELLS - 1, Math.max(0, (int) Math.floor(mm / CELL_MM) + CELLS / 2));
  }

  /** Whether a point lies in a vessel. */
  boolean contains(double x, double y, double z) {
    for (int t : near[(cell(z) * CELLS + cell(y)) * CELLS + cell(x)]) {
      double[] tube = tubes.get(t);
      double dx = tube[3] - tube[0];
      double dy = tube[4] - tube[1];
      double dz = tube[5] - tube[2];
      double px = x - tube[0];
      double py = y - tube[1];
      double pz = z - tube[2];
      double along = (px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz);
      double s = Math.min(1, Math.max(0, along));
      double ex = px - s * dx;
      double ey = py - s * dy;
      double ez = pz - s * dz;
      if (ex * ex + ey * ey + ez * ez < tube[6] * tube[6]) {
        return true;
      }
    }
    return false;
  }
}
