package org.cirr.metrics.radiomics.feature;

import java.util.ArrayList;
import java.util.List;

/**
 * The triangles that separate the inside from the outside corners of a cube, for all 256 cases.
 *
 * <p>Corner k of a cube lies at {@link #CORNERS}[k] (z, y, x), and bit k of a case says that it is
 * inside. Vertices are the midpoints of edges.
 *
 * <p><b>Source</b>: Lorensen and Cline 1987. The choices that the paper leaves open (ambiguous
 * faces, how a polygon is cut into triangles) are made so that volume and area are pyradiomics'.
 */
final class MarchingCubes {
  /*
   * The table is derived, not typed in. (1) On every face of the cube the crossed edges are joined;
   * a face with four crossings separates its inside corners. (2) The segments are traced to closed
   * loops. (3) A loop is cut into a fan from the vertex that gives the largest area in the unit
   * cube; loops of seven use the vertex on their axis of symmetry. (4) A case with corner 7 inside
   * is the complement's, turned inside out.
   */
  static final int[][] CORNERS = {
    {0, 0, 0}, {0, 0, 1}, {0, 1, 1}, {0, 1, 0}, {1, 0, 0}, {1, 0, 1}, {1, 1, 1}, {1, 1, 0}
  };
  static final int[][] EDGES = {
    {0, 1}, {1, 2}, {2, 3}, {3, 0}, {4, 5}, {5, 6}, {6, 7}, {7, 4}, {0, 4}, {1, 5}, {2, 6}, {3, 7}
  };

  /** The corners of each face in order around it. */
  private static final int[][] FACES = {
    {0, 1, 2, 3}, {4, 5, 6, 7}, {0, 1, 5, 4}, {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}
  };

  /** Case and fan vertex (an edge) of the loops of seven. */
  private static final int[][] SEVENS = {
    {61, 0}, {62, 0}, {87, 9}, {93, 11}, {107, 1}, {109, 1}, {117, 9}, {121, 7}, {124, 6}
  };

  /** Per case the triangles, three edges each, counter-clockwise when seen from outside. */
  static final int[][][] TRIANGLES = table();

  private MarchingCubes() {}

  private static int[][][] table() {
    int[][][] triangles = new int[256][][];
    for (int inside = 0; inside < 128; inside++) {
      triangles[inside] = triangles(inside);
      int[][] turned = new int[triangles[inside].length][];
      for (int t = 0; t < turned.length; t++) {
        int[] from = triangles[inside][t];
        turned[t] = new int[] {from[0], from[2], from[1]};
      }
      triangles[255 - inside] = turned;
    }
    return triangles;
  }

  private static int[][] triangles(int inside) {
    int[] next = segments(inside);
    boolean[] done = new boolean[12];
    List<int[]> triangles = new ArrayList<>();
    for (int edge = 0; edge < 12; edge++) {
      if (next[edge] < 0 || done[edge]) {
        continue;
      }
      List<Integer> loop = new ArrayList<>();
      for (int at = edge; !done[at]; at = next[at]) {
        done[at] = true;
        loop.add(at);
      }
      addFan(inside, loop, triangles);
    }
    return triangles.toArray(int[][]::new);
  }

  /**
   * For each crossed edge the one that follows on its loop; −1 for an edge that is not crossed.
   *
   * <p>On a face seen from outside the cube, a segment runs so that the inside corners lie on its
   * left; that makes every loop counter-clockwise seen from outside the region.
   */
  private static int[] segments(int inside) {
    int[] next = new int[12];
    java.util.Arrays.fill(next, -1);
    for (int[] around : FACES) {
      int[] face = outwards(around);
      for (int k = 0; k < 4; k++) {
        // An edge that goes from outside to inside, counter-clockwise, ends a segment that begins
        // where the inside corners that follow give way to an outside one again.
        if (!has(inside, face[k]) && has(inside, face[(k + 1) % 4])) {
          int last = k + 1;
          while (has(inside, face[(last + 1) % 4])) {
            last++;
          }
          int enter = edge(face[k], face[(k + 1) % 4]);
          int leave = edge(face[last % 4], face[(last + 1) % 4]);
          next[enter] = leave;
        }
      }
    }
    return next;
  }

  /** The corners of a face, counter-clockwise when seen from outside the cube. */
  private static int[] outwards(int[] face) {
    double[] normal =
        cross(minus(corner(face[1]), corner(face[0])), minus(corner(face[2]), corner(face[0])));
    double[] out = minus(corner(face[0]), new double[] {0.5, 0.5, 0.5});
    double side = normal[0] * out[0] + normal[1] * out[1] + normal[2] * out[2];
    return side > 0 ? face : new int[] {face[3], face[2], face[1], face[0]};
  }

  private static void addFan(int inside, List<Integer> loop, List<int[]> triangles) {
    int best = 0;
    double bestArea = -1;
    for (int start = 0; start < loop.size(); start++) {
      double area = 0;
      for (int[] triangle : fan(loop, start)) {
        area += area(triangle);
      }
      if (area > bestArea + 1e-9) {
        bestArea = area;
        best = start;
      }
    }
    for (int[] seven : SEVENS) {
      if (seven[0] == inside) {
        best = loop.indexOf(seven[1]);
      }
    }
    triangles.addAll(fan(loop, best));
  }

  private static List<int[]> fan(List<Integer> loop, int start) {
    int n = loop.size();
    List<int[]> fan = new ArrayList<>();
    for (int k = 1; k < n - 1; k++) {
      fan.add(
          new int[] {loop.get(start), loop.get((start + k) % n), loop.get((start + k + 1) % n)});
    }
    return fan;
  }

  private static double area(int[] triangle) {
    double[] a = vertex(triangle[0]);
    double[] n = cross(minus(vertex(triangle[1]), a), minus(vertex(triangle[2]), a));
    return 0.5 * Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
  }

  /** The midpoint of an edge in the unit cube, (z, y, x). */
  static double[] vertex(int edge) {
    double[] a = corner(EDGES[edge][0]);
    double[] b = corner(EDGES[edge][1]);
    return new double[] {(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2};
  }

  private static int edge(int a, int b) {
    for (int e = 0; e < 12; e++) {
      if (EDGES[e][0] == a && EDGES[e][1] == b || EDGES[e][0] == b && EDGES[e][1] == a) {
        return e;
      }
    }
    throw new IllegalStateException("no edge joins corners " + a + " and " + b);
  }

  private static boolean has(int inside, int corner) {
    return (inside >> corner & 1) != 0;
  }

  private static double[] corner(int k) {
    return new double[] {CORNERS[k][0], CORNERS[k][1], CORNERS[k][2]};
  }

  private static double[] minus(double[] a, double[] b) {
    return new double[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
  }

  static double[] cross(double[] a, double[] b) {
    return new double[] {
      a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]
    };
  }
}
