package org.cirr.nn.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TransposeTest {
  private static final int[][] ALL = {
    {0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}
  };

  @Test
  void resultAxisIIsSourceAxisForwardOfI() {
    int[] shape = {2, 3, 5};
    float[] data = new float[30];
    for (int i = 0; i < 30; i++) {
      data[i] = i;
    }
    for (int[] forward : ALL) {
      Transpose transpose = Transpose.of(forward);
      float[] moved = transpose.apply(data, shape);
      int[] size = transpose.apply(shape);
      int[] at = new int[3]; // source coordinates
      int out = 0;
      for (int a = 0; a < size[0]; a++) {
        for (int b = 0; b < size[1]; b++) {
          for (int c = 0; c < size[2]; c++) {
            at[forward[0]] = a;
            at[forward[1]] = b;
            at[forward[2]] = c;
            assertEquals(data[(at[0] * 3 + at[1]) * 5 + at[2]], moved[out++]);
          }
        }
      }
      assertArrayEquals(data, transpose.inverse().apply(moved, size));
    }
    assertSame(data, Transpose.of(0, 1, 2).apply(data, shape));
  }

  @Test
  void whatIsNoPermutationIsRefused() {
    for (int[] wrong : new int[][] {{0, 1}, {0, 1, 1}, {1, 2, 3}}) {
      IllegalArgumentException refused =
          assertThrows(IllegalArgumentException.class, () -> Transpose.of(wrong));
      assertEquals(
          "transpose_forward must be a permutation of [0, 1, 2], got "
              + java.util.Arrays.toString(wrong)
              + ": correct plans.json",
          refused.getMessage());
    }
  }
}
