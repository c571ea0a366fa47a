package org.cirr.metrics.radiomics.feature;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongToDoubleFunction;

/** A discrete distribution: ascending whole numbers and their probabilities or counts. */
final class Distribution {
  /** NumPy's {@code spacing(1)}, which pyradiomics adds before every logarithm. */
  static final double EPSILON = Math.ulp(1.0);

  final long[] key;
  final double[] p;

  private Distribution(long[] key, double[] p) {
    this.key = key;
    this.p = p;
  }

  /** Adds up the weights of equal keys; the arrays are not changed. */
  static Distribution of(long[] keys, double[] weights) {
    long low = Long.MAX_VALUE;
    long high = Long.MIN_VALUE;
    for (long k : keys) {
      low = Math.min(low, k);
      high = Math.max(high, k);
    }
    if (keys.length == 0) {
      return new Distribution(new long[0], new double[0]);
    }
    long[] distinct =
        high - low < 4L * keys.length + 1024
            ? distinctByTable(keys, low, (int) (high - low) + 1)
            : Arrays.stream(keys).sorted().distinct().toArray();
    double[] sums = new double[distinct.length];
    boolean gapless = high - low + 1 == distinct.length;
    for (int k = 0; k < keys.length; k++) {
      int at = gapless ? (int) (keys[k] - low) : Arrays.binarySearch(distinct, keys[k]);
      sums[at] += weights[k];
    }
    return new Distribution(distinct, sums);
  }

  private static long[] distinctByTable(long[] keys, long low, int range) {
    boolean[] seen = new boolean[range];
    int count = 0;
    for (long k : keys) {
      int at = (int) (k - low);
      count += seen[at] ? 0 : 1;
      seen[at] = true;
    }
    long[] distinct = new long[count];
    for (int at = 0, n = 0; at < range; at++) {
      if (seen[at]) {
        distinct[n++] = low + at;
      }
    }
    return distinct;
  }

  /** Σ f(k) p(k). */
  double expect(LongToDoubleFunction f) {
    double sum = 0;
    for (int i = 0; i < key.length; i++) {
      sum += f.applyAsDouble(key[i]) * p[i];
    }
    return sum;
  }

  /** Σ f(p(k)). */
  double sum(DoubleUnaryOperator f) {
    double sum = 0;
    for (double probability : p) {
      sum += f.applyAsDouble(probability);
    }
    return sum;
  }

  /** −Σ p log₂(p + ε). */
  double entropy() {
    return entropy(p);
  }

  /** −Σ p log₂(p + ε). */
  static double entropy(double[] p) {
    double sum = 0;
    for (double probability : p) {
      sum -= probability * log2(probability + EPSILON);
    }
    return sum;
  }

  static double log2(double value) {
    return Math.log(value) / LN2;
  }

  /** A small whole power; Math.pow takes twenty times as long. */
  static double power(double base, int exponent) {
    double square = base * base;
    return switch (exponent) {
      case 2 -> square;
      case 3 -> square * base;
      case 4 -> square * square;
      default -> Math.pow(base, exponent);
    };
  }

  private static final double LN2 = Math.log(2);
}
