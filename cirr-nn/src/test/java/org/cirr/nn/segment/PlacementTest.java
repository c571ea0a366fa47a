package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.cirr.nn.preprocess.Box;
import org.cirr.nn.preprocess.Transpose;
import org.cirr.tensor.Shape;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

class PlacementTest {
  private static final int[][] ALL = {
    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
  };

  @Test
  void cropAndTransposeAreUndone() {
    int[] shape = {3, 5, 7};
    float[] original = new float[105];
    for (int i = 0; i < 105; i++) {
      original[i] = i + 1;
    }
    Geometry geometry = Geometry.of(Shape.of(shape), Affine.ofSpacing(new Spacing(1, 1, 1)));
    for (int[] forward : ALL) {
      Transpose transpose = Transpose.of(forward);
      int[] moved = transpose.apply(shape);
      Box box = new Box(new int[] {1, 0, 2}, new int[] {moved[0], moved[1] - 1, moved[2]});
      float[] cropped = box.crop(transpose.apply(original, shape), moved);
      Placement placement = new Placement(shape, transpose, box);
      LabelMap map = Placement.background(geometry, 3);
      float[] values = new float[105];
      int plane = box.shape()[1] * box.shape()[2];
      for (int slice = 0; slice < box.shape()[0]; slice++) {
        float[] part = Arrays.copyOfRange(cropped, slice * plane, (slice + 1) * plane);
        short[] labels = new short[plane];
        for (int i = 0; i < plane; i++) {
          labels[i] = (short) part[i];
        }
        placement.labels(slice, labels, map);
        placement.values(slice, part, values);
      }
      assertEqualInsideAndZeroOutside(original, transpose, box, shape, values, map);
    }
  }

  private static void assertEqualInsideAndZeroOutside(
      float[] original, Transpose transpose, Box box, int[] shape, float[] values, LabelMap map) {
    float[] expected = new float[105];
    for (int i = 0; i < 105; i++) {
      int[] at = transpose.apply(new int[] {i / 35, i / 7 % 5, i % 7});
      boolean in = true;
      for (int axis = 0; axis < 3; axis++) {
        in &= at[axis] >= box.lower()[axis] && at[axis] < box.upper()[axis];
      }
      expected[i] = in ? original[i] : 0;
      assertEquals((int) expected[i], map.get(i));
    }
    assertArrayEquals(expected, values);
  }

  @Test
  void aMapTakesTwoBytesFrom255ForegroundLabelsOn() {
    Geometry geometry = Geometry.of(Shape.of(1, 1, 1), Affine.ofSpacing(new Spacing(1, 1, 1)));
    assertEquals(1, Placement.background(geometry, 254).bytesPerLabel());
    assertEquals(2, Placement.background(geometry, 255).bytesPerLabel());
  }

  @Test
  void aBoxThatDoesNotFitIsRefused() {
    Box box = new Box(new int[] {0, 0, 0}, new int[] {5, 3, 7});
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Placement(new int[] {3, 5, 7}, Transpose.of(0, 1, 2), box));
    assertEquals(
        "the box [0, 0, 0]..[5, 3, 7] does not fit the transposed shape [3, 5, 7]",
        refused.getMessage());
  }
}
