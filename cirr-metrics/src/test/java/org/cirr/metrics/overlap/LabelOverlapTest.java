package org.cirr.metrics.overlap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.cirr.metrics.LabelSet;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.Masks;
import org.cirr.parallel.Workers;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

class LabelOverlapTest {
  private static LabelMap random(Geometry grid, long seed, int labels, int maxLabel) {
    Random random = new Random(seed);
    LabelMap map = LabelMap.zeros(grid, maxLabel);
    for (int i = 0; i < map.length(); i++) {
      map.set(i, random.nextInt(3) == 0 ? 0 : random.nextInt(labels));
    }
    return map;
  }

  @Test
  void countsAndBoxesOfEveryLabelEqualThoseOfItsOwnPass() {
    Geometry grid = Masks.grid(3, 7, 33);
    for (long seed = 1; seed <= 5; seed++) {
      LabelMap reference = random(grid, seed, 6, 255);
      LabelMap prediction = random(grid, seed + 100, 9, 65535);
      LabelOverlap overlap = LabelOverlap.count(reference, prediction, Workers.of(3));
      assertEquals(grid.shape().elements(), overlap.voxels());
      assertEquals(List.of(0, 1, 2, 3, 4, 5, 6, 7, 8), overlap.labels());
      for (LabelSet structure :
          List.of(LabelSet.of(0), LabelSet.of(5), LabelSet.of(8), LabelSet.of(List.of(3, 1, 7)))) {
        String where = "seed " + seed + ", " + structure;
        assertEquals(plain(reference, prediction, structure), overlap.confusion(structure), where);
        assertEquals(
            MaskPair.of(reference, prediction, structure).box(), overlap.box(structure), where);
      }
      assertEquals(Confusion.ZERO.tp(), overlap.confusion(77).reference());
      assertEquals(MaskPair.Box.EMPTY, overlap.box(LabelSet.of(77)));
    }
  }

  private static Confusion plain(LabelMap reference, LabelMap prediction, LabelSet structure) {
    long[] counts = new long[4];
    for (int i = 0; i < reference.length(); i++) {
      int g = structure.contains(reference.get(i)) ? 1 : 0;
      int p = structure.contains(prediction.get(i)) ? 1 : 0;
      counts[2 * g + p]++;
    }
    return new Confusion(counts[3], counts[1], counts[2], counts[0]);
  }

  @Test
  void voxelsThatTheReferenceIgnoresAreNotCounted() {
    Geometry grid = Masks.grid(1, 1, 6);
    LabelMap reference = LabelMap.of(grid, new byte[] {0, 1, 1, 9, 9, 0});
    LabelMap prediction = LabelMap.of(grid, new byte[] {1, 1, 0, 1, 0, 0});
    LabelOverlap all = LabelOverlap.count(reference, prediction, Workers.single());
    assertEquals(new Confusion(1, 2, 1, 2), all.confusion(1));
    LabelOverlap some =
        LabelOverlap.count(reference, prediction, OptionalInt.of(9), Workers.single());
    assertEquals(new Confusion(1, 1, 1, 1), some.confusion(1));
    assertEquals(4, some.voxels());
  }

  @Test
  void kappaOverAllLabelsIsThatOfTheWholeTable() {
    // scikit-learn's example: y1 and y2 of twelve cases, 0.625
    Geometry grid = Masks.grid(1, 1, 12);
    byte[] first = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
    byte[] second = {0, 1, 2, 0, 1, 2, 0, 1, 2, 1, 2, 0};
    LabelOverlap overlap =
        LabelOverlap.count(LabelMap.of(grid, first), LabelMap.of(grid, second), Workers.single());
    assertEquals((0.75 - 1.0 / 3) / (1 - 1.0 / 3), overlap.kappa(), 1e-12);
  }

  @Test
  void differentGridsAreRefusedWithBothAffines() {
    LabelMap reference = Masks.of(Masks.grid(new Spacing(3, 1, 1), 2, 3, 4), (z, y, x) -> true);
    LabelMap prediction = Masks.of(Masks.grid(new Spacing(3, 1, 1.25), 2, 3, 4), (z, y, x) -> true);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> LabelOverlap.count(reference, prediction, Workers.single()))
            .getMessage();
    assertEquals(
        "the reference and the prediction lie on different grids: spacing (z 3, y 1, x 1) mm with"
            + " affine [1 0 0 0; 0 1 0 0; 0 0 3 0] but spacing (z 3, y 1, x 1.25) mm with affine"
            + " [1.25 0 0 0; 0 1 0 0; 0 0 3 0] differ by more than 0.001 mm; resample the"
            + " prediction to the reference's grid",
        message);
  }

  @Test
  void differentShapesAreRefusedWithBothShapes() {
    LabelMap reference = Masks.of(Masks.grid(2, 3, 4), (z, y, x) -> true);
    LabelMap prediction = Masks.of(Masks.grid(2, 3, 5), (z, y, x) -> true);
    assertEquals(
        "the reference has shape "
            + reference.shape()
            + " but the prediction "
            + prediction.shape()
            + " (z y x); resample the prediction to the reference's grid",
        assertThrows(IllegalArgumentException.class, () -> MaskPair.of(reference, prediction, 1))
            .getMessage());
  }

  @Test
  void labelSetsRefuseWhatIsNoLabel() {
    assertEquals(
        "labels go from 0 to 65535, got [-1, 3]",
        assertThrows(IllegalArgumentException.class, () -> LabelSet.of(List.of(3, -1)))
            .getMessage());
    assertEquals(
        "a structure needs at least one label, got none",
        assertThrows(IllegalArgumentException.class, () -> LabelSet.of(List.of())).getMessage());
    assertEquals("(1, 3)", LabelSet.of(List.of(3, 1)).toString());
    assertEquals("7", LabelSet.of(7).toString());
  }

  @Test
  void formulasThatFollowFromTheFourCounts() {
    Confusion counts = new Confusion(30, 10, 20, 40);
    EmptyPolicy policy = EmptyPolicy.CIRR;
    double dice = counts.dice(policy);
    assertEquals(dice / (2 - dice), counts.iou(policy), 1e-12);
    assertEquals(dice, counts.fBeta(1, policy), 1e-12);
    assertEquals(5 * 30 / (5 * 30 + 4 * 20 + 10.0), counts.fBeta(2, policy), 1e-12);
    assertEquals(1 - 10 / 90.0, counts.volumetricSimilarity(policy), 1e-12);
    assertEquals(2 * (40 - 50) / 90.0, counts.signedVolumetricSimilarity(), 1e-12);
    assertEquals(-0.2, counts.relativeVolumeDifference(policy), 1e-12);
    assertEquals(10 * 24.0 / 1000, counts.absoluteVolumeDifferenceMl(24), 1e-12);
    assertEquals(0.8, counts.specificity(), 1e-12);
    assertEquals(0.7, counts.accuracy(), 1e-12);
    assertEquals(0.4, counts.youden(policy), 1e-12);
    assertEquals(new Confusion(60, 20, 40, 80), counts.plus(counts));
    assertEquals(Double.NaN, new Confusion(0, 0, 0, 9).kappa());
    assertEquals(Double.NaN, new Confusion(0, 0, 3, 9).matthews());
    assertThrows(IllegalArgumentException.class, () -> new Confusion(-1, 0, 0, 0));
  }
}
