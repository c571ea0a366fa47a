package org.cirr.metrics.distance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.concurrent.CancellationException;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DistanceTransformTest {
  /** Relative; a handful of roundings. */
  private static final double EXACT = 1e-13;

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1, 0.5",
    "1, 1, 17, 1, 1, 0.3, 0.1",
    "1, 33, 1, 1, 7.7, 1, 0.1",
    "17, 1, 1, 3, 1, 1, 0.2",
    "3, 5, 7, 7.7, 1.25, 1.25, 0.05",
    "7, 17, 33, 0.1, 0.2, 11, 0.01",
    "5, 9, 17, 1, 1, 1, 0.3",
    "13, 11, 10, 3, 0.85, 1.2, 0.002",
    "9, 8, 24, 0.7, 0.9, 1e3, 0.02"
  })
  void itEqualsBruteForceOnRandomSites(
      int depth, int height, int width, double sz, double sy, double sx, double share) {
    for (long seed = 1; seed <= 8; seed++) {
      Random random = new Random(seed);
      Shape shape = Shape.of(depth, height, width);
      boolean[] site = new boolean[shape.arrayLength()];
      for (int i = 0; i < site.length; i++) {
        site[i] = random.nextDouble() < share;
      }
      Spacing spacing = new Spacing(sz, sy, sx);
      double[] fast = DistanceTransform.of(shape, spacing, i -> site[i], Workers.of(2));
      double[] plain = bruteForce(shape, spacing, site);
      for (int i = 0; i < fast.length; i++) {
        String where = "seed " + seed + ", voxel " + i;
        assertEquals(plain[i], fast[i], EXACT * plain[i], where);
      }
    }
  }

  private static double[] bruteForce(Shape shape, Spacing spacing, boolean[] site) {
    int h = shape.dim(1);
    int w = shape.dim(2);
    double[] distances = new double[site.length];
    for (int i = 0; i < site.length; i++) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int j = 0; j < site.length; j++) {
        if (site[j]) {
          double dz = (i / (h * w) - j / (h * w)) * spacing.z();
          double dy = (i / w % h - j / w % h) * spacing.y();
          double dx = (i % w - j % w) * spacing.x();
          nearest = Math.min(nearest, Math.sqrt(dz * dz + dy * dy + dx * dx));
        }
      }
      distances[i] = nearest;
    }
    return distances;
  }

  @Test
  void withoutASiteEverythingIsInfinitelyFar() {
    Shape shape = Shape.of(2, 3, 4);
    double[] distances =
        DistanceTransform.of(shape, new Spacing(1, 1, 1), i -> false, Workers.single());
    for (double distance : distances) {
      assertEquals(Double.POSITIVE_INFINITY, distance);
    }
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    Shape shape = Shape.of(17, 33, 35);
    Spacing spacing = new Spacing(3, 0.7, 1.1);
    double[] one = DistanceTransform.of(shape, spacing, i -> i % 997 == 0, Workers.single());
    double[] three = DistanceTransform.of(shape, spacing, i -> i % 997 == 0, Workers.of(3));
    assertArrayEquals(one, three);
  }

  @Test
  void itCanBeCancelled() {
    Workers stopped = Workers.of(2).cancelledBy(() -> true);
    assertThrows(
        CancellationException.class,
        () -> DistanceTransform.of(Shape.of(4, 4, 4), new Spacing(1, 1, 1), i -> true, stopped));
  }

  @Test
  void moreVoxelsThanAnArrayHoldsAreRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                DistanceTransform.of(
                    Shape.of(2048, 1024, 1024), new Spacing(1, 1, 1), i -> true, Workers.single()));
    assertEquals(
        "the distances of 2048 x 1024 x 1024 voxels do not fit one array, which holds at most"
            + " 2,147,483,639 values; crop the image or resample it to larger voxels",
        refused.getMessage());
  }

  @Test
  void twoAxesAreRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                DistanceTransform.of(
                    Shape.of(4, 4), new Spacing(1, 1, 1), i -> true, Workers.single()));
    assertEquals(
        "distances need three axes z, y, x, got shape " + Shape.of(4, 4), refused.getMessage());
  }
}
