package org.cirr.metrics.numeric;

import org.apache.commons.math3.random.MersenneTwister;

/**
 * Draws the numbers that {@code numpy.random.RandomState(seed)} draws, so that a seed gives the
 * folds, forests and resamples that it gives in scikit-learn and SciPy.
 *
 * <p>Not for use by several threads at once.
 *
 * <p><b>Source</b>: MT19937 of Matsumoto and Nishimura (1998), Commons Math's implementation;
 * bounded numbers are numpy's legacy "masked rejection": as many bits as the largest value has, and
 * again while the value is too large.
 */
public final class NumpyRandom {
  private final MersenneTwister twister;

  /**
   * A generator in the state that the seed gives.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a negative seed, as numpy refuses it.
   */
  public NumpyRandom(int seed) {
    requireSeed(seed);
    twister = new MersenneTwister(seed);
  }

  /** Returns the seed, which must not be negative. */
  public static int requireSeed(int seed) {
    if (seed < 0) {
      throw new IllegalArgumentException(
          "a seed is from 0 to " + Integer.MAX_VALUE + ", got " + seed);
    }
    return seed;
  }

  /** A number from 0 to {@code bound − 1}: {@code RandomState.randint(bound)}. */
  public int below(int bound) {
    int most = bound - 1;
    if (most == 0) {
      return 0; // numpy draws nothing for a single possible value
    }
    int mask = -1 >>> Integer.numberOfLeadingZeros(most);
    int value;
    do {
      value = twister.nextInt() & mask;
    } while (value > most);
    return value;
  }

  /** 32 random bits. */
  public int word() {
    return twister.nextInt();
  }

  /** A number in [0, 1) with 53 random bits: {@code RandomState.random_sample()}. */
  public double uniform() {
    long high = twister.nextInt() >>> 5;
    long low = twister.nextInt() >>> 6;
    return (high * 67108864.0 + low) / 9007199254740992.0;
  }

  /** Puts the values in random order: {@code RandomState.shuffle(values)}. */
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = below(i + 1);
      int kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }
}
