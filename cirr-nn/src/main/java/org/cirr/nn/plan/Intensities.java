package org.cirr.nn.plan;

import java.util.Arrays;
import org.cirr.io.nnunet.IntensityStatistics;
import org.cirr.nn.random.NumpyRandom;

/**
 * The distribution of sampled intensities: distinct values, ascending, and how often each was
 * drawn.
 *
 * <p>nnU-Net draws 10⁸ voxels of the foreground, with replacement, and keeps them all (400 MB per
 * channel). Counting how often each voxel is drawn gives the same distribution; images of whole
 * numbers have a few thousand distinct values.
 *
 * @param values ascending, each once
 * @param counts the draws of each
 */
record Intensities(float[] values, long[] counts) {
  static final Intensities NONE = new Intensities(new float[0], new long[0]);

  /** Draws as {@code RandomState.choice(values, draws, replace=True)} does. */
  static Intensities sample(float[] voxels, int draws, NumpyRandom random) {
    if (voxels.length == 0) {
      return NONE;
    }
    int[] drawn = random.counts(voxels.length, draws);
    // Value and count in one long, so that sorting by value takes the counts along.
    long[] pairs = new long[voxels.length];
    int used = 0;
    for (int i = 0; i < voxels.length; i++) {
      if (drawn[i] > 0) {
        pairs[used++] = ((long) ordered(voxels[i] + 0f) << 32) | drawn[i];
      }
    }
    Arrays.sort(pairs, 0, used);
    float[] values = new float[used];
    long[] counts = new long[used];
    int last = -1;
    for (int i = 0; i < used; i++) {
      float value = unordered((int) (pairs[i] >> 32));
      if (last < 0 || values[last] != value) {
        values[++last] = value;
      }
      counts[last] += pairs[i] & 0xffffffffL;
    }
    return new Intensities(Arrays.copyOf(values, last + 1), Arrays.copyOf(counts, last + 1));
  }

  /** A float's bits as an int of the same order. */
  private static int ordered(float value) {
    int bits = Float.floatToIntBits(value);
    return bits >= 0 ? bits : bits ^ 0x7fffffff;
  }

  private static float unordered(int bits) {
    return Float.intBitsToFloat(bits >= 0 ? bits : bits ^ 0x7fffffff);
  }

  /** Both samples together. */
  Intensities plus(Intensities other) {
    float[] merged = new float[values.length + other.values.length];
    long[] sums = new long[merged.length];
    int a = 0;
    int b = 0;
    int out = 0;
    while (a < values.length || b < other.values.length) {
      boolean takeA = b == other.values.length || a < values.length && values[a] <= other.values[b];
      boolean takeB = a == values.length || b < other.values.length && other.values[b] <= values[a];
      merged[out] = takeA ? values[a] : other.values[b];
      sums[out] = (takeA ? counts[a] : 0) + (takeB ? other.counts[b] : 0);
      out++;
      a += takeA ? 1 : 0;
      b += takeB ? 1 : 0;
    }
    return new Intensities(Arrays.copyOf(merged, out), Arrays.copyOf(sums, out));
  }

  /** The statistics, NumPy's definitions; sums in double. All 0 where nothing was drawn. */
  IntensityStatistics statistics() {
    if (values.length == 0) {
      return new IntensityStatistics(0, 0, 0, 0, 0, 0, 0);
    }
    long total = 0;
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      total += counts[i];
      sum += (double) values[i] * counts[i];
    }
    double mean = sum / total;
    double squares = 0;
    for (int i = 0; i < values.length; i++) {
      squares += (values[i] - mean) * (values[i] - mean) * counts[i];
    }
    return new IntensityStatistics(
        values[values.length - 1],
        mean,
        percentile(total, 0.5),
        values[0],
        percentile(total, 0.005),
        percentile(total, 0.995),
        Math.sqrt(squares / total));
  }

  private double percentile(long total, double fraction) {
    double at = (total - 1) * fraction;
    long below = (long) Math.floor(at);
    double low = value(below);
    double high = value(Math.min(below + 1, total - 1));
    double part = at - below;
    double step = high - low;
    return part >= 0.5 ? high - step * (1 - part) : low + step * part;
  }

  private float value(long rank) {
    long seen = 0;
    for (int i = 0; i < values.length; i++) {
      seen += counts[i];
      if (rank < seen) {
        return values[i];
      }
    }
    throw new IllegalStateException("rank " + rank + " of " + seen);
  }
}
