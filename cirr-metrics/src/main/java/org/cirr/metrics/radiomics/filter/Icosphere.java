package org.cirr.metrics.radiomics.filter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Points spread evenly over a sphere: an icosahedron whose faces are divided in four. */
final class Icosphere {
  private Icosphere() {}

  /** The vertices x, y, z: 12, 42, 162, ... of them. */
  static double[][] vertices(int subdivisions, double radius) {
    List<double[]> points = new ArrayList<>();
    List<int[]> faces = icosahedron(points);
    for (int i = 0; i < subdivisions; i++) {
      faces = divided(points, faces);
    }
    double[][] vertices = new double[points.size()][3];
    for (int i = 0; i < vertices.length; i++) {
      for (int axis = 0; axis < 3; axis++) {
        vertices[i][axis] = points.get(i)[axis] * radius;
      }
    }
    return vertices;
  }

  /** The cyclic permutations of (±1, ±golden ratio, 0), and the triangles of nearest ones. */
  private static List<int[]> icosahedron(List<double[]> points) {
    double golden = (1 + Math.sqrt(5)) / 2;
    for (int axis = 0; axis < 3; axis++) {
      for (int signs = 0; signs < 4; signs++) {
        double[] point = new double[3];
        point[axis] = (signs & 1) == 0 ? 1 : -1;
        point[(axis + 1) % 3] = (signs & 2) == 0 ? golden : -golden;
        points.add(unit(point));
      }
    }
    List<int[]> faces = new ArrayList<>();
    for (int a = 0; a < 12; a++) {
      for (int b = a + 1; b < 12; b++) {
        for (int c = b + 1; c < 12; c++) {
          if (areNear(points, a, b) && areNear(points, b, c) && areNear(points, a, c)) {
            faces.add(new int[] {a, b, c});
          }
        }
      }
    }
    return faces;
  }

  private static boolean areNear(List<double[]> points, int a, int b) {
    double dot = 0;
    for (int axis = 0; axis < 3; axis++) {
      dot += points.get(a)[axis] * points.get(b)[axis];
    }
    return dot > 0.4; // 1/√5 for neighbours, else negative
  }

  private static List<int[]> divided(List<double[]> points, List<int[]> faces) {
    Map<Long, Integer> middles = new HashMap<>();
    List<int[]> result = new ArrayList<>();
    for (int[] face : faces) {
      int[] middle = new int[3];
      for (int i = 0; i < 3; i++) {
        int a = Math.min(face[i], face[(i + 1) % 3]);
        int b = Math.max(face[i], face[(i + 1) % 3]);
        middle[i] =
            middles.computeIfAbsent(
                (long) a << 32 | b,
                edge -> {
                  points.add(middle(points.get(a), points.get(b)));
                  return points.size() - 1;
                });
      }
      result.add(new int[] {face[0], middle[0], middle[2]});
      result.add(new int[] {face[1], middle[1], middle[0]});
      result.add(new int[] {face[2], middle[2], middle[1]});
      result.add(middle);
    }
    return result;
  }

  private static double[] middle(double[] a, double[] b) {
    return unit(new double[] {a[0] + b[0], a[1] + b[1], a[2] + b[2]});
  }

  private static double[] unit(double[] point) {
    double norm = Math.sqrt(point[0] * point[0] + point[1] * point[1] + point[2] * point[2]);
    return new double[] {point[0] / norm, point[1] / norm, point[2] / norm};
  }
}
