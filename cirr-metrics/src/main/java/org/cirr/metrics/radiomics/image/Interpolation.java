package org.cirr.metrics.radiomics.image;

/**
 * An image as a function of a continuous index.
 *
 * <p><b>Edge cases</b>: outside −½ ≤ c < n − ½ along any axis the value is 0.
 *
 * <p><b>Source</b>: ITK's nearest neighbour, linear and B-spline interpolators, which SimpleITK and
 * so pyradiomics resample with; B-spline after Unser 1999.
 */
public final class Interpolation {
  private static final double POLE = Math.sqrt(3) - 2;
  private static final double TOLERANCE = 1e-10; // ITK's, for the length of the first sum

  private final double[] values; // coefficients for B-spline
  private final int[] shape;
  private final Interpolator kind;
  private final double outside;

  private Interpolation(double[] values, int[] shape, Interpolator kind, double outside) {
    this.values = values;
    this.shape = shape;
    this.kind = kind;
    this.outside = outside;
  }

  /** Prepares an image; for B-splines that computes as many coefficients as there are voxels. */
  public static Interpolation of(Raster image, Interpolator kind) {
    int[] shape = image.shape();
    double[] values = image.values();
    if (kind == Interpolator.BSPLINE) {
      values = values.clone();
      for (int axis = 2; axis >= 0; axis--) {
        prefilter(values, shape, axis);
      }
    }
    return new Interpolation(values, shape, kind, 0);
  }

  /** The value at a continuous index. */
  public double at(double z, double y, double x) {
    double[] place = {z, y, x};
    for (int axis = 0; axis < 3; axis++) {
      if (!(place[axis] >= -0.5 && place[axis] < shape[axis] - 0.5)) {
        return outside;
      }
    }
    int taps = kind == Interpolator.BSPLINE ? 4 : kind == Interpolator.LINEAR ? 2 : 1;
    int[][] index = new int[3][taps];
    double[][] weight = new double[3][taps];
    for (int axis = 0; axis < 3; axis++) {
      taps(place[axis], shape[axis], index[axis], weight[axis]);
    }
    double sum = 0;
    for (int i = 0; i < taps; i++) {
      for (int j = 0; j < taps; j++) {
        int base = (index[0][i] * shape[1] + index[1][j]) * shape[2];
        double row = 0;
        for (int k = 0; k < taps; k++) {
          row += weight[2][k] * values[base + index[2][k]];
        }
        sum += weight[0][i] * weight[1][j] * row;
      }
    }
    return sum;
  }

  private void taps(double at, int extent, int[] index, double[] weight) {
    switch (kind) {
      case NEAREST -> {
        index[0] = clamp((int) Math.floor(at + 0.5), extent);
        weight[0] = 1;
      }
      case LINEAR -> {
        int below = (int) Math.floor(at);
        index[0] = clamp(below, extent);
        index[1] = clamp(below + 1, extent);
        weight[1] = at - below;
        weight[0] = 1 - weight[1];
      }
      case BSPLINE -> {
        int below = (int) Math.floor(at);
        double t = at - below;
        for (int k = 0; k < 4; k++) {
          index[k] = mirror(below - 1 + k, extent);
        }
        weight[3] = t * t * t / 6;
        weight[0] = 1.0 / 6 + t * (t - 1) / 2 - weight[3];
        weight[2] = t + weight[0] - 2 * weight[3];
        weight[1] = 1 - weight[0] - weight[2] - weight[3];
      }
    }
  }

  private static int clamp(int index, int extent) {
    return Math.max(0, Math.min(extent - 1, index));
  }

  /** Mirrors at the centres of the first and the last voxel. */
  private static int mirror(int index, int extent) {
    if (extent == 1) {
      return 0;
    }
    int period = 2 * (extent - 1);
    int at = Math.floorMod(index, period);
    return at < extent ? at : period - at;
  }

  /** Turns samples along one axis into cubic B-spline coefficients, in place. */
  private static void prefilter(double[] values, int[] shape, int axis) {
    int n = shape[axis];
    if (n == 1) {
      return;
    }
    int stride = axis == 0 ? shape[1] * shape[2] : axis == 1 ? shape[2] : 1;
    double[] line = new double[n];
    for (int start = 0; start < values.length; start++) {
      if (start / stride % n != 0) {
        continue;
      }
      for (int i = 0; i < n; i++) {
        line[i] = values[start + i * stride];
      }
      prefilter(line);
      for (int i = 0; i < n; i++) {
        values[start + i * stride] = line[i];
      }
    }
  }

  private static void prefilter(double[] c) {
    int n = c.length;
    double gain = (1 - POLE) * (1 - 1 / POLE);
    for (int i = 0; i < n; i++) {
      c[i] *= gain;
    }
    c[0] = firstCausal(c);
    for (int i = 1; i < n; i++) {
      c[i] += POLE * c[i - 1];
    }
    c[n - 1] = POLE / (POLE * POLE - 1) * (POLE * c[n - 2] + c[n - 1]);
    for (int i = n - 2; i >= 0; i--) {
      c[i] = POLE * (c[i + 1] - c[i]);
    }
  }

  private static double firstCausal(double[] c) {
    int n = c.length;
    int horizon = (int) Math.ceil(Math.log(TOLERANCE) / Math.log(Math.abs(POLE)));
    double power = POLE;
    if (horizon < n) {
      double sum = c[0];
      for (int i = 1; i < horizon; i++) {
        sum += power * c[i];
        power *= POLE;
      }
      return sum;
    }
    double inverse = 1 / POLE;
    double back = Math.pow(POLE, n - 1);
    double sum = c[0] + back * c[n - 1];
    back *= back * inverse;
    for (int i = 1; i <= n - 2; i++) {
      sum += (power + back) * c[i];
      power *= POLE;
      back *= inverse;
    }
    return sum / (1 - power * power);
  }
}
