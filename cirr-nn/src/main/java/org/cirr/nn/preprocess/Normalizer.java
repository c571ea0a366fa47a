package org.cirr.nn.preprocess;

import java.util.BitSet;
import org.cirr.io.nnunet.IntensityProperties;
import org.cirr.io.nnunet.Normalization;

/**
 * How nnU-Net changes the intensities of one channel, after the crop and before the resampling.
 *
 * <p>Sums are taken in double; NumPy's float32 pairwise sums differ by about 10⁻⁶ relative.
 *
 * <p><b>Edge cases</b>: voxels that are NaN or infinite take no part in minimum, maximum, mean and
 * deviation, become 0, and are counted; NumPy would turn the whole channel into NaN. A channel of
 * one value becomes 0 everywhere.
 */
public sealed interface Normalizer {
  /**
   * What a plan says of a channel.
   *
   * @param intensities the channel's training intensities; only CT needs them, others accept null
   */
  static Normalizer of(Normalization plan, IntensityProperties intensities) {
    return switch (plan.scheme()) {
      case ZSCORE -> new ZScore(plan.useMask());
      case CT ->
          new Ct(
              intensities.percentile005(),
              intensities.percentile995(),
              intensities.mean(),
              intensities.std());
      case NONE -> new None();
      case RESCALE_0_1 -> new RescaleTo01();
      case RGB_0_1 -> new RgbTo01();
    };
  }

  /**
   * Normalises a channel in place.
   *
   * @param inside the voxels that {@link NonzeroCrop#inside()} found; only a masked z-score looks
   *     at it, others accept null
   * @return the number of NaN and infinite voxels, which are 0 now
   */
  default long apply(float[] data, BitSet inside) {
    long replaced = 0;
    BitSet bad = null;
    for (int index = 0; index < data.length; index++) {
      if (!Float.isFinite(data[index])) {
        bad = bad == null ? new BitSet(data.length) : bad;
        bad.set(index);
        replaced++;
      }
    }
    normalise(data, inside, bad);
    for (int index = first(bad); index >= 0; index = bad.nextSetBit(index + 1)) {
      data[index] = 0;
    }
    return replaced;
  }

  /** Changes the data; what lies in {@code bad} (null: nothing) is left out of the statistics. */
  void normalise(float[] data, BitSet inside, BitSet bad);

  private static int first(BitSet bits) {
    return bits == null ? -1 : bits.nextSetBit(0);
  }

  /**
   * Subtracts the mean and divides by the population standard deviation.
   *
   * <p><b>Formula</b>: (x − mean) / max(std, 10⁻⁸). Masked, both are those of the inside, and
   * voxels outside keep their value.
   *
   * <p><b>Source</b>: nnU-Net {@code ZScoreNormalization}, {@code use_mask_for_norm}.
   */
  record ZScore(boolean masked) implements Normalizer {
    @Override
    public void normalise(float[] data, BitSet inside, BitSet bad) {
      if (masked && inside == null) {
        throw new IllegalArgumentException("a masked z-score needs the mask of the inside");
      }
      long count = 0;
      double sum = 0;
      for (int index = 0; index < data.length; index++) {
        if (counts(index, inside, bad)) {
          sum += data[index];
          count++;
        }
      }
      if (count == 0) {
        return;
      }
      double mean = sum / count;
      double squares = 0;
      for (int index = 0; index < data.length; index++) {
        if (counts(index, inside, bad)) {
          double difference = data[index] - mean;
          squares += difference * difference;
        }
      }
      float shift = (float) mean;
      float scale = (float) Math.max(Math.sqrt(squares / count), 1e-8);
      for (int index = 0; index < data.length; index++) {
        if (!masked || inside.get(index)) {
          data[index] = (data[index] - shift) / scale;
        }
      }
    }

    private boolean counts(int index, BitSet inside, BitSet bad) {
      return (!masked || inside.get(index)) && (bad == null || !bad.get(index));
    }
  }

  /**
   * Clips to the training data's percentiles, then a z-score with the training data's constants.
   *
   * <p><b>Formula</b>: (clip(x, lower, upper) − mean) / max(std, 10⁻⁸).
   *
   * <p><b>Source</b>: nnU-Net {@code CTNormalization}; constants {@code percentile_00_5}, {@code
   * percentile_99_5}, {@code mean} and {@code std} of the plans.
   */
  record Ct(double lower, double upper, double mean, double std) implements Normalizer {
    @Override
    public void normalise(float[] data, BitSet inside, BitSet bad) {
      float low = (float) lower;
      float high = (float) upper;
      float shift = (float) mean;
      float scale = (float) Math.max(std, 1e-8);
      for (int index = 0; index < data.length; index++) {
        data[index] = (Math.min(Math.max(data[index], low), high) - shift) / scale;
      }
    }
  }

  /** Leaves the values as they are. <b>Source</b>: nnU-Net {@code NoNormalization}. */
  record None() implements Normalizer {
    @Override
    public void normalise(float[] data, BitSet inside, BitSet bad) {}
  }

  /**
   * Scales to the range 0 to 1.
   *
   * <p><b>Formula</b>: (x − min) / max(max(x) − min, 10⁻⁸).
   *
   * <p><b>Source</b>: nnU-Net {@code RescaleTo01Normalization}.
   */
  record RescaleTo01() implements Normalizer {
    @Override
    public void normalise(float[] data, BitSet inside, BitSet bad) {
      float[] range = range(data, bad);
      float span = Math.max(range[1] - range[0], 1e-8f);
      for (int index = 0; index < data.length; index++) {
        data[index] = (data[index] - range[0]) / span;
      }
    }
  }

  /**
   * Divides by 255.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for values outside 0 to 255.
   *
   * <p><b>Source</b>: nnU-Net {@code RGBTo01Normalization}.
   */
  record RgbTo01() implements Normalizer {
    @Override
    public void normalise(float[] data, BitSet inside, BitSet bad) {
      float[] range = range(data, bad);
      if (range[0] < 0 || range[1] > 255) {
        throw new IllegalArgumentException(
            "RGBTo01Normalization needs values from 0 to 255, got "
                + range[0]
                + " to "
                + range[1]
                + ": the image is no 8-bit colour channel, or the model is for other images");
      }
      for (int index = 0; index < data.length; index++) {
        data[index] /= 255f;
      }
    }
  }

  private static float[] range(float[] data, BitSet bad) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (int index = 0; index < data.length; index++) {
      if (bad == null || !bad.get(index)) {
        low = Math.min(low, data[index]);
        high = Math.max(high, data[index]);
      }
    }
    return low <= high ? new float[] {low, high} : new float[] {0, 0};
  }
}
