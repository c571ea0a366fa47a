package org.cirr.metrics.radiomics.feature;

import java.util.Arrays;
import org.cirr.volume.Spacing;

/**
 * The largest distances between the vertices of a mesh.
 *
 * @param all between any two vertices
 * @param slice between two vertices with the same z
 * @param column between two vertices with the same y
 * @param row between two vertices with the same x
 */
record Diameters(double all, double slice, double column, double row) {
  /*
   * Vertices are the midpoints of voxel edges that cross the surface; in half voxels they are whole
   * numbers. pyradiomics compares all pairs, which is 96 to 99.9 % of its time for shape (arXiv
   * 2510.02894). The farthest pair of a set lies on its convex hull, so each plane is reduced to its
   * 2D hull first: that gives the planes' own diameters, and for the whole only points are left
   * that are on the hull of all three planes through them. What is left is compared from the
   * outside in, and a pair is skipped when the distances to the centre say that it cannot win. The
   * result is exact.
   */
  static Diameters of(boolean[] inside, int[] shape, Spacing spacing) {
    int[][] vertices = vertices(inside, shape); // z, y, x in half voxels, from −1 on
    double[] scale = {spacing.z() / 2, spacing.y() / 2, spacing.x() / 2};
    double[] planar = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      int[][][] hulls = hulls(vertices, axis);
      for (int[][] hull : hulls) {
        planar[axis] = Math.max(planar[axis], farthest(hull, scale));
      }
    }
    return new Diameters(
        Math.sqrt(farthest(outermost(inside, shape), scale)),
        Math.sqrt(planar[0]),
        Math.sqrt(planar[1]),
        Math.sqrt(planar[2]));
  }

  /** The mesh's vertices that lie on the hulls of all three planes through them, in half voxels. */
  static int[][] outermost(boolean[] inside, int[] shape) {
    int[][] left = vertices(inside, shape);
    for (int axis = 0; axis < 3; axis++) {
      left = Arrays.stream(hulls(left, axis)).flatMap(Arrays::stream).toArray(int[][]::new);
    }
    return left;
  }

  private static int[][] vertices(boolean[] inside, int[] shape) {
    java.util.List<int[]> found = new java.util.ArrayList<>();
    int[] strides = {shape[1] * shape[2], shape[2], 1};
    for (int z = 0, at = 0; z < shape[0]; z++) {
      for (int y = 0; y < shape[1]; y++) {
        for (int x = 0; x < shape[2]; x++, at++) {
          if (!inside[at]) {
            continue;
          }
          int[] place = {z, y, x};
          for (int axis = 0; axis < 3; axis++) {
            if (place[axis] == 0 || !inside[at - strides[axis]]) {
              found.add(moved(place, axis, -1));
            }
            if (place[axis] == shape[axis] - 1 || !inside[at + strides[axis]]) {
              found.add(moved(place, axis, 1));
            }
          }
        }
      }
    }
    return found.toArray(int[][]::new);
  }

  private static int[] moved(int[] place, int axis, int half) {
    int[] vertex = {2 * place[0], 2 * place[1], 2 * place[2]};
    vertex[axis] += half;
    return vertex;
  }

  /** The convex hulls of the points of each plane across an axis. */
  private static int[][][] hulls(int[][] points, int axis) {
    int u = axis == 0 ? 1 : 0;
    int v = axis == 2 ? 1 : 2;
    long[] keys = new long[points.length]; // plane, u, v: sorted as numbers, not as objects
    for (int i = 0; i < keys.length; i++) {
      int[] p = points[i];
      keys[i] = (p[axis] + 1L) << 42 | (p[u] + 1L) << 21 | (p[v] + 1L);
    }
    Arrays.sort(keys);
    int[][] sorted = new int[keys.length][3];
    for (int i = 0; i < keys.length; i++) {
      sorted[i][axis] = (int) (keys[i] >> 42) - 1;
      sorted[i][u] = (int) (keys[i] >> 21 & 0x1fffff) - 1;
      sorted[i][v] = (int) (keys[i] & 0x1fffff) - 1;
    }
    java.util.List<int[][]> hulls = new java.util.ArrayList<>();
    for (int from = 0, to; from < sorted.length; from = to) {
      to = from + 1;
      while (to < sorted.length && sorted[to][axis] == sorted[from][axis]) {
        to++;
      }
      hulls.add(hull(Arrays.copyOfRange(sorted, from, to), u, v));
    }
    return hulls.toArray(int[][][]::new);
  }

  /** Andrew's monotone chain; the points are sorted. */
  private static int[][] hull(int[][] sorted, int u, int v) {
    if (sorted.length < 3) {
      return sorted;
    }
    int[][] hull = new int[2 * sorted.length][];
    int size = 0;
    for (int pass = 0; pass < 2; pass++) {
      int floor = size + 1;
      for (int i = 0; i < sorted.length; i++) {
        int[] point = sorted[pass == 0 ? i : sorted.length - 1 - i];
        while (size > floor && !leftTurn(hull[size - 2], hull[size - 1], point, u, v)) {
          size--;
        }
        hull[size++] = point;
      }
      size--; // the last point begins the other chain
    }
    return Arrays.copyOf(hull, Math.max(1, size));
  }

  private static boolean leftTurn(int[] a, int[] b, int[] c, int u, int v) {
    return (long) (b[u] - a[u]) * (c[v] - a[v]) - (long) (b[v] - a[v]) * (c[u] - a[u]) > 0;
  }

  /** The largest squared distance in mm². */
  private static double farthest(int[][] points, double[] scale) {
    double[] centre = new double[3];
    for (int[] point : points) {
      for (int axis = 0; axis < 3; axis++) {
        centre[axis] += point[axis] * scale[axis] / points.length;
      }
    }
    double[] radius = new double[points.length];
    Integer[] order = new Integer[points.length];
    for (int i = 0; i < points.length; i++) {
      order[i] = i;
      double squares = 0;
      for (int axis = 0; axis < 3; axis++) {
        double d = points[i][axis] * scale[axis] - centre[axis];
        squares += d * d;
      }
      radius[i] = Math.sqrt(squares);
    }
    Arrays.sort(order, (a, b) -> Double.compare(radius[b], radius[a]));
    double best = 0;
    double reach = 0; // √best with a little room for rounding
    for (int i = 0; i < order.length && 2 * radius[order[i]] >= reach; i++) {
      int[] a = points[order[i]];
      for (int j = i + 1; j < order.length && radius[order[i]] + radius[order[j]] >= reach; j++) {
        int[] b = points[order[j]];
        double z = (a[0] - b[0]) * scale[0];
        double y = (a[1] - b[1]) * scale[1];
        double x = (a[2] - b[2]) * scale[2];
        double squared = z * z + y * y + x * x;
        if (squared > best) {
          best = squared;
          reach = Math.sqrt(best) * (1 - 1e-12);
        }
      }
    }
    return best;
  }
}
