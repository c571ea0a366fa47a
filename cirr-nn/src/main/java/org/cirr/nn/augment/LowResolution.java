package org.cirr.nn.augment;

/** An image as a coarser scanner would give it: nearest voxels of a smaller grid, then linear. */
final class LowResolution {
  private LowResolution() {}

  /**
   * Changes a channel in place.
   *
   * @param scale the extents' factor, up to 1
   * @param firstAxis whether axis 0 becomes coarser too
   */
  static void apply(float[] channel, int[] shape, double scale, boolean firstAxis) {
    int[] small = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      double factor = axis == 0 && !firstAxis ? 1 : scale;
      small[axis] = Math.max(1, (int) Math.rint(shape[axis] * factor));
    }
    float[] low = down(channel, shape, small);
    Taps z = new Taps(small[0], shape[0]);
    Taps y = new Taps(small[1], shape[1]);
    Taps x = new Taps(small[2], shape[2]);
    float[] row = new float[small[2]];
    int out = 0;
    for (int i = 0; i < shape[0]; i++) {
      for (int j = 0; j < shape[1]; j++) {
        int a = (z.lower[i] * small[1] + y.lower[j]) * small[2];
        int b = (z.lower[i] * small[1] + y.upper[j]) * small[2];
        int c = (z.upper[i] * small[1] + y.lower[j]) * small[2];
        int d = (z.upper[i] * small[1] + y.upper[j]) * small[2];
        float v = z.part[i];
        float w = y.part[j];
        for (int k = 0; k < row.length; k++) {
          float near = low[a + k] + w * (low[b + k] - low[a + k]);
          float far = low[c + k] + w * (low[d + k] - low[c + k]);
          row[k] = near + v * (far - near);
        }
        for (int k = 0; k < shape[2]; k++) {
          float left = row[x.lower[k]];
          channel[out++] = left + x.part[k] * (row[x.upper[k]] - left);
        }
      }
    }
  }

  private static float[] down(float[] channel, int[] shape, int[] small) {
    float[] low = new float[small[0] * small[1] * small[2]];
    int out = 0;
    for (int i = 0; i < small[0]; i++) {
      for (int j = 0; j < small[1]; j++) {
        int z = nearest(i, small[0], shape[0]);
        int row = (z * shape[1] + nearest(j, small[1], shape[1])) * shape[2];
        for (int k = 0; k < small[2]; k++) {
          low[out++] = channel[row + nearest(k, small[2], shape[2])];
        }
      }
    }
    return low;
  }

  /** The voxel of a grid of {@code from} that voxel i of a grid of {@code to} shows. */
  static int nearest(int i, int to, int from) {
    return Math.min(from - 1, (int) Math.floor((i + 0.5) * from / to));
  }

  /** Where the voxels of a larger grid lie between those of a smaller one. */
  private static final class Taps {
    private final int[] lower;
    private final int[] upper;
    private final float[] part;

    Taps(int from, int to) {
      lower = new int[to];
      upper = new int[to];
      part = new float[to];
      for (int i = 0; i < to; i++) {
        double at = Math.max(0, (i + 0.5) * from / to - 0.5);
        lower[i] = Math.min(from - 1, (int) at);
        upper[i] = Math.min(from - 1, lower[i] + 1);
        part[i] = (float) (at - lower[i]);
      }
    }
  }
}
