package org.cirr.nn.segment;

import java.util.List;
import java.util.Map;
import org.cirr.volume.LabelMap;

/** STAND-IN: what came out. */
public record Segmentation(
    LabelMap labels,
    float[][] probabilities,
    List<String> warnings,
    Map<String, Double> secondsPerStage) {}
