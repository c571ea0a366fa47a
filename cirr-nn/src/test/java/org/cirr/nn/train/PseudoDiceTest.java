package org.cirr.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.cirr.io.nnunet.LabelScheme;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.junit.jupiter.api.Test;

class PseudoDiceTest {
  private static final LabelScheme PLAIN =
      new LabelScheme(
          false,
          List.of("background", "liver", "spleen", "kidney"),
          List.of(0, 1, 2, 3),
          List.of(List.of(0), List.of(1), List.of(2), List.of(3)),
          OptionalInt.of(4),
          3);
  private static final LabelScheme REGIONS =
      new LabelScheme(
          true,
          List.of("whole", "core"),
          List.of(1, 2),
          List.of(List.of(1, 2), List.of(2)),
          OptionalInt.empty(),
          2);

  /** One row per voxel. */
  private static Tensor rows(int heads, float... values) {
    return Tensor.of(Shape.of(1, 1, 1, values.length / heads, heads), values);
  }

  @Test
  void countsAreSummedOverBatchesAndBackgroundIsNoClass() {
    PseudoDice dice = new PseudoDice(PLAIN);
    dice.add(
        rows(4, 0, 9, 0, 0, 5, 1, 1, 1, 0, 0, 7, 0, 1, 1, 1, 1),
        rows(4, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0));
    dice.add(rows(4, 0, 3, 0, 0), rows(4, 0, 1, 0, 0));
    // liver: 2 right, 2 missed; spleen: 1 too much; kidney: nowhere
    assertEquals(List.of(2L, 0L, 2L, 0L, 1L, 0L, 0L, 0L, 0L), dice.counts());
    assertEquals(List.of(4 / 6.0, 0.0, Double.NaN), dice.values());
    assertEquals(1 / 3.0, PseudoDice.mean(dice.values()), 1e-15);
    assertTrue(Double.isNaN(PseudoDice.mean(List.of(Double.NaN))));
  }

  @Test
  void ignoredVoxelsAreLeftOut() {
    PseudoDice dice = new PseudoDice(PLAIN);
    dice.add(rows(4, 0, 9, 0, 0), rows(4, 0, 0, 0, 0));
    assertEquals(List.of(Double.NaN, Double.NaN, Double.NaN), dice.values());
  }

  @Test
  void regionsCountOneByOne() {
    PseudoDice dice = new PseudoDice(REGIONS);
    dice.add(rows(2, 1, -1, 0, 2, -3, 4), rows(2, 1, 0, 1, 1, 0, 0));
    assertEquals(List.of(1L, 0L, 1L, 1L, 1L, 0L), dice.counts());
    assertEquals(List.of(2 / 3.0, 2 / 3.0), dice.values());
  }

  @Test
  void countsCanBeSetAgain() {
    PseudoDice dice = new PseudoDice(REGIONS);
    assertTrue(dice.restore(List.of(1L, 2L, 3L, 4L, 5L, 6L)));
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L), dice.counts());
    assertFalse(dice.restore(List.of(1L)));
  }
}
