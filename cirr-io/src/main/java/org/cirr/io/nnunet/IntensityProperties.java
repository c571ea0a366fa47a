package org.cirr.io.nnunet;

import org.cirr.io.file.MalformedFileException;

/** One channel's intensities inside the training data's foreground; CT normalisation uses them. */
public record IntensityProperties(
    double mean, double std, double percentile005, double percentile995) {

  static IntensityProperties of(JsonNode node) throws MalformedFileException {
    return new IntensityProperties(
        node.get("mean").number(),
        node.get("std").number(),
        node.get("percentile_00_5").number(),
        node.get("percentile_99_5").number());
  }

  /** Whether voxels can be normalised by them. */
  boolean isUsable() {
    return Double.isFinite(mean)
        && Double.isFinite(std)
        && Double.isFinite(percentile005)
        && Double.isFinite(percentile995)
        && percentile005 <= percentile995;
  }
}
