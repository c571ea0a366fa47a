package org.cirr.nn.augment;

import org.cirr.nn.random.Draws;

/** Changes of the values alone, voxel by voxel. */
final class IntensityChange {
  private static final double TINY = 1e-7;

  private IntensityChange() {}

  /** Adds one field of normal noise to all channels. */
  static void noise(Patch patch, double deviation, Draws draws) {
    for (int i = 0; i < patch.voxels(); i++) {
      float noise = (float) (deviation * draws.normal());
      for (float[] channel : patch.channels()) {
        channel[i] += noise;
      }
    }
  }

  /** x · factor. */
  static void multiply(float[] channel, double factor) {
    float by = (float) factor;
    for (int i = 0; i < channel.length; i++) {
      channel[i] *= by;
    }
  }

  /** (x − mean) · factor + mean, inside the range that was. */
  static void contrast(float[] channel, double factor) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : channel) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    float mean = (float) moments(channel)[0];
    float by = (float) factor;
    for (int i = 0; i < channel.length; i++) {
      channel[i] = Math.min(Math.max((channel[i] - mean) * by + mean, low), high);
    }
  }

  /**
   * Raises the channel, scaled to 0..1, to a power, and gives it its mean and deviation back.
   *
   * @param inverted whether this happens to −x
   */
  static void gamma(float[] channel, double gamma, boolean inverted) {
    double[] before = moments(channel);
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : channel) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    double range = Math.max(high - low, TINY);
    for (int i = 0; i < channel.length; i++) {
      double part = (inverted ? high - channel[i] : channel[i] - low) / range;
      double raised = Math.pow(part, gamma) * range;
      channel[i] = (float) (inverted ? high - raised : raised + low);
    }
    double[] after = moments(channel);
    double scale = before[1] / Math.max(after[1], TINY);
    for (int i = 0; i < channel.length; i++) {
      channel[i] = (float) ((channel[i] - after[0]) * scale + before[0]);
    }
  }

  /** Mean and population standard deviation. */
  static double[] moments(float[] channel) {
    double sum = 0;
    double squares = 0;
    double shift = channel[0]; // so that squares of large values do not cancel
    for (float value : channel) {
      double d = value - shift;
      sum += d;
      squares += d * d;
    }
    double mean = sum / channel.length;
    double variance = Math.max(0, squares / channel.length - mean * mean);
    return new double[] {mean + shift, Math.sqrt(variance)};
  }
}
