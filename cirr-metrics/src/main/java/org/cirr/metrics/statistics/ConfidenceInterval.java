package org.cirr.metrics.statistics;

/**
 * The values from {@code low} to {@code high} that are compatible with the data.
 *
 * @param level the confidence, such as 0.95
 */
public record ConfidenceInterval(double low, double high, double level) {

  /**
   * Checks the level.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when it is not between 0 and 1.
   */
  public ConfidenceInterval {
    requireLevel(level);
  }

  /** Whether the value lies in the interval, its ends included. */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** The same interval cut to [least, most]. */
  public ConfidenceInterval clipped(double least, double most) {
    return new ConfidenceInterval(
        Math.min(Math.max(low, least), most), Math.min(Math.max(high, least), most), level);
  }

  /** Returns the level, which must be between 0 and 1. */
  static double requireLevel(double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException(
          "a confidence level is between 0 and 1, got " + level + "; 0.95 is usual");
    }
    return level;
  }
}
