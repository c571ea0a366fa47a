package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Channel-wise arithmetic on channels-last data with any number of channels, in whole vectors.
 *
 * <p>The channel of flat element i is {@code i mod C}. Lanes and channels line up again after
 * {@link #period()} = lcm(C, lanes) elements, so a per-channel vector is repeated to that length
 * once, and the loops need no tails inside.
 */
final class ChannelScale {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Elements of a block: 4 KB of each tensor. */
  private static final int BLOCK = 1024;

  private final int channels;
  private final int period;

  ChannelScale(int channels) {
    this.channels = Math.max(1, channels); // an empty tensor has nothing to do
    int a = this.channels;
    int b = LANES;
    while (b != 0) {
      int rest = a % b;
      a = b;
      b = rest;
    }
    this.period = this.channels / a * LANES;
  }

  /** Elements after which channels and lanes line up again. */
  int period() {
    return period;
  }

  /**
   * Elements, whole periods, that a loop over columns of channels should take at once: each column
   * reads a part of every cache line, so the lines of all tensors have to stay in the L1 cache.
   */
  int block() {
    return Math.max(1, BLOCK / period) * period;
  }

  /** Repeats {@code C} values at {@code at} to a whole period, in place. */
  void repeat(float[] values, int at) {
    for (int i = channels; i < period; i++) {
      values[at + i] = values[at + i - channels];
    }
  }

  /**
   * {@code out = activation((in − mean) · factor + shift)}.
   *
   * @param length elements, starting at channel 0
   * @param table mean, factor and shift, each a period long, from {@code at} on
   */
  void apply(
      float[] in,
      int base,
      float[] out,
      int to,
      int length,
      float[] table,
      int at,
      Activation activation) {
    int whole = length - length % period;
    for (int i = 0; i < whole; i += period) {
      for (int j = 0; j < period; j += LANES) {
        FloatVector mean = FloatVector.fromArray(F, table, at + j);
        FloatVector factor = FloatVector.fromArray(F, table, at + period + j);
        FloatVector shift = FloatVector.fromArray(F, table, at + 2 * period + j);
        FloatVector x = FloatVector.fromArray(F, in, base + i + j).sub(mean);
        activation.apply(x.fma(factor, shift)).intoArray(out, to + i + j);
      }
    }
    for (int i = whole; i < length; i++) {
      int c = at + i % channels;
      float x = in[base + i] - table[c];
      out[to + i] = activation.apply(Math.fma(x, table[c + period], table[c + 2 * period]));
    }
  }

  /** {@code sums[i mod period] += in[i]}, or {@code (in[i] − mean)²} when there is a mean. */
  void accumulate(
      float[] in, int base, int length, float[] sums, int at, float[] mean, int meanAt) {
    int whole = length - length % period;
    for (int i = 0; i < whole; i += period) {
      for (int j = 0; j < period; j += LANES) {
        FloatVector x = FloatVector.fromArray(F, in, base + i + j);
        FloatVector sum = FloatVector.fromArray(F, sums, at + j);
        if (mean != null) {
          x = x.sub(FloatVector.fromArray(F, mean, meanAt + j));
          sum = x.fma(x, sum);
        } else {
          sum = sum.add(x);
        }
        sum.intoArray(sums, at + j);
      }
    }
    for (int i = whole; i < length; i++) {
      float x = in[base + i];
      if (mean != null) {
        x -= mean[meanAt + i % period];
        sums[at + i % period] += x * x;
      } else {
        sums[at + i % period] += x;
      }
    }
  }
}
