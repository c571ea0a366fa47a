package org.cirr.nn.random;

/**
 * A small fast generator: the same numbers for the same key on every machine and Java, those of
 * {@link #normal} but for the last bit, which {@link Math#log} leaves open.
 *
 * <p>Each thing that is drawn for (a sample of a batch, a phantom) gets a generator of its own, so
 * that what one of them draws does not depend on how many others there are, nor on the threads. Not
 * safe for use by several threads.
 *
 * <p><b>Source</b>: SplitMix64 (Steele, Lea and Flood 2014).
 */
public final class Draws {
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  private long state;
  private double spare;
  private boolean hasSpare;

  private Draws(long state) {
    this.state = state;
  }

  /** The generator of a key; keys that differ in any number give unrelated generators. */
  public static Draws of(long... key) {
    long state = 0;
    for (long part : key) {
      state = mixed(state + GAMMA + mixed(part + GAMMA));
    }
    return new Draws(state);
  }

  private static long mixed(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** The next 64 bits. */
  public long nextLong() {
    state += GAMMA;
    return mixed(state);
  }

  /** Uniform from 0 (included) to 1 (excluded). */
  public double uniform() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** Uniform between two bounds. */
  public double uniform(double low, double high) {
    return low + (high - low) * uniform();
  }

  /** True with a probability. */
  public boolean chance(double probability) {
    return uniform() < probability;
  }

  /**
   * A number from 0 to {@code bound − 1}.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a bound below 1.
   */
  public int below(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException(
          "a random number needs a bound of at least 1, got " + bound);
    }
    return (int) (uniform() * bound); // a bound of 2³¹ uses 31 of 53 bits: the bias is nil
  }

  /** Standard normal, by Marsaglia's polar method. */
  public double normal() {
    if (hasSpare) {
      hasSpare = false;
      return spare;
    }
    double x;
    double y;
    double s;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      s = x * x + y * y;
    } while (s >= 1 || s == 0);
    double factor = Math.sqrt(-2 * Math.log(s) / s);
    spare = y * factor;
    hasSpare = true;
    return x * factor;
  }

  /** Normal with a mean and a standard deviation. */
  public double normal(double mean, double deviation) {
    return mean + deviation * normal();
  }
}
