package org.cirr.metrics.distance;

/**
 * Percentiles with linear interpolation, as numpy's and torch's default (Hyndman and Fan, type 7).
 */
final class Percentile {
  private Percentile() {}

  /**
   * The percentile of ascending values, at least one.
   *
   * <p><b>Formula</b>: with h = (n − 1) · share: x[⌊h⌋] + (h − ⌊h⌋) · (x[⌊h⌋ + 1] − x[⌊h⌋]).
   *
   * <p><b>Edge cases</b>: infinite where one of the two values is infinite and counts.
   */
  static double of(double[] ascending, double share) {
    double place = (ascending.length - 1) * share;
    int low = (int) Math.floor(place);
    double part = place - low;
    double below = ascending[low];
    if (part == 0 || low == ascending.length - 1) {
      return below;
    }
    double above = ascending[low + 1];
    return below == above ? below : below + part * (above - below);
  }
}
