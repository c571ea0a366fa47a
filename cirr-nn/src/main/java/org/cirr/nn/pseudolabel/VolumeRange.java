package org.cirr.nn.pseudolabel;

import java.util.Locale;

/**
 * The volumes that a structure may have.
 *
 * <p><b>Units</b>: millilitres.
 *
 * @param least the smallest one
 * @param most the largest one
 */
public record VolumeRange(double least, double most) {
  /** Checks the order. */
  public VolumeRange {
    if (!(least >= 0 && least <= most && most < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "volumes go from a smaller to a larger number of ml, got " + least + " to " + most);
    }
  }

  /** Whether a volume is within, both ends included. */
  public boolean contains(double ml) {
    return ml >= least && ml <= most;
  }

  /** The smallest range that has this one and a volume. */
  VolumeRange with(double ml) {
    return new VolumeRange(Math.min(least, ml), Math.max(most, ml));
  }

  /** A range from 1 / factor of the smallest to factor times the largest volume. */
  VolumeRange widened(double factor) {
    return new VolumeRange(least / factor, most * factor);
  }

  /** Both ends. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f to %.1f ml", least, most);
  }
}
