package org.cirr.metrics.radiomics.filter;

/** Runs a filter over all lines along one axis. */
final class Lines {
  private Lines() {}

  /** Filters one line; both arrays have the axis's extent. */
  @FunctionalInterface
  interface LineFilter {
    void apply(double[] in, double[] out);
  }

  /** The filtered values, in a new array. */
  static double[] filter(double[] values, int[] shape, int axis, LineFilter filter) {
    int n = shape[axis];
    int stride = axis == 0 ? shape[1] * shape[2] : axis == 1 ? shape[2] : 1;
    double[] result = new double[values.length];
    double[] in = new double[n];
    double[] out = new double[n];
    int blocks = values.length / (n * stride);
    for (int block = 0; block < blocks; block++) {
      for (int offset = 0; offset < stride; offset++) {
        int start = block * n * stride + offset;
        for (int i = 0; i < n; i++) {
          in[i] = values[start + i * stride];
        }
        filter.apply(in, out);
        for (int i = 0; i < n; i++) {
          result[start + i * stride] = out[i];
        }
      }
    }
    return result;
  }
}
