package org.cirr.metrics.radiomics.filter;

import java.util.Locale;
import org.cirr.metrics.radiomics.image.Raster;

/**
 * Local binary patterns, slice by slice: which points on a circle around a voxel are at least as
 * bright as it.
 *
 * <p>Points between pixels are interpolated linearly; beyond the border the image is 0.
 *
 * <p><b>Source</b>: Ojala, Pietikäinen and Mäenpää 2002; scikit-image {@code local_binary_pattern}.
 */
public final class LocalBinaryPattern {
  private LocalBinaryPattern() {}

  /** What becomes of the pattern of P bits. */
  public enum Method {
    /** The bits as a number. */
    DEFAULT,
    /** The smallest number among the rotations. */
    ROR,
    /** The number of ones if there are at most two changes around the circle, else P + 1. */
    UNIFORM,
    /** The variance of the points' values. */
    VAR;

    /** The method of a parameter file's name. */
    public static Method named(String name) {
      return valueOf(name.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * Filters every slice across an axis.
   *
   * @param samples the number P of points
   * @param radius in voxels
   * @param across the axis across the slices: 0 z, 1 y, 2 x
   */
  public static Raster of(Raster image, int samples, double radius, int across, Method method) {
    // The other axes in pyradiomics' order: it swaps the axis with the first one.
    int rows = across == 1 ? 0 : 1;
    int columns = across == 2 ? 0 : 2;
    double[] dy = new double[samples];
    double[] dx = new double[samples];
    for (int p = 0; p < samples; p++) {
      // Rounded to five decimals as in scikit-image, so that points on a pixel are that pixel.
      dy[p] = Math.rint(-radius * Math.sin(2 * Math.PI * p / samples) * 1e5) / 1e5;
      dx[p] = Math.rint(radius * Math.cos(2 * Math.PI * p / samples) * 1e5) / 1e5;
    }
    int[] shape = image.shape();
    double[] values = image.values();
    double[] out = new double[values.length];
    double[] around = new double[samples];
    int[] strides = {shape[1] * shape[2], shape[2], 1};
    Plane plane = new Plane(values, shape[rows], shape[columns], strides[rows], strides[columns]);
    for (int slice = 0; slice < shape[across]; slice++) {
      int start = slice * strides[across];
      for (int y = 0; y < plane.rows; y++) {
        for (int x = 0; x < plane.columns; x++) {
          for (int p = 0; p < samples; p++) {
            around[p] = plane.bilinear(start, y + dy[p], x + dx[p]);
          }
          int at = start + y * plane.rowStride + x * plane.columnStride;
          out[at] = code(around, values[at], method);
        }
      }
    }
    return image.withValues(out);
  }

  private static double code(double[] around, double centre, Method method) {
    int samples = around.length;
    int bits = 0;
    for (int p = 0; p < samples; p++) {
      bits |= around[p] >= centre ? 1 << p : 0;
    }
    return switch (method) {
      case DEFAULT -> bits;
      case ROR -> smallestRotation(bits, samples);
      case UNIFORM -> {
        int turned = bits >>> 1 | (bits & 1) << samples - 1;
        yield Integer.bitCount(bits ^ turned) <= 2 ? Integer.bitCount(bits) : samples + 1;
      }
      case VAR -> variance(around);
    };
  }

  private static int smallestRotation(int bits, int samples) {
    int smallest = bits;
    for (int turn = 1; turn < samples; turn++) {
      bits = bits >>> 1 | (bits & 1) << samples - 1;
      smallest = Math.min(smallest, bits);
    }
    return smallest;
  }

  private static double variance(double[] around) {
    double sum = 0;
    double squares = 0;
    for (double value : around) {
      sum += value;
      squares += value * value;
    }
    return (squares - sum * sum / around.length) / around.length;
  }

  /** How slices lie in an image; 0 beyond them. */
  private record Plane(double[] values, int rows, int columns, int rowStride, int columnStride) {
    double bilinear(int start, double y, double x) {
      int top = (int) Math.floor(y);
      int left = (int) Math.floor(x);
      int bottom = (int) Math.ceil(y);
      int right = (int) Math.ceil(x);
      double v = y - top;
      double u = x - left;
      double above = (1 - u) * at(start, top, left) + u * at(start, top, right);
      double below = (1 - u) * at(start, bottom, left) + u * at(start, bottom, right);
      return (1 - v) * above + v * below;
    }

    private double at(int start, int y, int x) {
      return y < 0 || y >= rows || x < 0 || x >= columns
          ? 0
          : values[start + y * rowStride + x * columnStride];
    }
  }
}
