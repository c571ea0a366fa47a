package org.cirr.nn.segment;

import java.util.List;
import java.util.Map;
import org.cirr.volume.LabelMap;

/**
 * What came out.
 *
 * @param labels the mask, on the grid of the volumes that were given
 * @param probabilities {@code [class][voxel]} on the same grid, or null when not asked for; classes
 *     are the network's outputs: all labels with the background, or one per region
 * @param warnings what a user should know, one sentence each
 * @param secondsPerStage wall time by stage, in the order of the work
 */
public record Segmentation(
    LabelMap labels,
    float[][] probabilities,
    List<String> warnings,
    Map<String, Double> secondsPerStage) {}
