package org.cirr.nn.augment;

import org.cirr.nn.random.Draws;

/**
 * Gives labelled organs another brightness, so that a network learns where they lie rather than how
 * bright they are: a liver full of iron is black where others are grey.
 *
 * <p><b>Formula</b>: half of the labels of a patch are changed. With an organ's mean m in the
 * patch, {@code x ← t + s · (x − m)}, not below the patch's least value; t is uniform from there to
 * the patch's mean and two deviations, s from 0.5 to 1.5. At its rim, an organ counts by its share
 * of the 3 × 3 voxels around in the plane, weighted 1 2 1.
 *
 * <p><b>Source</b>: the idea is that of brightness drawn per label in Billot et al. 2023,
 * <i>SynthSeg</i>; here the texture stays the scan's.
 */
final class OrganContrast {
  private static final double DEVIATIONS = 2;

  private OrganContrast() {}

  /**
   * Changes a patch.
   *
   * @param ignored a label that is no organ, or none that there is
   */
  static void apply(Patch patch, int ignored, Draws draws) {
    int most = 0;
    for (short label : patch.labels()) {
      most = Math.max(most, label);
    }
    for (int label = 1; label <= most; label++) {
      if (label != ignored && draws.chance(0.5)) {
        float[] share = share(patch, label);
        for (float[] channel : patch.channels()) {
          change(channel, patch.labels(), label, share, draws);
        }
      }
    }
  }

  private static void change(
      float[] channel, short[] labels, int label, float[] share, Draws draws) {
    float least = Float.POSITIVE_INFINITY;
    double sum = 0;
    int count = 0;
    for (int i = 0; i < channel.length; i++) {
      least = Math.min(least, channel[i]);
      if (labels[i] == label) {
        sum += channel[i];
        count++;
      }
    }
    double[] moments = IntensityChange.moments(channel);
    double level = draws.uniform(least, moments[0] + DEVIATIONS * moments[1]);
    double texture = draws.uniform(0.5, 1.5);
    if (count == 0) {
      return;
    }
    double mean = sum / count;
    for (int i = 0; i < channel.length; i++) {
      if (share[i] > 0) {
        double changed = Math.max(least, level + texture * (channel[i] - mean));
        channel[i] += (float) (share[i] * (changed - channel[i]));
      }
    }
  }

  /** How much of each voxel's surroundings in the plane has the label. */
  private static float[] share(Patch patch, int label) {
    int height = patch.shape()[1];
    int width = patch.shape()[2];
    float[] inRow = new float[patch.voxels()];
    for (int i = 0; i < inRow.length; i++) {
      int x = i % width;
      float left = x > 0 ? is(patch, i - 1, label) : 0;
      float right = x < width - 1 ? is(patch, i + 1, label) : 0;
      inRow[i] = (left + 2 * is(patch, i, label) + right) / 4;
    }
    float[] share = new float[inRow.length];
    for (int i = 0; i < share.length; i++) {
      int y = i / width % height;
      float above = y > 0 ? inRow[i - width] : 0;
      float below = y < height - 1 ? inRow[i + width] : 0;
      share[i] = (above + 2 * inRow[i] + below) / 4;
    }
    return share;
  }

  private static float is(Patch patch, int i, int label) {
    return patch.labels()[i] == label ? 1 : 0;
  }
}
