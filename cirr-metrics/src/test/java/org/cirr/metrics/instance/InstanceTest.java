package org.cirr.metrics.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.cirr.metrics.Connectivity;
import org.cirr.metrics.LabelSet;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.Masks;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

class InstanceTest {
  private static final double EXACT = 1e-12;

  /** The case of panoptica's own golden test: one perfect, one with IoU 0.9, one FP, one FN. */
  private static InstanceOverlap panoptica() {
    Geometry grid = Masks.grid(1, 50, 50);
    LabelMap reference = LabelMap.zeros(grid, 255);
    LabelMap prediction = LabelMap.zeros(grid, 255);
    Masks.paint(reference, 1, Masks.block(0, 1, 5, 15, 5, 15));
    Masks.paint(prediction, 1, Masks.block(0, 1, 5, 15, 5, 15));
    Masks.paint(reference, 2, Masks.block(0, 1, 20, 30, 20, 30));
    Masks.paint(prediction, 2, Masks.block(0, 1, 21, 30, 20, 30));
    Masks.paint(reference, 3, Masks.block(0, 1, 40, 48, 5, 13));
    Masks.paint(prediction, 4, Masks.block(0, 1, 40, 48, 40, 48));
    return InstanceOverlap.ofInstances(reference, prediction, 0);
  }

  @Test
  void panopticaGoldenValues() {
    InstanceOverlap overlap = panoptica();
    assertEquals(3, overlap.references());
    assertEquals(3, overlap.predictions());
    PanopticQuality quality = PanopticQuality.of(overlap);
    assertEquals(2, quality.tp());
    assertEquals(1, quality.fp());
    assertEquals(1, quality.fn());
    assertEquals(0.6666666666666666, quality.recognition(), EXACT);
    assertEquals(0.95, quality.segmentation(), EXACT);
    assertEquals(0.6333333333333333, quality.quality(), EXACT);
    assertEquals(0.9736842105263157, quality.segmentationDice(), EXACT);
    assertEquals(0.6491228070175438, quality.qualityDice(), EXACT);
  }

  /** The maps of MONAI's test_compute_panoptic_quality, whose threshold is exclusive. */
  @Test
  void monaisPanopticQualities() {
    int[][] predicted = {{0, 1, 1, 1}, {0, 0, 0, 0}, {2, 0, 3, 3}, {4, 2, 2, 0}};
    int[][] renumbered = {{0, 7, 7, 7}, {0, 0, 0, 0}, {1, 0, 8, 8}, {9, 1, 1, 0}};
    int[][] truth = {{1, 1, 2, 1}, {0, 0, 0, 0}, {1, 3, 0, 0}, {4, 3, 3, 3}};
    InstanceOverlap overlap = overlap(truth, predicted);
    assertEquals(0.25, PanopticQuality.of(overlap).quality(), EXACT);
    PanopticQuality lower = PanopticQuality.of(overlap, Matching.OPTIMAL, 0.3);
    assertEquals(0.6, lower.segmentation(), EXACT);
    PanopticQuality same = PanopticQuality.of(overlap(truth, renumbered), Matching.OPTIMAL, 0.3);
    assertEquals(0.75, same.recognition(), EXACT);
  }

  private static InstanceOverlap overlap(int[][] reference, int[][] prediction) {
    Geometry grid = Masks.grid(1, 4, 4);
    LabelMap[] maps = {LabelMap.zeros(grid, 255), LabelMap.zeros(grid, 255)};
    for (int i = 0; i < 16; i++) {
      maps[0].set(i, reference[i / 4][i % 4]);
      maps[1].set(i, prediction[i / 4][i % 4]);
    }
    return InstanceOverlap.ofInstances(maps[0], maps[1], 0);
  }

  /** IoU exactly 1/3: a match up to that threshold and not above it. */
  @Test
  void theThresholdIsInclusive() {
    Geometry grid = Masks.grid(1, 50, 50);
    LabelMap reference = Masks.of(grid, Masks.block(0, 1, 10, 20, 10, 30));
    LabelMap prediction = Masks.of(grid, Masks.block(0, 1, 10, 20, 20, 40));
    InstanceOverlap overlap = InstanceOverlap.ofInstances(reference, prediction, 0);
    assertEquals(1.0 / 3, overlap.iou(1, 1), EXACT);
    assertEquals(0.5, overlap.dice(1, 1), EXACT);
    for (int step = 1; step <= 10; step++) {
      int expected = step <= 3 ? 1 : 0;
      assertEquals(
          expected, PanopticQuality.of(overlap, Matching.GREEDY, step / 10.0).tp(), "at " + step);
    }
    assertEquals(0, PanopticQuality.of(overlap).quality());
  }

  @Test
  void optimalMatchingEqualsTryingAllAssignments() {
    for (long seed = 1; seed <= 30; seed++) {
      Random random = new Random(seed);
      Geometry grid = Masks.grid(1, 9, 11);
      LabelMap reference = LabelMap.zeros(grid, 255);
      LabelMap prediction = LabelMap.zeros(grid, 255);
      for (int i = 0; i < reference.length(); i++) {
        reference.set(i, random.nextInt(1 + (int) (seed % 5)));
        prediction.set(i, random.nextInt(5));
      }
      InstanceOverlap overlap = InstanceOverlap.ofInstances(reference, prediction, 0);
      double best = best(overlap, 1, new boolean[overlap.predictions() + 1]);
      double found =
          Matching.OPTIMAL.match(overlap, 0).stream().mapToDouble(Matching.Match::iou).sum();
      assertEquals(best, found, EXACT, "seed " + seed);
      double greedy =
          Matching.GREEDY.match(overlap, 0).stream().mapToDouble(Matching.Match::iou).sum();
      assertTrue(greedy <= best + EXACT, "seed " + seed);
    }
  }

  private static double best(InstanceOverlap overlap, int reference, boolean[] used) {
    if (reference > overlap.references()) {
      return 0;
    }
    double best = best(overlap, reference + 1, used);
    for (int prediction = 1; prediction <= overlap.predictions(); prediction++) {
      if (!used[prediction]) {
        used[prediction] = true;
        double with = overlap.iou(reference, prediction) + best(overlap, reference + 1, used);
        best = Math.max(best, with);
        used[prediction] = false;
      }
    }
    return best;
  }

  @Test
  void lesionsAreFoundWhenTheyAreTouched() {
    Geometry grid = Masks.grid(1, 5, 20);
    Masks.Voxels reference = (z, y, x) -> y == 2 && (x < 3 || x >= 6 && x < 9 || x >= 12 && x < 15);
    Masks.Voxels prediction = (z, y, x) -> y == 2 && (x == 2 || x == 7 || x == 8 || x > 17);
    MaskPair pair = Masks.pair(grid, reference, prediction);
    InstanceOverlap overlap = InstanceOverlap.ofComponents(pair, Connectivity.CORNERS);
    LesionDetection any = LesionDetection.of(overlap, 1);
    assertEquals(new LesionDetection(2, 1, 1, 3), any);
    assertEquals(2.0 / 3, any.sensitivity(), EXACT);
    assertEquals(2.0 / 3, any.precision(), EXACT);
    assertEquals(2.0 / 3, any.f1(), EXACT);
    assertEquals(new LesionDetection(1, 2, 2, 3), LesionDetection.of(overlap, 2));
  }

  @Test
  void nothingOnBothSidesIsUndefinedAndOnOneSideZero() {
    Geometry grid = Masks.grid(3, 3, 3);
    Masks.Voxels none = (z, y, x) -> false;
    Masks.Voxels one = Masks.block(1, 2, 1, 2, 1, 2);
    InstanceOverlap empty =
        InstanceOverlap.ofComponents(Masks.pair(grid, none, none), Connectivity.FACES);
    assertEquals(Double.NaN, PanopticQuality.of(empty).quality());
    assertEquals(Double.NaN, LesionDetection.of(empty, 1).f1());
    assertEquals(0, Matching.OPTIMAL.match(empty, 0.5).size());
    InstanceOverlap missed =
        InstanceOverlap.ofComponents(Masks.pair(grid, one, none), Connectivity.FACES);
    assertEquals(0, PanopticQuality.of(missed).quality());
    assertEquals(0, LesionDetection.of(missed, 1).f1());
    assertEquals(0, LesionDetection.of(missed, 1).sensitivity());
    assertEquals(Double.NaN, LesionDetection.of(missed, 1).precision());
    assertEquals(0, Matching.OPTIMAL.match(missed, 0.5).size());
  }

  /** MRSegmentator's table 2 has rows such as 0.40 (2.60 ± 0.87). */
  @Test
  void vesselConsistencyCountsWholeSegmentations() {
    VesselConsistency vc = VesselConsistency.of(List.of(1, 1, 2, 3, 0, 1, 4));
    assertEquals(new VesselConsistency(7, 3, 1, 3, 1), vc);
    assertEquals(3.0 / 7, vc.value(), EXACT);
    assertEquals(Double.NaN, VesselConsistency.of(List.of()).value());
    assertEquals(Double.NaN, VesselConsistency.of(List.of(1)).meanParts());
    LabelMap map = Masks.of(Masks.grid(1, 2, 2), (z, y, x) -> y == x);
    assertEquals(1, VesselConsistency.parts(map, LabelSet.of(1), Connectivity.CORNERS));
    assertEquals(2, VesselConsistency.parts(map, LabelSet.of(1), Connectivity.FACES));
  }

  @Test
  void componentFiltersKeepTheLargestOrTheLargeOnes() {
    Geometry grid = Masks.grid(new Spacing(10, 10, 10), 1, 1, 12);
    byte[] labels = {1, 1, 1, 0, 2, 2, 0, 1, 0, 1, 2, 0};
    LabelMap one = LabelMap.of(grid, labels.clone());
    assertEquals(5, ComponentFilter.keepLargest(one, both(), 1, Connectivity.CORNERS));
    assertEquals(3, one.counts()[1]);
    LabelMap two = LabelMap.of(grid, labels.clone());
    assertEquals(3, ComponentFilter.keepLargest(two, both(), 2, Connectivity.CORNERS));
    LabelMap large = LabelMap.of(grid, labels.clone());
    assertEquals(1, ComponentFilter.keepFrom(large, both(), 2, Connectivity.CORNERS));
    LabelMap only = LabelMap.of(grid, labels.clone());
    assertEquals(2, ComponentFilter.keepLargest(only, LabelSet.of(1), 1, Connectivity.CORNERS));
    assertEquals(3, only.counts()[2]);
  }

  private static LabelSet both() {
    return LabelSet.of(List.of(1, 2));
  }

  @Test
  void senselessArgumentsAreRefused() {
    InstanceOverlap overlap = panoptica();
    LabelMap map = LabelMap.zeros(Masks.grid(2, 2, 2), 1);
    LabelSet label = LabelSet.of(1);
    assertRefused(
        "an IoU threshold goes from 0 to 1, got 1.5",
        () -> PanopticQuality.of(overlap, Matching.OPTIMAL, 1.5));
    assertRefused(
        "a lesion is found by 1 voxel or more, got 0", () -> LesionDetection.of(overlap, 0));
    assertRefused("a number of components cannot be -1", () -> VesselConsistency.of(List.of(-1)));
    assertRefused(
        "the number of parts to keep must be 1 or more, got 0",
        () -> ComponentFilter.keepLargest(map, label, 0, Connectivity.FACES));
    assertRefused(
        "a volume must be 0 ml or more, got NaN ml",
        () -> ComponentFilter.keepFrom(map, label, Double.NaN, Connectivity.FACES));
  }

  private static void assertRefused(
      String message, org.junit.jupiter.api.function.Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
