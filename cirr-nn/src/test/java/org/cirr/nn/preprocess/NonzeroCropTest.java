package org.cirr.nn.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.cirr.parallel.Workers;
import org.junit.jupiter.api.Test;

class NonzeroCropTest {
  private static final int[][] SHAPES = {
    {1, 1, 1}, {1, 9, 7}, {7, 1, 9}, {5, 7, 1}, {9, 7, 8}, {3, 3, 17}
  };

  @Test
  void boxAndInsideAreThoseOfAFloodFillFromTheArraysBorder() {
    for (int[] shape : SHAPES) {
      for (double density : new double[] {0.02, 0.3, 0.7, 0.9}) {
        long seed = Math.round(density * 100);
        List<float[]> channels =
            List.of(blob(shape, density, seed), blob(shape, density / 2, -seed));
        String where = Arrays.toString(shape) + " seed " + seed;
        for (int threads : new int[] {1, 3}) {
          NonzeroCrop crop = NonzeroCrop.of(channels, shape, Workers.of(threads));
          check(channels, shape, crop, where);
        }
      }
    }
  }

  private static void check(List<float[]> channels, int[] shape, NonzeroCrop crop, String where) {
    boolean[] outside = outside(channels, shape);
    int[] lower = shape.clone();
    int[] upper = new int[3];
    for (int i = 0; i < outside.length; i++) {
      if (!outside[i]) {
        int[] at = {i / shape[2] / shape[1], i / shape[2] % shape[1], i % shape[2]};
        for (int axis = 0; axis < 3; axis++) {
          lower[axis] = Math.min(lower[axis], at[axis]);
          upper[axis] = Math.max(upper[axis], at[axis] + 1);
        }
      }
    }
    Box expected = upper[0] == 0 ? Box.whole(shape) : new Box(lower, upper);
    assertEquals(expected, crop.box(), where);
    assertEquals(upper[0] == 0, crop.isEmpty(), where);
    BitSet inside = crop.inside();
    float[] first = crop.crop(0);
    int[] size = expected.shape();
    for (int i = 0; i < size[0] * size[1] * size[2]; i++) {
      int z = i / size[2] / size[1] + expected.lower()[0];
      int y = i / size[2] % size[1] + expected.lower()[1];
      int x = i % size[2] + expected.lower()[2];
      int index = (z * shape[1] + y) * shape[2] + x;
      assertEquals(!outside[index], inside.get(i), where + " voxel " + i);
      assertEquals(channels.get(0)[index], first[i], where);
    }
  }

  @Test
  void anEmptyImageKeepsItsSizeAndHasNoInside() {
    int[] shape = {2, 3, 4};
    NonzeroCrop crop = NonzeroCrop.of(List.of(new float[24]), shape, Workers.single());
    assertTrue(crop.isEmpty());
    assertEquals(Box.whole(shape), crop.box());
    assertEquals(0, crop.inside().cardinality());
  }

  @Test
  void notANumberIsNotZero() {
    float[] data = new float[27];
    data[13] = Float.NaN;
    NonzeroCrop crop = NonzeroCrop.of(List.of(data), new int[] {3, 3, 3}, Workers.single());
    assertArrayEquals(new int[] {1, 1, 1}, crop.box().lower());
    assertArrayEquals(new int[] {2, 2, 2}, crop.box().upper());
  }

  @Test
  void aBoxWithoutVoxelsIsRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Box(new int[] {0, 2, 0}, new int[] {1, 2, 1}));
    assertEquals(
        "a box needs 0 <= lower < upper on every axis, got [0, 2, 0] to [1, 2, 1]",
        refused.getMessage());
    refused =
        assertThrows(
            IllegalArgumentException.class, () -> new Box(new int[] {0, 2}, new int[] {1, 3, 1}));
    assertEquals("a box has as many lower as upper bounds, got 2 and 3", refused.getMessage());
  }

  private static float[] blob(int[] shape, double density, long seed) {
    Random random = new Random(seed);
    float[] data = new float[shape[0] * shape[1] * shape[2]];
    for (int i = 0; i < data.length; i++) {
      int x = i % shape[2];
      boolean margin = shape[2] > 4 && (x < 1 || x >= shape[2] - 2); // so that there is a crop
      data[i] = !margin && random.nextDouble() < density ? 1 + i : 0;
    }
    return data;
  }

  /** Zero voxels that a path through faces of zero voxels connects to a face of the array. */
  private static boolean[] outside(List<float[]> channels, int[] shape) {
    int[] big = {shape[0] + 2, shape[1] + 2, shape[2] + 2};
    boolean[] seen = new boolean[big[0] * big[1] * big[2]];
    ArrayDeque<Integer> queue = new ArrayDeque<>(List.of(0));
    seen[0] = true;
    int[] steps = {1, -1, big[2], -big[2], big[1] * big[2], -big[1] * big[2]};
    while (!queue.isEmpty()) {
      int at = queue.remove();
      for (int s = 0; s < 6; s++) {
        int next = at + steps[s];
        if (next < 0 || next >= seen.length || seen[next] || wraps(at, next, big)) {
          continue;
        }
        int z = next / big[2] / big[1] - 1;
        int y = next / big[2] % big[1] - 1;
        int x = next % big[2] - 1;
        boolean in = z >= 0 && z < shape[0] && y >= 0 && y < shape[1] && x >= 0 && x < shape[2];
        int index = (z * shape[1] + y) * shape[2] + x;
        if (in && channels.stream().anyMatch(channel -> channel[index] != 0)) {
          continue;
        }
        seen[next] = true;
        queue.add(next);
      }
    }
    boolean[] outside = new boolean[shape[0] * shape[1] * shape[2]];
    for (int i = 0; i < outside.length; i++) {
      int z = i / shape[2] / shape[1];
      int y = i / shape[2] % shape[1];
      outside[i] = seen[((z + 1) * big[1] + y + 1) * big[2] + i % shape[2] + 1];
    }
    return outside;
  }

  private static boolean wraps(int a, int b, int[] big) {
    int dx = Math.abs(a % big[2] - b % big[2]);
    int dy = Math.abs(a / big[2] % big[1] - b / big[2] % big[1]);
    return dx + dy > 1;
  }
}
