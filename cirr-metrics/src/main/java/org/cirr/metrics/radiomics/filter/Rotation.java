package org.cirr.metrics.radiomics.filter;

import java.util.ArrayList;
import java.util.List;

/**
 * A rotation by right angles of a filter that is a product of kernels along x, y and z.
 *
 * @param axes whose kernel goes along x, y and z
 * @param flips a bit per axis along which the kernel is turned around
 */
record Rotation(int[] axes, int flips) {
  /** The axes and the sign of their permutation. */
  private static final int[][] PERMUTATIONS = {
    {0, 1, 2, 1}, {1, 2, 0, 1}, {2, 0, 1, 1}, {0, 2, 1, -1}, {2, 1, 0, -1}, {1, 0, 2, -1}
  };

  static final Rotation NONE = new Rotation(new int[] {0, 1, 2}, 0);

  /** The 24 rotations in space, or the 4 in the slice; reflections are none of them. */
  static List<Rotation> all(boolean inPlane) {
    List<Rotation> found = new ArrayList<>();
    for (int[] p : PERMUTATIONS) {
      for (int flips = 0; flips < 8; flips++) {
        int sign = p[3] * (Integer.bitCount(flips) % 2 == 0 ? 1 : -1);
        boolean stays = !inPlane || p[2] == 2 && flips < 4;
        if (sign == 1 && stays) {
          found.add(new Rotation(new int[] {p[0], p[1], p[2]}, flips));
        }
      }
    }
    return found;
  }

  /** The kernels after the rotation: permuted, and reversed where an axis is turned around. */
  double[][] turn(double[][] kernels) {
    double[][] turned = new double[3][];
    for (int axis = 0; axis < 3; axis++) {
      double[] kernel = kernels[axes[axis]];
      boolean flip = (flips >> axis & 1) != 0 && kernel != null;
      turned[axis] = flip ? reversed(kernel) : kernel;
    }
    return turned;
  }

  static double[] reversed(double[] kernel) {
    double[] result = new double[kernel.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = kernel[kernel.length - 1 - i];
    }
    return result;
  }
}
