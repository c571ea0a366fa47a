package org.cirr.nn.segment;

import org.cirr.tensor.Half;

/**
 * How much every voxel of a tile counts: most at its centre, in half precision.
 *
 * <p><b>Formula</b>: 10 · exp(−½ Σ ((i − ⌊P/2⌋) / (P/8))²), rounded double → float → half; what
 * rounds to 0 becomes the smallest value that does not.
 *
 * <p><b>Source</b>: nnU-Net {@code compute_gaussian}, whose filter of width 4σ never truncates
 * here.
 */
public final class GaussianMap {
  private static final double PEAK = 10;
  private static final double SIGMA = 1.0 / 8;

  private GaussianMap() {}

  /** The half bits of the map of a patch with any number of axes, in C order. */
  public static short[] of(int... patch) {
    int length = 1;
    for (int extent : patch) {
      length = Math.multiplyExact(length, extent);
    }
    double[] exponent = new double[length];
    int inner = length;
    for (int extent : patch) {
      inner /= extent;
      for (int index = 0; index < length; index++) {
        double distance = (index / inner % extent - extent / 2) / (extent * SIGMA);
        exponent[index] += distance * distance;
      }
    }
    short[] map = new short[length];
    int smallest = Integer.MAX_VALUE;
    for (int index = 0; index < length; index++) {
      // Two roundings, as PyTorch converts double to half.
      map[index] = Half.fromFloat((float) (PEAK * Math.exp(-0.5 * exponent[index])));
      if (map[index] != 0) {
        smallest = Math.min(smallest, map[index]); // positive halves order like their bits
      }
    }
    for (int index = 0; index < length; index++) {
      if (map[index] == 0) {
        map[index] = (short) smallest;
      }
    }
    return map;
  }
}
