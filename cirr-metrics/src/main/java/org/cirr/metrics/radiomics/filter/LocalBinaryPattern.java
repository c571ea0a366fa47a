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
   * Filters every slice along z.
   *
   * @param samples the number P of points
   * @param radius in voxels
   */
  public static Raster of(Raster image, int samples, double radius, Method method) {
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
    for (int z = 0, i = 0; z < shape[0]; z++) {
      for (int y = 0; y < shape[1]; y++) {
        for (int x = 0; x < shape[2]; x++, i++) {
          for (int p = 0; p < samples; p++) {
            around[p] = bilinear(values, shape, z, y + dy[p], x + dx[p]);
          }
          out[i] = code(around, values[i], method);
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

  private static double bilinear(double[] values, int[] shape, int z, double y, double x) {
    int top = (int) Math.floor(y);
    int left = (int) Math.floor(x);
    int bottom = (int) Math.ceil(y);
    int right = (int) Math.ceil(x);
    double v = y - top;
    double u = x - left;
    double above = (1 - u) * at(values, shape, z, top, left) + u * at(values, shape, z, top, right);
    double below =
        (1 - u) * at(values, shape, z, bottom, left) + u * at(values, shape, z, bottom, right);
    return (1 - v) * above + v * below;
  }

  private static double at(double[] values, int[] shape, int z, int y, int x) {
    return y < 0 || y >= shape[1] || x < 0 || x >= shape[2]
        ? 0
        : values[(z * shape[1] + y) * shape[2] + x];
  }
}
