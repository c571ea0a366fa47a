package org.cirr.nn.optimize;

import java.util.List;

/** The learning rate as a function of the epoch or step, counted from 0. */
@FunctionalInterface
public interface Schedule {
  /** The learning rate of an epoch. */
  double rate(int epoch);

  /** {@code base · (1 − epoch/epochs)^power}; nnU-Net's with power 0.9. */
  static Schedule poly(double base, int epochs, double power) {
    positive(epochs);
    return epoch -> base * Math.pow(Math.max(0, 1 - (double) epoch / epochs), power);
  }

  /**
   * Half a cosine wave from {@code base} down to {@code least}.
   *
   * <p><b>Source</b>: {@code torch.optim.lr_scheduler.CosineAnnealingLR}.
   */
  static Schedule cosine(double base, int epochs, double least) {
    positive(epochs);
    return epoch -> least + (base - least) * (1 + Math.cos(Math.PI * epoch / epochs)) / 2;
  }

  /** {@code base} times {@code factor} after every {@code size} epochs. */
  static Schedule steps(double base, int size, double factor) {
    positive(size);
    return epoch -> base * Math.pow(factor, epoch / size);
  }

  /** {@code base} times {@code factor} at each of the given epochs. */
  static Schedule steps(double base, List<Integer> epochs, double factor) {
    List<Integer> at = List.copyOf(epochs);
    return epoch -> base * Math.pow(factor, at.stream().filter(each -> each <= epoch).count());
  }

  /** {@code base · factor^epoch}. */
  static Schedule exponential(double base, double factor) {
    return epoch -> base * Math.pow(factor, epoch);
  }

  /**
   * Rises to the rate of this schedule's beginning in {@code epochs} equal steps, then follows it.
   */
  default Schedule warmedUp(int epochs) {
    return epoch -> epoch < epochs ? rate(0) * (epoch + 1) / epochs : rate(epoch - epochs);
  }

  private static void positive(int epochs) {
    if (epochs < 1) {
      throw new IllegalArgumentException("a schedule needs 1 or more epochs, got " + epochs);
    }
  }
}
