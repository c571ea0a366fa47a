package org.cirr.metrics.distance;

import java.util.ArrayList;
import java.util.List;
import org.cirr.metrics.MaskPair;
import org.cirr.volume.Spacing;

/**
 * The area of the surface inside the cube between eight voxel centres, for each of the 256 ways in
 * which the voxels can be in the mask or out of it; in 2D the length of the contour for 16 ways.
 *
 * <p>The first bit of a code is the voxel with the smallest indices, the last one that with the
 * largest; x runs fastest.
 */
final class SurfelAreas {
  /*
   * No table is stored: the triangles follow from rules (specs/metrics-radiomics.md, section E).
   *
   * 1. A code with the corner (z 1, y 1, x 0) inside has the area of its complement.
   * 2. The surface crosses an edge of the cube in its middle when one end is inside and one outside.
   * 3. On each face of the cube the crossings are joined. Where a face has four of them, each of
   *    its two inside corners is cut off on its own.
   * 4. These segments make closed loops of three to seven crossings. A loop is triangulated as a
   *    fan from the crossing that gives the largest area in the unit cube; a loop of seven from its
   *    symmetry point, the only one whose fan has an area that no other has.
   *
   * The rules give the areas of DeepMind's table and of pyradiomics' mesh.
   */

  /** Corners (z, y, x), in the order in which rule 1 and 3 are easiest to state. */
  private static final int[][] CORNERS = {
    {0, 0, 0}, {0, 0, 1}, {0, 1, 1}, {0, 1, 0}, {1, 0, 0}, {1, 0, 1}, {1, 1, 1}, {1, 1, 0}
  };

  private static final int[][] EDGES = {
    {0, 1}, {1, 2}, {2, 3}, {3, 0}, {4, 5}, {5, 6}, {6, 7}, {7, 4}, {0, 4}, {1, 5}, {2, 6}, {3, 7}
  };

  /** The corners around each face. */
  private static final int[][] FACES = {
    {0, 1, 2, 3}, {4, 5, 6, 7}, {0, 1, 5, 4}, {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}
  };

  private static final double SAME = 1e-9;

  private SurfelAreas() {}

  /** The areas by code, for the axes that the image has. */
  static double[] of(MaskPair pair) {
    Spacing spacing = pair.spacing();
    double[] steps = spacing.toArray();
    int axes = 0;
    double[] used = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      if (pair.hasAxis(axis)) {
        used[axes++] = steps[axis];
      }
    }
    return switch (axes) {
      case 3 -> areas(spacing);
      case 2 -> lengths(used[0], used[1]);
      default -> new double[] {0, 1, 1, 0};
    };
  }

  private static double[] areas(Spacing spacing) {
    double[] areas = new double[256];
    for (int code = 1; code < 255; code++) {
      int corners = 0;
      for (int corner = 0; corner < 8; corner++) {
        int[] at = CORNERS[corner];
        int place = 7 - (at[0] * 4 + at[1] * 2 + at[2]);
        corners |= (code >> place & 1) << corner;
      }
      areas[code] = area((corners & 0x80) != 0 ? ~corners & 0xff : corners, spacing);
    }
    return areas;
  }

  private static double area(int corners, Spacing spacing) {
    double area = 0;
    for (List<Integer> loop : loops(corners)) {
      int start = loop.size() < 5 ? 0 : loop.size() < 7 ? largest(loop) : unpaired(loop);
      area += fan(loop, start, spacing.toArray());
    }
    return area;
  }

  /** The closed loops of crossed edges. */
  private static List<List<Integer>> loops(int corners) {
    int[][] next = new int[EDGES.length][];
    for (int[] face : FACES) {
      joinOnFace(face, corners, next);
    }
    List<List<Integer>> loops = new ArrayList<>();
    boolean[] seen = new boolean[EDGES.length];
    for (int start = 0; start < EDGES.length; start++) {
      if (next[start] == null || seen[start]) {
        continue;
      }
      List<Integer> loop = new ArrayList<>();
      int before = -1;
      int at = start;
      while (!seen[at]) {
        seen[at] = true;
        loop.add(at);
        int step = next[at][0] == before ? next[at][1] : next[at][0];
        before = at;
        at = step;
      }
      loops.add(loop);
    }
    return loops;
  }

  private static void joinOnFace(int[] face, int corners, int[][] next) {
    int inside = 0;
    for (int i = 0; i < 4; i++) {
      inside |= (corners >> face[i] & 1) << i;
    }
    boolean diagonal = inside == 0b0101 || inside == 0b1010;
    List<Integer> crossed = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int j = (i + 1) % 4;
      if ((inside >> i & 1) != (inside >> j & 1)) {
        crossed.add(edge(face[i], face[j]));
      }
      if (diagonal && (inside >> i & 1) != 0) {
        join(next, edge(face[(i + 3) % 4], face[i]), edge(face[i], face[j]));
      }
    }
    if (crossed.size() == 2) {
      join(next, crossed.get(0), crossed.get(1));
    }
  }

  private static int edge(int a, int b) {
    for (int edge = 0; edge < EDGES.length; edge++) {
      if (EDGES[edge][0] == a && EDGES[edge][1] == b
          || EDGES[edge][0] == b && EDGES[edge][1] == a) {
        return edge;
      }
    }
    throw new IllegalStateException("no edge between the corners " + a + " and " + b);
  }

  private static void join(int[][] next, int a, int b) {
    next[a] = next[a] == null ? new int[] {b, b} : new int[] {next[a][0], b};
    next[b] = next[b] == null ? new int[] {a, a} : new int[] {next[b][0], a};
  }

  private static int largest(List<Integer> loop) {
    int best = 0;
    for (int start = 1; start < loop.size(); start++) {
      if (unitFan(loop, start) > unitFan(loop, best) + SAME) {
        best = start;
      }
    }
    return best;
  }

  private static int unpaired(List<Integer> loop) {
    for (int start = 0; start < loop.size(); start++) {
      boolean alone = true;
      for (int other = 0; other < loop.size(); other++) {
        alone &= other == start || Math.abs(unitFan(loop, start) - unitFan(loop, other)) > SAME;
      }
      if (alone) {
        return start;
      }
    }
    return 0;
  }

  private static double unitFan(List<Integer> loop, int start) {
    return fan(loop, start, new double[] {1, 1, 1});
  }

  private static double fan(List<Integer> loop, int start, double[] steps) {
    double area = 0;
    int size = loop.size();
    double[] a = middle(loop.get(start), steps);
    for (int i = 1; i < size - 1; i++) {
      double[] b = middle(loop.get((start + i) % size), steps);
      double[] c = middle(loop.get((start + i + 1) % size), steps);
      area += triangle(a, b, c);
    }
    return area;
  }

  private static double[] middle(int edge, double[] steps) {
    double[] at = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      at[axis] =
          (CORNERS[EDGES[edge][0]][axis] + CORNERS[EDGES[edge][1]][axis]) * 0.5 * steps[axis];
    }
    return at;
  }

  private static double triangle(double[] a, double[] b, double[] c) {
    double[] u = {b[0] - a[0], b[1] - a[1], b[2] - a[2]};
    double[] v = {c[0] - a[0], c[1] - a[1], c[2] - a[2]};
    double x = u[1] * v[2] - u[2] * v[1];
    double y = u[2] * v[0] - u[0] * v[2];
    double z = u[0] * v[1] - u[1] * v[0];
    return Math.sqrt(x * x + y * y + z * z) / 2;
  }

  /** 2D: code bits (first axis, second axis) 00, 01, 10, 11 from high to low. */
  private static double[] lengths(double first, double second) {
    double slanted = Math.sqrt(first * first + second * second) / 2;
    double[] lengths = new double[16];
    for (int code = 1; code < 15; code++) {
      lengths[code] =
          switch (code) {
            case 3, 12 -> second;
            case 5, 10 -> first;
            case 6, 9 -> 2 * slanted; // two corners, each cut off on its own
            default -> slanted;
          };
    }
    return lengths;
  }
}
