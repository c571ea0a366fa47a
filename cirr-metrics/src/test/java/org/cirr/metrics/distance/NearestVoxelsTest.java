package org.cirr.metrics.distance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.Masks;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.Geometry;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Distances between sets of voxels, found row by row, and bands, found 64 voxels at a time. */
class NearestVoxelsTest {
  /** Relative; a handful of roundings. */
  private static final double EXACT = 1e-13;

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1",
    "1, 1, 200, 1, 1, 0.3",
    "1, 33, 1, 1, 7.7, 1",
    "17, 1, 1, 3, 1, 1",
    "3, 5, 64, 7.7, 1.25, 1.25",
    "7, 17, 65, 0.1, 0.2, 11",
    "5, 9, 129, 1, 1, 0.01",
    "33, 35, 3, 1, 1, 1",
    "40, 50, 7, 0.7, 0.9, 1.3"
  })
  void theyAreThoseOfAllPairs(int depth, int height, int width, double sz, double sy, double sx) {
    double[] shares = {0.3, 0.01, 0.0005}; // near, far, farther than the rows that are looked at
    for (long seed = 1; seed <= 9; seed++) {
      Random random = new Random(seed);
      VoxelSet from = random(random, depth, height, width, 0.02);
      VoxelSet to = random(random, depth, height, width, shares[(int) seed % 3]);
      Spacing spacing = new Spacing(sz, sy, sx);
      double[] found = NearestVoxels.distances(from, to, spacing, Workers.of(2));
      double[] plain = allPairs(from, to, spacing);
      assertEquals(plain.length, found.length);
      for (int i = 0; i < plain.length; i++) {
        assertEquals(plain[i], found[i], EXACT * plain[i], "seed " + seed + ", voxel " + i);
      }
    }
  }

  @Test
  void farSetsHaveTheDistancesOfTheTransform() {
    // 27 slices away from a full slice: beyond the first search; from one voxel: beyond both
    for (boolean few : new boolean[] {true, false}) {
      VoxelSet from = new VoxelSet(120, 121, 90);
      VoxelSet to = new VoxelSet(120, 121, 90);
      to.add(2, 3, 5);
      for (int y = 0; y < (few ? 3 : 121); y++) {
        for (int x = 0; x < (few ? 3 : 90); x++) {
          from.add(119, y, x);
        }
      }
      Spacing spacing = new Spacing(1.1, 0.7, 0.9);
      double[] one = NearestVoxels.distances(from, to, spacing, Workers.single());
      double[] three = NearestVoxels.distances(from, to, spacing, Workers.of(3));
      assertArrayEquals(one, three);
      double[] plain = allPairs(from, to, spacing);
      for (int i = 0; i < plain.length; i++) {
        assertEquals(plain[i], one[i], EXACT * plain[i], "few " + few + ", voxel " + i);
      }
    }
  }

  @Test
  void withoutAVoxelToReachTheyAreInfinite() {
    VoxelSet from = new VoxelSet(2, 3, 70);
    from.add(1, 2, 69);
    double[] found =
        NearestVoxels.distances(
            from, new VoxelSet(2, 3, 70), new Spacing(1, 1, 1), Workers.single());
    assertArrayEquals(new double[] {Double.POSITIVE_INFINITY}, found);
  }

  @ParameterizedTest
  @CsvSource({"5, 17, 13", "7, 9, 133", "1, 21, 65", "9, 1, 40", "9, 30, 1", "1, 1, 1"})
  void narrowAndWideBandsAreThoseOfTheTransform(int depth, int height, int width) {
    Spacing spacing = new Spacing(2, 0.5, 0.75);
    Geometry grid = Masks.grid(spacing, depth, height, width);
    for (long seed = 1; seed <= 6; seed++) {
      Random random = new Random(seed);
      Masks.Voxels blobs = Masks.blobs(random, Shape.of(depth, height, width), 3);
      MaskPair pair = Masks.pair(grid, blobs, (z, y, x) -> z >= 0);
      for (double mm : new double[] {0.1, 0.5, 0.75, 1, 2, 3.6, 40, 1e9}) {
        for (boolean inclusive : new boolean[] {true, false}) {
          VoxelSet fast = InnerBand.of(pair, MaskPair.REFERENCE, mm, inclusive, Workers.of(2));
          VoxelSet plain =
              InnerBand.byTransform(pair, MaskPair.REFERENCE, mm, inclusive, Workers.of(2));
          assertTrue(
              fast.hasSameVoxels(plain),
              "seed " + seed + ", " + mm + " mm, inclusive " + inclusive);
        }
      }
    }
  }

  private static VoxelSet random(Random random, int depth, int height, int width, double share) {
    VoxelSet set = new VoxelSet(depth, height, width);
    for (int i = 0; i < depth * height * width; i++) {
      if (random.nextDouble() < share) {
        set.add(i / (height * width), i / width % height, i % width);
      }
    }
    return set;
  }

  private static double[] allPairs(VoxelSet from, VoxelSet to, Spacing spacing) {
    int[][] starts = voxels(from);
    int[][] ends = voxels(to);
    return Arrays.stream(starts)
        .mapToDouble(
            a -> {
              double nearest = Double.POSITIVE_INFINITY;
              for (int[] b : ends) {
                double dz = (a[0] - b[0]) * spacing.z();
                double dy = (a[1] - b[1]) * spacing.y();
                double dx = (a[2] - b[2]) * spacing.x();
                nearest = Math.min(nearest, dz * dz + dy * dy + dx * dx);
              }
              return Math.sqrt(nearest);
            })
        .toArray();
  }

  private static int[][] voxels(VoxelSet set) {
    List<int[]> voxels = new ArrayList<>();
    for (int z = 0; z < set.depth(); z++) {
      for (int y = 0; y < set.height(); y++) {
        for (int x = 0; x < set.width(); x++) {
          if (set.contains(z, y, x)) {
            voxels.add(new int[] {z, y, x});
          }
        }
      }
    }
    return voxels.toArray(int[][]::new);
  }
}
