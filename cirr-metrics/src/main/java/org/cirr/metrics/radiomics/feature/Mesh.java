package org.cirr.metrics.radiomics.feature;

import org.cirr.volume.Spacing;

/** Volume and area of the marching cubes mesh around a mask. */
record Mesh(double volume, double area) {
  /*
   * The mesh is never stored. How often each of the 256 cases occurs is counted; area and enclosed
   * volume follow from the counts. For the area that is plain: a case's triangles are the same
   * everywhere. For the volume it takes the divergence theorem: V = ∮ x n_x dA is a sum over
   * triangles of (mean x) · (area vector)_x, where a cube at x contributes its place times the
   * case's area vector and a constant. So the place-weighted count per case is kept as well.
   */
  static Mesh of(boolean[] inside, int[] shape, Spacing spacing) {
    double[] areas = new double[256];
    double[] local = new double[256]; // Σ over triangles of mean x · normal x, place 0
    double[] flux = new double[256]; // Σ over triangles of normal x
    for (int c = 0; c < 256; c++) {
      for (int[] triangle : MarchingCubes.TRIANGLES[c]) {
        double[] n = areaVector(triangle, spacing);
        double x =
            (MarchingCubes.vertex(triangle[0])[2]
                    + MarchingCubes.vertex(triangle[1])[2]
                    + MarchingCubes.vertex(triangle[2])[2])
                / 3;
        areas[c] += Math.sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
        local[c] += x * spacing.x() * n[2];
        flux[c] += spacing.x() * n[2];
      }
    }
    long[] count = new long[256];
    long[] places = new long[256]; // Σ x
    count(inside, shape, count, places);
    double volume = 0;
    double area = 0;
    for (int c = 0; c < 256; c++) {
      area += count[c] * areas[c];
      volume += count[c] * local[c] + places[c] * flux[c];
    }
    return new Mesh(Math.abs(volume), area);
  }

  /** Half the cross product of two sides in mm. */
  private static double[] areaVector(int[] triangle, Spacing spacing) {
    double[][] at = new double[3][];
    for (int k = 0; k < 3; k++) {
      double[] v = MarchingCubes.vertex(triangle[k]);
      at[k] = new double[] {v[0] * spacing.z(), v[1] * spacing.y(), v[2] * spacing.x()};
    }
    double[] a = new double[3];
    double[] b = new double[3];
    for (int k = 0; k < 3; k++) {
      a[k] = 0.5 * (at[1][k] - at[0][k]);
      b[k] = at[2][k] - at[0][k];
    }
    return MarchingCubes.cross(a, b);
  }

  /** Counts cases over all cubes of eight voxels, with the outside of the box as background. */
  private static void count(boolean[] inside, int[] shape, long[] count, long[] places) {
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
          places[code] += x;
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
