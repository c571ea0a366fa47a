package org.cirr.metrics.evaluate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cirr.metrics.overlap.Confusion;

/**
 * What was measured of one structure.
 *
 * @param structure the structure
 * @param counts its four counts
 * @param voxelVolumeMm3 the volume of a voxel; NaN where it is not known
 * @param values the metrics in the order in which they were asked for, key to value
 */
public record StructureScores(
    Structure structure, Confusion counts, double voxelVolumeMm3, Map<String, Double> values) {

  /** Copies the map. */
  public StructureScores {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** A metric's value; NaN when it was not measured. */
  public double value(String key) {
    return values.getOrDefault(key, Double.NaN);
  }

  /** The volume of the reference in ml. */
  public double referenceMl() {
    return counts.referenceMl(voxelVolumeMm3);
  }

  /** The volume of the prediction in ml. */
  public double predictedMl() {
    return counts.predictedMl(voxelVolumeMm3);
  }
}
