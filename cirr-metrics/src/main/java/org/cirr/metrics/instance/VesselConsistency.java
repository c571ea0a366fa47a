package org.cirr.metrics.instance;

import java.util.List;
import org.cirr.metrics.ConnectedComponents;
import org.cirr.metrics.Connectivity;
import org.cirr.metrics.LabelSet;
import org.cirr.volume.LabelMap;

/**
 * How often a structure that is one piece in the body was segmented as one piece.
 *
 * <p><b>Formula</b>: VC = segmentations with exactly one connected component / all segmentations;
 * one without a voxel counts as not consistent.
 *
 * <p><b>Source</b>: MRSegmentator, which does not state the connectivity; {@link
 * Connectivity#CORNERS} is the usual one for vessels.
 *
 * @param segmentations all
 * @param consistent those with one component
 * @param empty those without a voxel
 * @param meanParts the mean number of components of those with more than one; NaN if there is none
 * @param sdParts their standard deviation (divided by n − 1); NaN if there are fewer than two
 */
public record VesselConsistency(
    int segmentations, int consistent, int empty, double meanParts, double sdParts) {

  /** VC; NaN without a segmentation. */
  public double value() {
    return (double) consistent / segmentations;
  }

  /** The number of connected components of a structure in one segmentation. */
  public static int parts(LabelMap map, LabelSet structure, Connectivity connectivity) {
    return ConnectedComponents.of(
            map.shape().toArray(), connectivity, index -> structure.contains(map.get(index)))
        .count();
  }

  /**
   * Sums up the numbers of components of many segmentations.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a negative number.
   */
  public static VesselConsistency of(List<Integer> parts) {
    int consistent = 0;
    int empty = 0;
    int broken = 0;
    double sum = 0;
    for (int each : parts) {
      if (each < 0) {
        throw new IllegalArgumentException("a number of components cannot be " + each);
      }
      consistent += each == 1 ? 1 : 0;
      empty += each == 0 ? 1 : 0;
      broken += each > 1 ? 1 : 0;
      sum += each > 1 ? each : 0;
    }
    double mean = broken == 0 ? Double.NaN : sum / broken;
    double squares = 0;
    for (int each : parts) {
      squares += each > 1 ? (each - mean) * (each - mean) : 0;
    }
    double sd = broken < 2 ? Double.NaN : Math.sqrt(squares / (broken - 1));
    return new VesselConsistency(parts.size(), consistent, empty, mean, sd);
  }
}
