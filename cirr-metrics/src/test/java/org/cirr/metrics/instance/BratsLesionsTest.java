package org.cirr.metrics.instance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.cirr.metrics.MaskPair;
import org.cirr.metrics.Masks;
import org.cirr.metrics.instance.BratsLesions.Rule;
import org.cirr.parallel.Workers;
import org.cirr.volume.Geometry;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

/** Boxes whose scores can be counted by hand. */
class BratsLesionsTest {
  private static final double EXACT = 1e-12;
  private static final Geometry GRID = Masks.grid(20, 30, 40);
  private static final Masks.Voxels NOTHING = (z, y, x) -> false;

  private static BratsLesions score(Masks.Voxels reference, Masks.Voxels prediction, Rule rule) {
    return BratsLesions.of(Masks.pair(GRID, reference, prediction), rule, Workers.of(2));
  }

  private static Masks.Voxels both(Masks.Voxels a, Masks.Voxels b) {
    return (z, y, x) -> a.has(z, y, x) || b.has(z, y, x);
  }

  /** Two fragments with five voxels between them grow together in three dilations, not in one. */
  @Test
  void fragmentsThatGrowTogetherAreOneLesion() {
    Masks.Voxels first = Masks.block(2, 8, 2, 8, 2, 8);
    Masks.Voxels second = Masks.block(2, 8, 2, 8, 13, 19);
    BratsLesions merged = score(both(first, second), first, Rule.GLIOMA);
    assertEquals(1, merged.lesions().size());
    assertEquals(432, merged.lesions().get(0).volumeMm3(), EXACT);
    assertEquals(2.0 / 3, merged.dice(), EXACT);
    assertEquals(1, merged.found());
    BratsLesions apart = score(both(first, second), first, Rule.MENINGIOMA);
    assertEquals(2, apart.lesions().size());
    assertEquals(0.5, apart.dice(), EXACT, "one perfect, one missed");
    assertEquals(BratsLesions.MISSED_MM / 2, apart.hd95(), EXACT);
    assertEquals(1, apart.missed());
  }

  /** A part next to a lesion is compared with it; a far one is false, even a single voxel. */
  @Test
  void partsNearALesionBelongToItAndOthersAreFalse() {
    Masks.Voxels lesion = Masks.block(2, 8, 2, 8, 2, 8);
    Masks.Voxels near = Masks.block(2, 8, 2, 8, 10, 12); // two voxels away
    Masks.Voxels far = Masks.block(15, 16, 20, 21, 30, 31);
    BratsLesions scores = score(lesion, both(both(lesion, near), far), Rule.GLIOMA);
    assertEquals(2, scores.lesions().get(0).parts());
    assertEquals(1, scores.falseParts());
    double dice = 2.0 * 216 / (216 + 216 + 72);
    assertEquals(dice / 2, scores.dice(), EXACT);
    BratsLesions strict = score(lesion, both(lesion, near), Rule.MENINGIOMA);
    assertEquals(1, strict.falseParts(), "two voxels are too far for one dilation");
    assertEquals((0 + BratsLesions.MISSED_MM) / 2, strict.hd95(), EXACT);
  }

  /** 50 mm³ is not above 50 mm³; what touches it is not false. */
  @Test
  void smallLesionsAreLeftOut() {
    Masks.Voxels large = Masks.block(2, 8, 2, 8, 2, 8);
    Masks.Voxels small = Masks.block(10, 12, 20, 25, 30, 35);
    BratsLesions scores = score(both(large, small), both(large, small), Rule.GLIOMA);
    assertEquals(2, scores.lesions().size());
    assertEquals(1, scores.found());
    assertEquals(0, scores.falseParts());
    assertEquals(1, scores.dice(), EXACT);
    assertEquals(0, scores.hd95(), EXACT);
    assertEquals(2, score(both(large, small), large, Rule.METASTASIS).lesions().size());
    assertEquals(1, score(both(large, small), large, Rule.METASTASIS).missed());
  }

  @Test
  void emptyMasksAreScoredAsInBrats() {
    Masks.Voxels lesion = Masks.block(2, 8, 2, 8, 2, 8);
    BratsLesions none = score(NOTHING, NOTHING, Rule.GLIOMA);
    assertEquals(1, none.dice());
    assertEquals(0, none.hd95());
    BratsLesions missed = score(lesion, NOTHING, Rule.GLIOMA);
    assertEquals(0, missed.dice());
    assertEquals(BratsLesions.MISSED_MM, missed.hd95());
    BratsLesions invented = score(NOTHING, lesion, Rule.GLIOMA);
    assertEquals(0, invented.dice());
    assertEquals(BratsLesions.MISSED_MM, invented.hd95());
    assertEquals(1, invented.falseParts());
  }

  /** Volumes and distances are in millimetres, and a flat lesion of a 3D image stays 3D. */
  @Test
  void spacingCounts() {
    Geometry grid = Masks.grid(new Spacing(3, 0.5, 0.5), 9, 20, 20);
    MaskPair pair =
        Masks.pair(grid, Masks.block(4, 5, 2, 12, 2, 12), Masks.block(4, 5, 2, 12, 4, 14));
    BratsLesions scores = BratsLesions.of(pair, Rule.GLIOMA, Workers.single());
    assertEquals(75, scores.lesions().get(0).volumeMm3(), EXACT);
    assertEquals(0.8, scores.dice(), EXACT);
    assertEquals(1, scores.hd95(), EXACT);
  }

  @Test
  void impossibleRulesAreRefused() {
    assertEquals(
        "a lesion rule has 0 to 100 dilations and a volume of 0 mm³ or more, got -1 and 5.0",
        assertThrows(IllegalArgumentException.class, () -> new Rule(-1, 5)).getMessage());
  }
}
