package org.cirr.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.cirr.io.image.ImageFile;
import org.cirr.metrics.Connectivity;
import org.cirr.metrics.instance.InstanceOverlap;
import org.cirr.metrics.instance.Matching;
import org.cirr.metrics.instance.PanopticQuality;
import org.cirr.testing.Shared;
import org.cirr.volume.LabelMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The numbers that panoptica's tutorials print for its own spine masks. */
class PanopticaDataTest {
  private static final double EXACT = 1e-12;

  private static LabelMap read(String name) throws IOException {
    return ImageFile.readLabels(Shared.require("data/panoptica/" + name + ".nii.gz"));
  }

  @ParameterizedTest
  @EnumSource(Matching.class)
  void semanticMasks(Matching matching) throws IOException {
    InstanceOverlap overlap =
        InstanceOverlap.ofComponents(
            read("semantic/ref"), read("semantic/pred"), 0, Connectivity.CORNERS);
    assertEquals(87, overlap.references());
    assertEquals(89, overlap.predictions());
    PanopticQuality quality = PanopticQuality.of(overlap, matching, 0.5);
    assertEquals(73, quality.tp());
    assertEquals(16, quality.fp());
    assertEquals(14, quality.fn());
    assertEquals(0.8295454545454546, quality.recognition(), EXACT);
    assertEquals(0.7940127477906024, quality.segmentation(), EXACT);
    assertEquals(0.6586696657808406, quality.quality(), EXACT);
    assertEquals(0.8802182546605446, quality.segmentationDice(), EXACT);
    assertEquals(0.7301810521615881, quality.qualityDice(), EXACT);
  }

  @ParameterizedTest
  @EnumSource(Matching.class)
  void unmatchedInstances(Matching matching) throws IOException {
    InstanceOverlap overlap =
        InstanceOverlap.ofInstances(
            read("unmatched_instance/ref"), read("unmatched_instance/pred"), 0);
    PanopticQuality quality = PanopticQuality.of(overlap, matching, 0.5);
    assertEquals(19, quality.tp());
    assertEquals(3, quality.fp());
    assertEquals(3, quality.fn());
    assertEquals(0.8636363636363636, quality.recognition(), EXACT);
    assertEquals(0.8328184295330797, quality.segmentation(), EXACT);
    assertEquals(0.7192522800512962, quality.quality(), EXACT);
    assertEquals(0.900292616009954, quality.segmentationDice(), EXACT);
  }
}
