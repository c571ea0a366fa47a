package org.cirr.metrics.radiomics.feature;

import java.util.List;

/**
 * How texture matrices are built.
 *
 * @param distances the Chebyshev distances in voxels at which GLCM, GLDM and NGTDM look for
 *     neighbours; GLRLM and GLSZM always use 1
 * @param flatAxis the array axis (0 z, 1 y, 2 x) along which no neighbours are looked for; −1 for
 *     none
 * @param symmetricGlcm whether each pair counts in both orders
 * @param weighting how the directions of GLCM and GLRLM are merged
 * @param dependenceTolerance GLDM's α: levels that differ by at most this much are dependent
 */
public record TextureSettings(
    List<Integer> distances,
    int flatAxis,
    boolean symmetricGlcm,
    Weighting weighting,
    double dependenceTolerance) {

  /** How the matrices of several directions become features. */
  public enum Weighting {
    /** Features are means over the directions; no matrices are merged. */
    NONE,
    /** Matrices are summed as they are. */
    NO_WEIGHTING,
    /** Weight by the sum of the offset's components in mm. */
    MANHATTAN,
    /** Weight by the offset's length in mm. */
    EUCLIDEAN,
    /** Weight by the offset's largest component in mm. */
    INFINITY
  }

  public TextureSettings {
    distances = List.copyOf(distances);
    if (distances.isEmpty() || distances.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException(
          "'distances' must be whole numbers from 1 on, got " + distances);
    }
    if (flatAxis < -1 || flatAxis > 2) {
      throw new IllegalArgumentException(
          "'force2Ddimension' must be 0 (z), 1 (y) or 2 (x), got " + flatAxis);
    }
    if (!(dependenceTolerance >= 0)) {
      throw new IllegalArgumentException("'gldm_a' must be 0 or more, got " + dependenceTolerance);
    }
  }

  /** pyradiomics' defaults. */
  public static TextureSettings defaults() {
    return new TextureSettings(List.of(1), -1, true, Weighting.NONE, 0);
  }

  /** The farthest distance, which is the margin that levels need. */
  public int reach() {
    return distances.stream().mapToInt(Integer::intValue).max().orElse(1);
  }
}
