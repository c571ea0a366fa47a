package org.cirr.nn.pseudolabel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.cirr.nn.segment.Segmentation;
import org.cirr.tensor.Shape;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

class MaskQualityTest {
  private static final double EXACT = 1e-7; // probabilities are floats
  private static final Map<Integer, String> NAMES =
      new TreeMap<>(Map.of(0, "background", 1, "liver", 2, "spleen", 3, "kidney"));

  /** A row of voxels of 5 mm³. */
  private static LabelMap row(int... labels) {
    Geometry grid =
        Geometry.of(Shape.of(1, 1, labels.length), Affine.ofSpacing(new Spacing(2.5, 2, 1)));
    LabelMap map = LabelMap.zeros(grid, 255);
    for (int i = 0; i < labels.length; i++) {
      map.set(i, labels[i]);
    }
    return map;
  }

  private static Segmentation segmentation(LabelMap labels, float[]... probabilities) {
    return new Segmentation(labels, probabilities, List.of(), Map.of());
  }

  @Test
  void aStructureHasItsOwnConfidenceVolumeAndPieces() {
    LabelMap mask = row(1, 1, 0, 1, 2, 0, 0);
    List<StructureQuality> found =
        MaskQuality.of(
            segmentation(
                mask,
                new float[] {0.2f, 0.1f, 0.9f, 0.3f, 0.25f, 1, 1},
                new float[] {0.8f, 0.9f, 0.05f, 0.7f, 0.25f, 0, 0},
                new float[] {0, 0, 0.05f, 0, 0.5f, 0, 0},
                new float[7]),
            List.of(0, 1, 2, 3),
            NAMES,
            List.of());
    assertEquals(List.of("liver", "spleen", "kidney"), found.stream().map(s -> s.name()).toList());
    StructureQuality liver = found.get(0);
    assertEquals(3, liver.voxels());
    assertEquals(0.015, liver.ml(), EXACT);
    assertEquals(0.8, liver.confidence(), EXACT);
    assertEquals(2, liver.components());
    assertEquals(2 / 3.0, liver.largest(), EXACT);
    assertEquals(Double.NaN, liver.agreement(), "there is nothing to agree with");
    assertEquals(0.5, found.get(1).confidence(), EXACT);
    assertEquals(
        new StructureQuality(3, "kidney", 0, 0, Double.NaN, Double.NaN, 0, Double.NaN),
        found.get(2));
  }

  @Test
  void agreementIsTheMeanDiceWithTheOthers() {
    LabelMap mask = row(1, 1, 1, 1, 2, 2);
    List<StructureQuality> found =
        MaskQuality.of(
            segmentation(mask, new float[6], new float[6], new float[6], new float[6]),
            List.of(0, 1, 2, 3),
            NAMES,
            List.of(row(1, 1, 0, 0, 2, 2), row(3, 1, 1, 1, 1, 0)));
    assertEquals((2 * 2.0 / (4 + 2) + 2 * 3.0 / (4 + 4)) / 2, found.get(0).agreement(), EXACT);
    assertEquals((1.0 + 0) / 2, found.get(1).agreement(), EXACT);
    assertEquals(Double.NaN, found.get(2).agreement());
  }

  @Test
  void theLaterOfTwoRegionsThatWriteOneLabelIsItsConfidence() {
    List<StructureQuality> found =
        MaskQuality.of(
            segmentation(row(1, 2), new float[] {0.75f, 0.5f}, new float[] {0.25f, 1}),
            List.of(1, 2),
            NAMES,
            List.of());
    assertEquals(0.75, found.get(0).confidence(), EXACT);
    assertEquals(1, found.get(1).confidence(), EXACT);
  }

  @Test
  void whatCannotBeMeasuredIsRefused() {
    Segmentation none = new Segmentation(row(1, 2), null, List.of(), Map.of());
    assertEquals(
        "the quality of a mask is measured on probabilities, but there are none: ask for them in"
            + " the SegmentRequest",
        assertThrows(
                IllegalArgumentException.class,
                () -> MaskQuality.of(none, List.of(0, 1, 2), NAMES, List.of()))
            .getMessage());
    Segmentation two = segmentation(row(1, 2), new float[2], new float[2], new float[2]);
    assertEquals(
        "masks of one case have one shape, got [1, 1, 2] and [1, 1, 3]: predict them from the same"
            + " image",
        assertThrows(
                IllegalArgumentException.class,
                () -> MaskQuality.of(two, List.of(0, 1, 2), NAMES, List.of(row(1, 2, 1))))
            .getMessage());
  }

  @Test
  void everyBrokenRuleIsAReasonAndWhatWasNotMeasuredIsNone() {
    KeepRules rules = new KeepRules(0.9, 0.8, 0.7, 2, false, Map.of(1, new VolumeRange(100, 200)));
    assertEquals(
        List.of(
            "liver: confidence 0.850 is below 0.9",
            "liver: agreement 0.790 is below 0.8",
            "liver: share of the largest component 0.600 is below 0.7",
            "liver: 3 components, more than 2",
            "liver: 99.5 ml is not within 100.0 to 200.0 ml",
            "spleen: is missing"),
        rules.reasons(
            List.of(
                new StructureQuality(1, "liver", 5, 99.5, 0.85, 0.79, 3, 0.6),
                new StructureQuality(2, "spleen", 0, 0, Double.NaN, Double.NaN, 0, Double.NaN))));
    assertEquals(
        List.of(),
        rules.reasons(List.of(new StructureQuality(1, "liver", 5, 100, 0.9, Double.NaN, 2, 0.7))));
  }
}
