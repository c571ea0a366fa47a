package org.cirr.nn.optimize;

/**
 * Lowers the learning rate when a metric has stopped falling.
 *
 * <p><b>Source</b>: {@code torch.optim.lr_scheduler.ReduceLROnPlateau}, mode {@code min}, relative
 * threshold.
 */
public final class Plateau {
  private final double factor;
  private final int patience;
  private final double threshold;
  private final int cooldown;
  private final double least;
  private double rate;
  private double best = Double.POSITIVE_INFINITY;
  private int bad;
  private int resting;

  /**
   * At the start.
   *
   * @param factor by which the rate is multiplied
   * @param patience bad epochs in a row that are borne
   * @param threshold how much less, relatively, counts as better
   * @param cooldown epochs after a change in which none counts as bad
   * @param least the least rate
   */
  public Plateau(
      double base, double factor, int patience, double threshold, int cooldown, double least) {
    this.rate = base;
    this.factor = factor;
    this.patience = patience;
    this.threshold = threshold;
    this.cooldown = cooldown;
    this.least = least;
  }

  /** The rate of the epoch that comes. */
  public double rate() {
    return rate;
  }

  /** Takes the metric of an epoch and returns the rate of the next one. */
  public double next(double metric) {
    if (metric < best * (1 - threshold)) {
      best = metric;
      bad = 0;
    } else {
      bad++;
    }
    if (resting > 0) {
      resting--;
      bad = 0;
    }
    if (bad > patience) {
      double lower = Math.max(rate * factor, least);
      rate = rate - lower > 1e-8 ? lower : rate;
      resting = cooldown;
      bad = 0;
    }
    return rate;
  }
}
