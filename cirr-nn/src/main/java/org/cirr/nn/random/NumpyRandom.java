package org.cirr.nn.random;

import java.util.Arrays;

/**
 * The numbers of NumPy's {@code RandomState}: the Mersenne Twister MT19937 and the legacy ways to
 * draw from it.
 *
 * <p>nnU-Net's folds, intensity samples and class locations come from it, and are the same here.
 * Not safe for use by several threads.
 *
 * <p><b>Source</b>: Matsumoto and Nishimura 1998; {@code numpy.random.RandomState}.
 */
public final class NumpyRandom {
  private static final int SIZE = 624;
  private static final int MIDDLE = 397;
  private static final int MOST_COUNTED = 1 << 28; // up to twice as many counts are held

  private final int[] state = new int[SIZE];
  private int next = SIZE;

  /** The generator that {@code RandomState(seed)} is. */
  public NumpyRandom(int seed) {
    state[0] = seed;
    for (int i = 1; i < SIZE; i++) {
      state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
    }
  }

  /** The next 32 bits. */
  public int nextBits() {
    if (next == SIZE) {
      twist();
      next = 0;
    }
    return temper(state[next++]);
  }

  private static int temper(int bits) {
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return bits ^ (bits >>> 18);
  }

  private void twist() {
    for (int i = 0; i < SIZE - MIDDLE; i++) {
      mix(i, i + 1, i + MIDDLE);
    }
    for (int i = SIZE - MIDDLE; i < SIZE - 1; i++) {
      mix(i, i + 1, i + MIDDLE - SIZE);
    }
    mix(SIZE - 1, 0, MIDDLE - 1);
  }

  private void mix(int i, int after, int middle) {
    int y = (state[i] & 0x80000000) | (state[after] & 0x7fffffff);
    state[i] = state[middle] ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
  }

  /**
   * A number from 0 to {@code bound − 1}, drawn as {@code randint(0, bound)} does: as many bits as
   * needed, again until they are below the bound.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a bound below 1.
   */
  public int nextInt(int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException(
          "a random number needs a bound of at least 1, got " + bound);
    }
    int most = bound - 1;
    if (most == 0) {
      return 0; // NumPy takes no bits here
    }
    int mask = -1 >>> Integer.numberOfLeadingZeros(most);
    int value = nextBits() & mask;
    while (value > most) {
      value = nextBits() & mask;
    }
    return value;
  }

  /**
   * How often each number from 0 to {@code bound − 1} comes in that many calls of {@link #nextInt};
   * the generator is then where those calls would have left it.
   *
   * <p><b>Shapes</b>: {@code bound} counts.
   *
   * <p><b>Errors</b>: those of {@code nextInt}.
   */
  public int[] counts(int bound, int draws) {
    if (bound < 2 || bound > MOST_COUNTED) {
      int[] counts = new int[Math.max(bound, 1)];
      for (int i = 0; i < draws; i++) {
        counts[nextInt(bound)]++;
      }
      return counts;
    }
    int most = bound - 1;
    int mask = -1 >>> Integer.numberOfLeadingZeros(most);
    int[] counts = new int[mask + 1];
    int[] bits = new int[SIZE];
    int left = draws;
    while (left > 0) {
      if (next == SIZE) {
        twist();
        next = 0;
      }
      int end = Math.min(SIZE, next + left); // so that no more are taken than may be needed
      for (int i = next; i < end; i++) {
        bits[i] = temper(state[i]) & mask;
      }
      for (int i = next; i < end; i++) {
        counts[bits[i]]++;
        left -= bits[i] <= most ? 1 : 0;
      }
      next = end;
    }
    return Arrays.copyOf(counts, bound);
  }

  /*
   * nnU-Net draws 10⁸ numbers for a fingerprint. One by one that is a branch that cannot be
   * foretold for each number that is too large. Here those are counted too, in places behind the
   * bound that are then cut off, and tempering is a loop of its own, which Java makes vectors of.
   */

  /** The numbers 0 to {@code count − 1} in the order of {@code permutation(count)}. */
  public int[] permutation(int count) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    for (int i = count - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int moved = order[i];
      order[i] = order[j];
      order[j] = moved;
    }
    return order;
  }
}
