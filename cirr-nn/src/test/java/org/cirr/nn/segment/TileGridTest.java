package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TileGridTest {
  @Test
  void startsAreThoseOfTheSpecification() {
    assertArrayEquals(new int[] {0, 23, 46}, TileGrid.starts(110, 64, 0.5));
    assertArrayEquals(new int[] {0, 46}, TileGrid.starts(110, 64, 0.8));
    assertArrayEquals(new int[] {0, 1}, TileGrid.starts(129, 128, 0.5));
    assertArrayEquals(new int[] {0, 32, 65}, TileGrid.starts(193, 128, 0.5));
    assertArrayEquals(new int[] {0, 57, 115, 172}, TileGrid.starts(300, 128, 0.5));
    assertArrayEquals(new int[] {0}, TileGrid.starts(1, 1, 0.5));
  }

  @Test
  void theFirstAxisIsTheOutermostLoop() {
    TileGrid grid = TileGrid.of(new int[] {5, 3, 6}, new int[] {4, 3, 4}, 0.5);
    assertEquals(4, grid.count());
    assertArrayEquals(new int[] {0, 0, 0}, grid.start(0));
    assertArrayEquals(new int[] {0, 0, 2}, grid.start(1));
    assertArrayEquals(new int[] {1, 0, 0}, grid.start(2));
    assertArrayEquals(new int[] {1, 0, 2}, grid.start(3));
    assertEquals(0, grid.finishedBefore(1));
    assertEquals(1, grid.finishedBefore(2));
    assertEquals(5, grid.finishedBefore(4));
  }

  @Test
  void aPatchLargerThanTheImagePadsLessInFront() {
    TileGrid grid = TileGrid.of(new int[] {1, 4, 9}, new int[] {4, 7, 8}, 0.5);
    assertArrayEquals(new int[] {4, 7, 9}, grid.padded());
    assertArrayEquals(new int[] {1, 1, 0}, grid.padBefore());
    assertEquals(2, grid.count());
    assertEquals(1, grid.finishedBefore(2));
  }

  @Test
  void aPlanarPatchGoesThroughEverySlice() {
    TileGrid grid = TileGrid.of(new int[] {3, 5, 4}, new int[] {4, 6}, 0.5);
    assertArrayEquals(new int[] {1, 4, 6}, grid.patch());
    assertArrayEquals(new int[] {3, 5, 6}, grid.padded());
    assertEquals(6, grid.count());
    assertArrayEquals(new int[] {1, 1, 0}, grid.start(3));
    assertEquals(2, grid.finishedBefore(4));
  }

  @Test
  void aTileIsReadChannelsLastWithZerosOutsideTheImage() {
    int[] image = {2, 3, 5};
    float[] first = new float[30];
    float[] second = new float[30];
    for (int i = 0; i < 30; i++) {
      first[i] = i + 1;
      second[i] = -i - 1;
    }
    TileGrid grid = TileGrid.of(image, new int[] {3, 2, 7}, 0.5);
    float[] tile = new float[3 * 2 * 7 * 2];
    for (int index = 0; index < grid.count(); index++) {
      java.util.Arrays.fill(tile, Float.NaN);
      grid.read(List.of(first, second), index, tile);
      int[] start = grid.start(index);
      for (int i = 0; i < 3 * 2 * 7; i++) {
        int z = i / 14 + start[0] - grid.padBefore()[0];
        int y = i / 7 % 2 + start[1] - grid.padBefore()[1];
        int x = i % 7 + start[2] - grid.padBefore()[2];
        boolean in = z >= 0 && z < 2 && y >= 0 && y < 3 && x >= 0 && x < 5;
        float expected = in ? (z * 3 + y) * 5 + x + 1 : 0;
        assertEquals(expected, tile[2 * i], "tile " + index + " voxel " + i);
        assertEquals(in ? -expected : 0, tile[2 * i + 1], "tile " + index + " voxel " + i);
      }
    }
  }

  @Test
  void settingsThatMakeNoGridAreRefused() {
    assertRefused(
        "the tile step must be above 0 and at most 1, got 0.0: nnU-Net's own is 0.5",
        new int[] {1, 1, 1},
        new int[] {1, 1, 1},
        0);
    assertRefused(
        "the tile step must be above 0 and at most 1, got NaN: nnU-Net's own is 0.5",
        new int[] {1, 1, 1},
        new int[] {1, 1, 1},
        Double.NaN);
    assertRefused(
        "the tile step 1.0E-9 cuts [1, 9, 1] voxels into 1250000001 tiles of [1, 4, 1], at most"
            + " 10000000 are computed: take a larger step (nnU-Net's own is 0.5)",
        new int[] {1, 9, 1},
        new int[] {1, 4, 1},
        1e-9);
    assertRefused(
        "patch_size must be two or three positive numbers, got [4, 0, 4]",
        new int[] {1, 1, 1},
        new int[] {4, 0, 4},
        0.5);
    assertRefused(
        "the image must have three axes of at least one voxel, got [1, 0, 1]",
        new int[] {1, 0, 1},
        new int[] {4, 4, 4},
        0.5);
  }

  private static void assertRefused(String message, int[] image, int[] patch, double step) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> TileGrid.of(image, patch, step));
    assertEquals(message, refused.getMessage());
  }

  @Test
  void theLongestStepIsThatBetweenTilesAlongTheSlices() {
    assertEquals(2, TileGrid.of(new int[] {17, 20, 20}, new int[] {4, 8, 8}, 0.5).longestStep());
    assertEquals(3, TileGrid.of(new int[] {9, 3, 3}, new int[] {4, 4, 4}, 1).longestStep());
    assertEquals(0, TileGrid.of(new int[] {3, 30, 30}, new int[] {4, 4, 4}, 0.5).longestStep());
    assertEquals(1, TileGrid.of(new int[] {5, 9, 6}, new int[] {5, 6}, 0.5).longestStep());
  }
}
