package org.cirr.metrics.radiomics.feature;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Volume and area of the convex hull of points with whole coordinates. */
final class ConvexHull {
  /*
   * Incremental: a point outside removes the faces that see it and closes the hole with a fan.
   * Coordinates are half voxels, so all orientation tests are exact in long.
   */
  private final int[][] points;
  private final List<int[]> faces = new ArrayList<>(); // three points, counter-clockwise outside

  private ConvexHull(int[][] points) {
    this.points = points;
  }

  /**
   * The hull's volume and area.
   *
   * <p><b>Edge cases</b>: points in one plane have volume and area NaN.
   *
   * @param scale mm per unit, per axis
   */
  static double[] volumeAndArea(int[][] points, double[] scale) {
    ConvexHull hull = new ConvexHull(points);
    if (!hull.start()) {
      return new double[] {Double.NaN, Double.NaN};
    }
    for (int p = 0; p < points.length; p++) {
      hull.add(p);
    }
    double volume = 0;
    double area = 0;
    for (int[] face : hull.faces) {
      double[][] v = new double[3][3];
      for (int k = 0; k < 3; k++) {
        for (int axis = 0; axis < 3; axis++) {
          v[k][axis] = points[face[k]][axis] * scale[axis];
        }
      }
      double[] a = {v[1][0] - v[0][0], v[1][1] - v[0][1], v[1][2] - v[0][2]};
      double[] b = {v[2][0] - v[0][0], v[2][1] - v[0][1], v[2][2] - v[0][2]};
      double[] n = MarchingCubes.cross(a, b);
      area += Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]) / 2;
      volume += (n[0] * v[0][0] + n[1] * v[0][1] + n[2] * v[0][2]) / 6;
    }
    return new double[] {Math.abs(volume), area};
  }

  /** A tetrahedron of four points that are not in one plane. */
  private boolean start() {
    for (int b = 1; b < points.length; b++) {
      for (int c = b + 1; c < points.length; c++) {
        if (isLine(0, b, c)) {
          continue;
        }
        for (int d = 1; d < points.length; d++) {
          long side = side(0, b, c, d);
          if (side != 0) {
            boolean outside = side > 0;
            faces.add(outside ? new int[] {0, c, b} : new int[] {0, b, c});
            faces.add(outside ? new int[] {0, b, d} : new int[] {0, d, b});
            faces.add(outside ? new int[] {b, c, d} : new int[] {b, d, c});
            faces.add(outside ? new int[] {c, 0, d} : new int[] {c, d, 0});
            return true;
          }
        }
        return false;
      }
    }
    return false;
  }

  private void add(int p) {
    Map<Long, int[]> edges = new HashMap<>();
    boolean seen = false;
    for (int[] face : faces) {
      if (side(face[0], face[1], face[2], p) > 0) {
        seen = true;
        for (int k = 0; k < 3; k++) {
          int from = face[k];
          int to = face[(k + 1) % 3];
          // An edge between two removed faces occurs in both directions and goes.
          if (edges.remove((long) to << 32 | from) == null) {
            edges.put((long) from << 32 | to, new int[] {from, to});
          }
        }
      }
    }
    if (seen) {
      faces.removeIf(face -> side(face[0], face[1], face[2], p) > 0);
      edges.values().forEach(edge -> faces.add(new int[] {edge[0], edge[1], p}));
    }
  }

  private boolean isLine(int a, int b, int c) {
    long[] n = normal(a, b, c);
    return n[0] == 0 && n[1] == 0 && n[2] == 0;
  }

  private long[] normal(int a, int b, int c) {
    long[] u = minus(b, a);
    long[] v = minus(c, a);
    return new long[] {
      u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]
    };
  }

  /** Above 0 where d is on the side that the face's normal points to. */
  private long side(int a, int b, int c, int d) {
    long[] n = normal(a, b, c);
    long[] w = minus(d, a);
    return n[0] * w[0] + n[1] * w[1] + n[2] * w[2];
  }

  private long[] minus(int a, int b) {
    int[] p = points[a];
    int[] q = points[b];
    return new long[] {p[0] - q[0], p[1] - q[1], p[2] - q[2]};
  }
}
