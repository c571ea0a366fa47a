package org.cirr.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConnectedComponentsTest {
  private static final int[][] SHAPES = {
    {1, 1, 1},
    {1, 7, 5},
    {5, 1, 7},
    {7, 5, 1},
    {3, 5, 7},
    {1, 1, 33},
    {17, 1, 1},
    {9, 9, 9},
    {7, 17}
  };

  @Test
  void runsGiveTheComponentsOfAFloodFillInTheSameOrder() {
    for (int[] shape : SHAPES) {
      for (double density : new double[] {0.05, 0.2, 0.4, 0.7, 1}) {
        for (Connectivity connectivity : Connectivity.values()) {
          long seed = shape.length * 1000L + (long) (density * 100);
          boolean[] mask = random(shape, density, seed);
          ConnectedComponents found =
              ConnectedComponents.of(shape, connectivity, index -> mask[index]);
          String where = java.util.Arrays.toString(shape) + connectivity + " seed " + seed;
          int[] expected = flood(mask, shape, connectivity);
          assertArrayEquals(expected, found.labels(), where);
          checkSizesAndBorders(expected, shape, found, where);
        }
      }
    }
  }

  @Test
  void aSpiralIsOneComponentAndNothingRecurses() {
    int n = 501;
    boolean[] mask = new boolean[n * n];
    for (int y = 0; y < n; y++) { // a snake through all odd rows
      for (int x = 0; x < n; x++) {
        mask[y * n + x] = y % 2 == 0 || x == (y % 4 == 1 ? n - 1 : 0);
      }
    }
    ConnectedComponents found =
        ConnectedComponents.of(new int[] {1, n, n}, Connectivity.FACES, index -> mask[index]);
    assertEquals(1, found.count());
    assertEquals(251L * n + 250, found.size(1));
  }

  @Test
  void diagonalNeighboursAreTogetherOnlyWhereTheConnectivitySaysSo() {
    // Voxel (0,0,0) and its neighbours across an edge and across a corner.
    int[] shape = {2, 2, 2};
    assertEquals(2, count(shape, Connectivity.FACES, 0, 3));
    assertEquals(1, count(shape, Connectivity.EDGES, 0, 3));
    assertEquals(2, count(shape, Connectivity.EDGES, 0, 7));
    assertEquals(1, count(shape, Connectivity.CORNERS, 0, 7));
    assertEquals(2, count(new int[] {2, 2}, Connectivity.FACES, 1, 2));
    assertEquals(1, count(new int[] {2, 2}, Connectivity.EDGES, 1, 2));
  }

  @Test
  void anEmptyMaskOrArrayHasNoComponent() {
    assertEquals(0, count(new int[] {3, 3, 3}, Connectivity.FACES));
    assertEquals(0, count(new int[] {0, 3, 3}, Connectivity.FACES));
  }

  @Test
  void aComponentInsideDoesNotTouchTheBorder() {
    ConnectedComponents inside =
        ConnectedComponents.of(new int[] {3, 3, 3}, Connectivity.FACES, index -> index == 13);
    assertFalse(inside.touchesBorder(1));
    ConnectedComponents planar =
        ConnectedComponents.of(new int[] {3, 3}, Connectivity.FACES, index -> index == 4);
    assertFalse(planar.touchesBorder(1), "a 2D array has no border along z");
    ConnectedComponents slice =
        ConnectedComponents.of(new int[] {1, 3, 3}, Connectivity.FACES, index -> index == 4);
    assertTrue(slice.touchesBorder(1), "one slice is all border");
  }

  @Test
  void otherNumbersOfAxesAreRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> count(new int[] {4}, Connectivity.FACES));
    assertEquals("components are found in 2 or 3 axes, got shape [4]", refused.getMessage());
  }

  private static int count(int[] shape, Connectivity connectivity, int... voxels) {
    return ConnectedComponents.of(
            shape,
            connectivity,
            index -> java.util.Arrays.stream(voxels).anyMatch(voxel -> voxel == index))
        .count();
  }

  private static boolean[] random(int[] shape, double density, long seed) {
    Random random = new Random(seed);
    boolean[] mask = new boolean[java.util.Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = random.nextDouble() < density;
    }
    return mask;
  }

  private static void checkSizesAndBorders(
      int[] labels, int[] shape, ConnectedComponents found, String where) {
    int h = shape[shape.length - 2];
    int w = shape[shape.length - 1];
    long[] sizes = new long[found.count() + 1];
    boolean[] touches = new boolean[found.count() + 1];
    for (int i = 0; i < labels.length; i++) {
      int x = i % w;
      int y = i / w % h;
      int z = i / w / h;
      sizes[labels[i]]++;
      boolean ends = shape.length == 3 && (z == 0 || z == shape[0] - 1);
      touches[labels[i]] |= x == 0 || x == w - 1 || y == 0 || y == h - 1 || ends;
    }
    for (int component = 1; component <= found.count(); component++) {
      assertEquals(sizes[component], found.size(component), where);
      assertEquals(touches[component], found.touchesBorder(component), where);
    }
  }

  private static int[] flood(boolean[] mask, int[] shape, Connectivity connectivity) {
    int reach = connectivity.ordinal() + 1; // the largest Manhattan distance of a neighbour
    int h = shape[shape.length - 2];
    int w = shape[shape.length - 1];
    int d = mask.length / h / w;
    int[] labels = new int[mask.length];
    int count = 0;
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    for (int start = 0; start < mask.length; start++) {
      if (!mask[start] || labels[start] != 0) {
        continue;
      }
      labels[start] = ++count;
      queue.add(start);
      while (!queue.isEmpty()) {
        int at = queue.remove();
        for (int n = 0; n < 27; n++) {
          int dz = n / 9 - 1;
          int dy = n / 3 % 3 - 1;
          int dx = n % 3 - 1;
          int z = at / w / h + dz;
          int y = at / w % h + dy;
          int x = at % w + dx;
          boolean in = z >= 0 && z < d && y >= 0 && y < h && x >= 0 && x < w;
          int next = (z * h + y) * w + x;
          if (in
              && Math.abs(dz) + Math.abs(dy) + Math.abs(dx) <= reach
              && mask[next]
              && labels[next] == 0) {
            labels[next] = count;
            queue.add(next);
          }
        }
      }
    }
    return labels;
  }
}
