package org.cirr.backend.cpu;

import org.cirr.op.Interpolate;

/** The two neighbours of every output index along one axis, and their weights. */
public final class Taps {
  private final int[] low;
  private final int[] high;
  private final double[] highWeight;

  private Taps(int length) {
    low = new int[length];
    high = new int[length];
    highWeight = new double[length];
  }

  /** The taps from {@code n} voxels to {@code size} voxels. */
  public static Taps of(int n, int size, Interpolate op) {
    Taps taps = new Taps(size);
    for (int k = 0; k < size; k++) {
      double x =
          switch (op.mode()) {
            case NEAREST -> Math.floor((double) k * n / size);
            case NEAREST_EXACT -> Math.floor((k + 0.5) * n / size);
            case LINEAR ->
                op.alignCorners()
                    ? (size == 1 ? 0 : (double) k * (n - 1) / (size - 1))
                    : (k + 0.5) * n / size - 0.5;
          };
      x = Math.max(0, Math.min(n - 1, x));
      taps.low[k] = (int) x;
      taps.high[k] = Math.min(n - 1, taps.low[k] + 1);
      taps.highWeight[k] = x - taps.low[k];
    }
    return taps;
  }

  /** The neighbour below (0) or above (1). */
  public int index(int k, int side) {
    return side == 0 ? low[k] : high[k];
  }

  /** The weight of the neighbour below (0) or above (1). */
  public double weight(int k, int side) {
    return side == 0 ? 1 - highWeight[k] : highWeight[k];
  }
}
