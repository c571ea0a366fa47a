package org.cirr.nn.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class ResampleGridTest {
  private static int axis(double[] current, double[] next, SeparateZ separate) {
    return ResampleGrid.separateAxis(current, next, separate);
  }

  private static double[] mm(double z, double y, double x) {
    return new double[] {z, y, x};
  }

  @Test
  void theCoarseAxisOfTheCurrentSpacingGoesFirstThenThatOfTheNew() {
    assertEquals(0, axis(mm(5, 1, 1), mm(1, 1, 5), SeparateZ.AUTO));
    assertEquals(2, axis(mm(2, 1, 1), mm(1, 1, 5), SeparateZ.AUTO));
    assertEquals(-1, axis(mm(3, 1, 1), mm(1, 1, 3), SeparateZ.AUTO), "three times is not enough");
    assertEquals(1, axis(mm(1, 3.0001, 1), mm(1, 1, 1), SeparateZ.AUTO));
  }

  @Test
  void tiedAxesAreResampledTogetherEvenWhenForced() {
    assertEquals(-1, axis(mm(4, 4, 1), mm(9, 1, 1), SeparateZ.AUTO));
    assertEquals(-1, axis(mm(2, 2, 2), mm(2, 2, 2), SeparateZ.ALWAYS));
  }

  @Test
  void forcingDecidesByTheCurrentSpacing() {
    assertEquals(1, axis(mm(1, 1.5, 1), mm(9, 1, 1), SeparateZ.of(true)));
    assertEquals(-1, axis(mm(9, 1, 1), mm(9, 1, 1), SeparateZ.of(false)));
    assertEquals(SeparateZ.AUTO, SeparateZ.of(null));
  }

  @Test
  void halvesRoundToEvenAndNothingVanishes() {
    int[] shape = ResampleGrid.targetShape(new int[] {5, 7, 3}, mm(1, 1, 1.5), mm(2, 2, 1));
    assertArrayEquals(new int[] {2, 4, 4}, shape);
    assertArrayEquals(
        new int[] {1}, ResampleGrid.targetShape(new int[] {1}, new double[] {1}, new double[] {9}));
  }

  @Test
  void absurdSpacingsAndEmptyShapesAreRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> ResampleGrid.targetShape(new int[] {512}, new double[] {1e9}, new double[] {1}));
    assertEquals(
        "axis 0 of 512 voxels at 1.0E9 mm would have 512000000000 voxels at 1.0 mm: check the"
            + " spacing of image and model",
        refused.getMessage());
    refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ResampleGrid(new int[] {1, 2, 3}, new int[] {1, 0, 3}, -1));
    assertEquals(
        "resampling from [1, 2, 3] to [1, 0, 3] voxels leaves nothing: check the spacing of image"
            + " and model",
        refused.getMessage());
    refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new ResampleGrid(new int[] {1, 2, 3}, new int[] {1, 1, 3}, 3));
    assertEquals(
        "resampling takes three axes, got [1, 2, 3] to [1, 1, 3] with axis 3",
        refused.getMessage());
  }

  @Test
  void aGridCannotBeChangedThroughItsArrays() {
    ResampleGrid grid = new ResampleGrid(new int[] {1, 2, 3}, new int[] {1, 2, 4}, -1);
    grid.in()[0] = 9;
    assertArrayEquals(new int[] {1, 2, 3}, grid.in());
  }
}
