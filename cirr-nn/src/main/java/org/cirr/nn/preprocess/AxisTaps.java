package org.cirr.nn.preprocess;

/**
 * From which voxels of one axis, with which weights, every resampled voxel comes: one, two or four
 * neighbours.
 *
 * <p><b>Formula</b>: output k lies at x = (k + ½) · in / out − ½.
 *
 * <p><b>Source</b>: {@code scipy.ndimage.zoom} with {@code grid_mode} and mode {@code nearest}.
 */
final class AxisTaps {
  /** Replicated samples on both sides of a line before the cubic prefilter. */
  static final int PAD = 12;

  /** Neighbours of each output voxel. */
  final int count;

  /** {@code index[t][k]}: the voxel of tap {@code t}. */
  final int[][] index;

  /** {@code weight[t][k]}: its weight. */
  final double[][] weight;

  private AxisTaps(int count, int out) {
    this.count = count;
    index = new int[count][out];
    weight = new double[count][out];
  }

  /** Taps for spline order 0, 1 or 3; order 3 indexes a line padded by {@link #PAD} samples. */
  static AxisTaps of(int in, int out, int order) {
    return switch (order) {
      case 0 -> nearest(in, out);
      case 1 -> linear(in, out);
      default -> cubic(in, out);
    };
  }

  static AxisTaps nearest(int in, int out) {
    AxisTaps taps = new AxisTaps(1, out);
    for (int k = 0; k < out; k++) {
      taps.index[0][k] = clamp((int) Math.floor(coordinate(k, in, out) + 0.5), in);
      taps.weight[0][k] = 1;
    }
    return taps;
  }

  /** Two taps; one where the length stays, since the second would weigh nothing anywhere. */
  static AxisTaps linear(int in, int out) {
    if (in == out) {
      return nearest(in, out);
    }
    AxisTaps taps = new AxisTaps(2, out);
    for (int k = 0; k < out; k++) {
      double x = Math.min(Math.max(coordinate(k, in, out), 0), in - 1);
      int floor = (int) Math.floor(x);
      taps.index[0][k] = floor;
      taps.index[1][k] = clamp(floor + 1, in);
      taps.weight[0][k] = 1 - (x - floor);
      taps.weight[1][k] = 1 - taps.weight[0][k];
    }
    return taps;
  }

  private static AxisTaps cubic(int in, int out) {
    AxisTaps taps = new AxisTaps(4, out);
    for (int k = 0; k < out; k++) {
      double x = coordinate(k, in, out) + PAD;
      int floor = (int) Math.floor(x);
      double y = x - floor;
      double q = 1 - y;
      taps.weight[0][k] = q * q * q / 6;
      taps.weight[1][k] = (y * y * (y - 2) * 3 + 4) / 6;
      taps.weight[2][k] = (q * q * (q - 2) * 3 + 4) / 6;
      taps.weight[3][k] = 1 - taps.weight[0][k] - taps.weight[1][k] - taps.weight[2][k];
      for (int t = 0; t < 4; t++) {
        taps.index[t][k] = clamp(floor - 1 + t, in + 2 * PAD);
      }
    }
    return taps;
  }

  /** Taps of PyTorch's {@code interpolate} in float32, linear without {@code align_corners}. */
  static AxisTaps torchLinear(int in, int out) {
    if (in == out) {
      return nearest(in, out);
    }
    AxisTaps taps = new AxisTaps(2, out);
    float scale = (float) in / out;
    for (int k = 0; k < out; k++) {
      float x = Math.max(Math.fma(scale, k + 0.5f, -0.5f), 0);
      int floor = Math.min((int) x, in - 1);
      float lambda = Math.min(Math.max(x - floor, 0), 1);
      taps.index[0][k] = floor;
      taps.index[1][k] = clamp(floor + 1, in);
      taps.weight[0][k] = 1 - lambda;
      taps.weight[1][k] = lambda;
    }
    return taps;
  }

  /** Taps of PyTorch's mode {@code nearest-exact}. */
  static AxisTaps torchNearest(int in, int out) {
    AxisTaps taps = new AxisTaps(1, out);
    float scale = (float) in / out;
    for (int k = 0; k < out; k++) {
      taps.index[0][k] = clamp((int) (scale * (k + 0.5f)), in);
      taps.weight[0][k] = 1;
    }
    return taps;
  }

  /** The first voxel that output {@code k} needs. */
  int first(int k) {
    return index[0][k];
  }

  /** The last voxel that output {@code k} needs. */
  int last(int k) {
    return index[count - 1][k];
  }

  private static double coordinate(int k, int in, int out) {
    return (k + 0.5) * ((double) in / out) - 0.5;
  }

  private static int clamp(int index, int length) {
    return Math.min(Math.max(index, 0), length - 1);
  }
}
