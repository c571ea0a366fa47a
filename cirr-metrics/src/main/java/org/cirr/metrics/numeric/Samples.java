package org.cirr.metrics.numeric;

/** What every test asks of its numbers. */
public final class Samples {
  private Samples() {}

  /** Returns the sample when it has enough values and all are finite. */
  public static double[] require(String name, double[] values, int least) {
    if (values.length < least) {
      throw new IllegalArgumentException(
          name
              + " has "
              + values.length
              + " values, at least "
              + least
              + " are needed; add cases or report the values themselves");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            name
                + "["
                + i
                + "] is "
                + values[i]
                + ", expected a finite number; leave the case out and say how many were");
      }
    }
    return values;
  }

  /** Checks two samples whose values belong together case by case. */
  public static void requirePairs(double[] a, double[] b, int least) {
    if (a.length != b.length) {
      throw new IllegalArgumentException(
          "pairs need samples of equal length, got "
              + a.length
              + " and "
              + b.length
              + " values; leave out the cases that one of them lacks");
    }
    require("a", a, least);
    require("b", b, least);
  }

  /** The mean, corrected for rounding. */
  public static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    double rest = 0; // what rounding took away
    for (double value : values) {
      rest += value - mean;
    }
    return mean + rest / values.length;
  }

  /** The sum of the squared differences from the mean. */
  public static double squares(double[] values) {
    double mean = mean(values);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum;
  }

  /** The sample variance, divided by n − 1. */
  public static double variance(double[] values) {
    return squares(values) / (values.length - 1);
  }

  /** The differences a − b. */
  public static double[] differences(double[] a, double[] b) {
    double[] differences = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      differences[i] = a[i] - b[i];
    }
    return differences;
  }

  /** Whether all values are the same. */
  public static boolean constant(double[] values) {
    for (double value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }
}
