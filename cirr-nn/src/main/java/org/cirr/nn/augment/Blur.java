package org.cirr.nn.augment;

import org.cirr.nn.random.Draws;

/** Gaussian blur, one σ per axis and channel; half of the channels are left as they are. */
final class Blur {
  private static final double TRUNCATE = 3;

  private Blur() {}

  static void apply(Patch patch, Draws draws) {
    for (float[] channel : patch.channels()) {
      if (!draws.chance(0.5)) {
        continue;
      }
      for (int axis = 0; axis < 3; axis++) {
        along(channel, patch.shape(), axis, draws.uniform(0.5, 1));
      }
    }
  }

  /** Blurs along one axis; beyond the border the image is reflected, without its last voxel. */
  static void along(float[] data, int[] shape, int axis, double sigma) {
    int extent = shape[axis];
    if (extent == 1) {
      return;
    }
    int radius = (int) Math.ceil(TRUNCATE * sigma);
    float[] kernel = new float[radius + 1];
    double sum = 0;
    for (int k = 0; k <= radius; k++) {
      double weight = Math.exp(-0.5 * k * k / (sigma * sigma));
      kernel[k] = (float) weight;
      sum += k == 0 ? weight : 2 * weight;
    }
    for (int k = 0; k <= radius; k++) {
      kernel[k] /= (float) sum;
    }
    int after = axis == 0 ? shape[1] * shape[2] : axis == 1 ? shape[2] : 1;
    float[] line = new float[extent * after];
    for (int start = 0; start < data.length; start += extent * after) {
      System.arraycopy(data, start, line, 0, line.length);
      for (int i = 0; i < extent; i++) {
        if (axis == 2) {
          data[start + i] = point(line, i, kernel);
        } else {
          row(line, data, i, start, after, extent, kernel);
        }
      }
    }
  }

  private static void row(
      float[] line, float[] data, int i, int start, int after, int extent, float[] kernel) {
    int to = start + i * after;
    for (int k = 0; k < after; k++) {
      data[to + k] = kernel[0] * line[i * after + k];
    }
    for (int tap = 1; tap < kernel.length; tap++) {
      int below = reflected(i - tap, extent) * after;
      int above = reflected(i + tap, extent) * after;
      float weight = kernel[tap];
      for (int k = 0; k < after; k++) {
        data[to + k] += weight * (line[below + k] + line[above + k]);
      }
    }
  }

  private static float point(float[] line, int i, float[] kernel) {
    int extent = line.length;
    boolean inside = i >= kernel.length && i + kernel.length <= extent;
    float value = kernel[0] * line[i];
    for (int tap = 1; tap < kernel.length; tap++) {
      value +=
          kernel[tap]
              * (inside
                  ? line[i - tap] + line[i + tap]
                  : line[reflected(i - tap, extent)] + line[reflected(i + tap, extent)]);
    }
    return value;
  }

  private static int reflected(int index, int extent) {
    int i = index;
    while (i < 0 || i >= extent) {
      i = i < 0 ? -i : 2 * (extent - 1) - i;
    }
    return i;
  }
}
