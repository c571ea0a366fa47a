package org.cirr.nn.random;

/**
 * Smooth random functions on a grid: cubic B-splines over normal control points.
 *
 * <p>Blurring white noise with a wide Gaussian gives the same kind of field at many times the cost.
 */
public final class SmoothField {
  private static final double GAIN = Math.pow(315 / 151.0, 1.5); // 1 / ∫ B², three axes

  private SmoothField() {}

  /**
   * A field of mean about 0 and standard deviation about 1.
   *
   * @param shape the extents {@code [z, y, x]}
   * @param knotDistance the distance of the control points along each axis, in voxels; structures
   *     are about this large
   */
  public static float[] of(int[] shape, double[] knotDistance, Draws draws) {
    int[] size = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      size[axis] = (int) Math.ceil((shape[axis] - 1) / knotDistance[axis]) + 4;
    }
    float[] field = new float[size[0] * size[1] * size[2]];
    // A spline averages its control points; this brings the deviation back to 1.
    for (int i = 0; i < field.length; i++) {
      field[i] = (float) (GAIN * draws.normal());
    }
    for (int axis = 2; axis >= 0; axis--) {
      double phase = draws.uniform(); // else every field has its knots in the same places
      field = along(field, size, axis, shape[axis], knotDistance[axis], phase);
      size[axis] = shape[axis];
    }
    return field;
  }

  private static float[] along(
      float[] in, int[] size, int axis, int extent, double distance, double phase) {
    int before = 1;
    int after = 1;
    for (int a = 0; a < 3; a++) {
      before *= a < axis ? size[a] : 1;
      after *= a > axis ? size[a] : 1;
    }
    float[] out = new float[before * extent * after];
    int knots = size[axis];
    int[] first = new int[extent];
    float[][] weight = new float[extent][4];
    for (int i = 0; i < extent; i++) {
      double at = Math.min(i / distance + phase, knots - 3 - 1e-9);
      first[i] = (int) at;
      double t = at - first[i];
      double s = 1 - t;
      weight[i][0] = (float) (s * s * s / 6);
      weight[i][1] = (float) ((3 * t * t * (t - 2) + 4) / 6);
      weight[i][2] = (float) ((3 * s * s * (s - 2) + 4) / 6);
      weight[i][3] = (float) (t * t * t / 6);
    }
    for (int b = 0; b < before; b++) {
      for (int i = 0; i < extent; i++) {
        float[] w = weight[i];
        int from = (b * knots + first[i]) * after;
        int to = (b * extent + i) * after;
        for (int k = 0; k < after; k++) {
          out[to + k] =
              w[0] * in[from + k]
                  + w[1] * in[from + after + k]
                  + w[2] * in[from + 2 * after + k]
                  + w[3] * in[from + 3 * after + k];
        }
      }
    }
    return out;
  }
}
