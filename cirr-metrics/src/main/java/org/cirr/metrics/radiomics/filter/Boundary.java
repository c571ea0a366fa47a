package org.cirr.metrics.radiomics.filter;

/**
 * What lies beyond the border of an image.
 *
 * <p><b>Source</b>: IBSI reference manual, part 2, section 2.3.
 */
public enum Boundary {
  /** Zeros. */
  ZERO,
  /** The value of the nearest voxel. */
  NEAREST,
  /** The other end of the image. */
  PERIODIC,
  /** The image, mirrored at its border: c b a | a b c. */
  MIRROR;

  /** The sample at an index that may lie outside. */
  double at(double[] line, int index) {
    int n = line.length;
    if (index >= 0 && index < n) {
      return line[index];
    }
    return switch (this) {
      case ZERO -> 0;
      case NEAREST -> line[index < 0 ? 0 : n - 1];
      case PERIODIC -> line[Math.floorMod(index, n)];
      case MIRROR -> {
        int at = Math.floorMod(index, 2 * n);
        yield line[at < n ? at : 2 * n - 1 - at];
      }
    };
  }
}
