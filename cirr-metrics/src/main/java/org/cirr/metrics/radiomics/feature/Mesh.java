package org.cirr.metrics.radiomics.feature;

import org.cirr.volume.Spacing;

/** Volume and area of the marching cubes mesh around a mask. */
record Mesh(double volume, double area) {
  /*
   * The mesh is never stored. How often each of the 256 cases occurs is counted; area and enclosed
   * volume follow from the counts. For the area that is plain: a case's triangles are the same
   * everywhere. The volume is the sum of the tetrahedra between the triangles and an origin, and a
   * triangle a, b, c moved by q gains q · n/3 with n its area vector. So the sums of the cubes'
   * places are kept as well.
   *
   * Where faces are ambiguous the mesh has holes (a case and its complement join different
   * corners), and the volume then depends on the origin. pyradiomics' is one voxel before the
   * region's box; any other gives 14,912 and not 14,984 mm³ for its brain1_resampling.
   */
  static Mesh of(boolean[] inside, int[] shape, Spacing spacing) {
    double[] mm = spacing.toArray();
    long[] count = new long[256];
    long[][] places = new long[256][3]; // Σ z, Σ y, Σ x
    count(inside, shape, count, places);
    double volume = 0;
    double area = 0;
    for (int c = 0; c < 256; c++) {
      for (int[] triangle : MarchingCubes.TRIANGLES[c]) {
        double[][] at = vertices(triangle, mm);
        double[] n = areaVector(at);
        area += count[c] * Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
        for (int axis = 0; axis < 3; axis++) {
          volume += (count[c] * at[0][axis] + places[c][axis] * mm[axis]) * n[axis] / 3;
        }
      }
    }
    return new Mesh(Math.abs(volume), area);
  }

  private static double[][] vertices(int[] triangle, double[] mm) {
    double[][] at = new double[3][3];
    for (int k = 0; k < 3; k++) {
      double[] unit = MarchingCubes.vertex(triangle[k]);
      for (int axis = 0; axis < 3; axis++) {
        at[k][axis] = unit[axis] * mm[axis];
      }
    }
    return at;
  }

  /** Half the cross product of two sides in mm. */
  private static double[] areaVector(double[][] at) {
    double[] a = new double[3];
    double[] b = new double[3];
    for (int k = 0; k < 3; k++) {
      a[k] = 0.5 * (at[1][k] - at[0][k]);
      b[k] = at[2][k] - at[0][k];
    }
    return MarchingCubes.cross(a, b);
  }

  /** Counts cases over all cubes of eight voxels, with the outside of the box as background. */
  private static void count(boolean[] inside, int[] shape, long[] count, long[][] places) {
    for (int z = -1; z < shape[0]; z++) {
      for (int y = -1; y < shape[1]; y++) {
        int code = 0;
        for (int x = -1; x < shape[2]; x++) {
          // The cube moves one voxel on: its right corners become the left ones.
          int right = x + 1 < shape[2] ? column(inside, shape, z, y, x + 1) : 0;
          int left =
              (code >> 1 & 1) | (code >> 2 & 1) << 3 | (code >> 5 & 1) << 4 | (code >> 6 & 1) << 7;
          code = left | right;
          count[code]++;
          places[code][0] += z + 1;
          places[code][1] += y + 1;
          places[code][2] += x + 1;
        }
      }
    }
  }

  /** The corners 1, 2, 5 and 6 of the cube at (z, y), which lie at x. */
  private static int column(boolean[] inside, int[] shape, int z, int y, int x) {
    int code = 0;
    int base = (z * shape[1] + y) * shape[2] + x;
    boolean top = y >= 0;
    boolean bottom = y + 1 < shape[1];
    if (z >= 0) {
      code |= top && inside[base] ? 1 << 1 : 0;
      code |= bottom && inside[base + shape[2]] ? 1 << 2 : 0;
    }
    if (z + 1 < shape[0]) {
      int below = base + shape[1] * shape[2];
      code |= top && inside[below] ? 1 << 5 : 0;
      code |= bottom && inside[below + shape[2]] ? 1 << 6 : 0;
    }
    return code;
  }
}
