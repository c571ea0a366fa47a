package org.cirr.nn.pseudolabel;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which predicted masks are good enough to train on.
 *
 * @param minConfidence the least mean probability of a structure, 0 to 1
 * @param minAgreement the least Dice with other predictions, 0 to 1
 * @param minLargest the least share of a structure's voxels in its largest component, 0 to 1
 * @param maxComponents the most components of a structure; {@link Integer#MAX_VALUE} for any number
 * @param allowMissing whether a structure may have no voxel
 * @param volumes label to the volumes it may have; labels that are not in it may have any
 */
public record KeepRules(
    double minConfidence,
    double minAgreement,
    double minLargest,
    int maxComponents,
    boolean allowMissing,
    Map<Integer, VolumeRange> volumes) {
  /** Copies the map and checks the values. */
  public KeepRules {
    volumes = Map.copyOf(volumes);
    requireFraction("the least confidence", minConfidence);
    requireFraction("the least agreement", minAgreement);
    requireFraction("the least share of the largest component", minLargest);
    if (maxComponents < 1) {
      throw new IllegalArgumentException(
          "the most components of a structure are 1 or more, got " + maxComponents);
    }
  }

  private static void requireFraction(String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(what + " is from 0 to 1, got " + value);
    }
  }

  /**
   * Why a mask is not kept: one sentence for each rule that a structure breaks; none when it is.
   *
   * <p><b>Edge cases</b>: what was not measured (NaN) breaks no rule.
   */
  public List<String> reasons(List<StructureQuality> structures) {
    List<String> reasons = new ArrayList<>();
    for (StructureQuality one : structures) {
      if (one.voxels() == 0) {
        if (!allowMissing) {
          reasons.add(one.name() + ": is missing");
        }
        continue;
      }
      if (one.confidence() < minConfidence) {
        reasons.add(below(one, "confidence", one.confidence(), minConfidence));
      }
      if (one.agreement() < minAgreement) {
        reasons.add(below(one, "agreement", one.agreement(), minAgreement));
      }
      if (one.largest() < minLargest) {
        reasons.add(below(one, "share of the largest component", one.largest(), minLargest));
      }
      if (one.components() > maxComponents) {
        reasons.add(
            one.name() + ": " + one.components() + " components, more than " + maxComponents);
      }
      VolumeRange range = volumes.get(one.value());
      if (range != null && !range.contains(one.ml())) {
        reasons.add(
            String.format(
                Locale.ROOT, "%s: %.1f ml is not within %s", one.name(), one.ml(), range));
      }
    }
    return reasons;
  }

  private static String below(StructureQuality one, String what, double value, double least) {
    return String.format(Locale.ROOT, "%s: %s %.3f is below %s", one.name(), what, value, least);
  }
}
