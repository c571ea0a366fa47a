package org.cirr.metrics.distance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.Masks;
import org.cirr.metrics.overlap.Confusion;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.metrics.overlap.LabelOverlap;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must not change the numbers, on random masks of awkward shapes; some touch the border. */
class SurfacePropertyTest {
  private static final double ROUNDING = 1e-12;

  /**
   * Numbers made of areas of marching-cubes triangles, which are no mirror images of each other.
   */
  private static final int[] TRIANGULATED = {11, 12, 13, 14};

  private static final double MIRRORED = 0.1;
  private static final Spacing SPACING = new Spacing(7.7, 1.25, 0.85);

  /** All numbers of a pair, so that one comparison covers them. */
  private static double[] numbers(LabelMap reference, LabelMap prediction) {
    MaskPair pair = MaskPair.of(reference, prediction, 1);
    Workers two = Workers.of(2);
    SurfaceDistances voxels = SurfaceDistances.of(pair, EmptyPolicy.CIRR, two);
    SurfelDistances surfels = SurfelDistances.of(pair, EmptyPolicy.CIRR, two);
    BoundaryIou bands = BoundaryIou.of(pair, EmptyPolicy.CIRR, two);
    Confusion counts = LabelOverlap.count(reference, prediction, two).confusion(1);
    return new double[] {
      voxels.hausdorff(),
      voxels.hd95(),
      voxels.hd95Pooled(),
      voxels.hd95Mean(),
      voxels.assd(),
      voxels.masd(),
      voxels.rms(),
      voxels.median(),
      voxels.standardDeviation(),
      voxels.nsd(1.3),
      surfels.hausdorff(),
      surfels.hd95AreaWeighted(),
      surfels.assdAreaWeighted(),
      surfels.nsdAreaWeighted(1.3),
      surfels.predictionArea() + surfels.referenceArea(),
      bands.at(1.3),
      counts.dice(EmptyPolicy.CIRR),
      counts.iou(EmptyPolicy.CIRR),
      counts.volumetricSimilarity(EmptyPolicy.CIRR)
    };
  }

  private static void assertSame(double[] expected, double[] actual, long seed, String what) {
    for (int i = 0; i < expected.length; i++) {
      assertEquals(
          expected[i],
          actual[i],
          ROUNDING * Math.max(1, Math.abs(expected[i])),
          what + ", number " + i + ", seed " + seed);
    }
  }

  private static LabelMap[] random(long seed) {
    Random random = new Random(seed);
    int[][] shapes = {{5, 17, 13}, {7, 9, 33}, {3, 11, 7}, {2, 5, 17}};
    Shape shape = Shape.of(shapes[(int) (seed % shapes.length)]);
    Geometry grid = Masks.grid(SPACING, shape.toArray());
    return new LabelMap[] {
      Masks.of(grid, Masks.blobs(random, shape, 3)), Masks.of(grid, Masks.blobs(random, shape, 3))
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void symmetricNumbersDoNotChangeWhenTheMasksAreSwapped(long seed) {
    LabelMap[] maps = random(seed);
    assertSame(numbers(maps[0], maps[1]), numbers(maps[1], maps[0]), seed, "swapped");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void paddingAndCroppingChangeNothing(long seed) {
    LabelMap[] maps = random(seed);
    double[] expected = numbers(maps[0], maps[1]);
    Shape shape = maps[0].shape();
    Geometry larger = Masks.grid(SPACING, shape.dim(0) + 3, shape.dim(1) + 1, shape.dim(2) + 5);
    LabelMap[] padded = new LabelMap[2];
    for (int i = 0; i < 2; i++) {
      LabelMap map = maps[i];
      padded[i] =
          Masks.of(
              larger,
              (z, y, x) ->
                  z >= 1
                      && z - 1 < shape.dim(0)
                      && y < shape.dim(1)
                      && x >= 2
                      && x - 2 < shape.dim(2)
                      && map.get(z - 1, y, x - 2) == 1);
    }
    assertSame(expected, numbers(padded[0], padded[1]), seed, "padded");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void flipsAndAxisPermutationsChangeNothing(long seed) {
    LabelMap[] maps = random(seed);
    double[] expected = numbers(maps[0], maps[1]);
    int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (int[] order : orders) {
      for (int flips = 0; flips < 8; flips++) {
        double[] actual = numbers(moved(maps[0], order, flips), moved(maps[1], order, flips));
        String what = Arrays.toString(order) + " flipped " + flips;
        for (int i : TRIANGULATED) {
          assertEquals(expected[i], actual[i], MIRRORED * expected[i], what + ", seed " + seed);
          actual[i] = expected[i];
        }
        assertSame(expected, actual, seed, what);
      }
    }
  }

  /** Axis i of the result is axis order[i] of the map, reversed where bit i of flips is set. */
  private static LabelMap moved(LabelMap map, int[] order, int flips) {
    double[] spacing = SPACING.toArray();
    Shape shape = map.shape();
    int[] to = {shape.dim(order[0]), shape.dim(order[1]), shape.dim(order[2])};
    Spacing moved = new Spacing(spacing[order[0]], spacing[order[1]], spacing[order[2]]);
    return Masks.of(
        Masks.grid(moved, to),
        (z, y, x) -> {
          int[] at = {z, y, x};
          int[] from = new int[3];
          for (int axis = 0; axis < 3; axis++) {
            from[order[axis]] = (flips >> axis & 1) != 0 ? to[axis] - 1 - at[axis] : at[axis];
          }
          return map.get(from[0], from[1], from[2]) == 1;
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void distancesScaleWithTheSpacing(long seed) {
    LabelMap[] maps = random(seed);
    double k = 3.7;
    Spacing larger = new Spacing(k * SPACING.z(), k * SPACING.y(), k * SPACING.x());
    LabelMap[] scaled = new LabelMap[2];
    for (int i = 0; i < 2; i++) {
      LabelMap map = maps[i];
      scaled[i] =
          Masks.of(Masks.grid(larger, map.shape().toArray()), (z, y, x) -> map.get(z, y, x) == 1);
    }
    double[] before = numbers(maps[0], maps[1]);
    double[] after = numbers(scaled[0], scaled[1]);
    int[] lengths = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12};
    for (int i : lengths) {
      assertEquals(k * before[i], after[i], 1e-11 * after[i], "number " + i + ", seed " + seed);
    }
    assertEquals(k * k * before[14], after[14], 1e-11 * after[14], "area, seed " + seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void surfaceDistancesEqualThePlainDefinition(long seed) {
    LabelMap[] maps = random(seed);
    SurfaceDistances fast =
        SurfaceDistances.of(MaskPair.of(maps[0], maps[1], 1), EmptyPolicy.CIRR, Workers.of(2));
    double[] plain = plain(maps[1], maps[0]);
    double[] measured = fast.fromPrediction();
    assertEquals(plain.length, measured.length, "seed " + seed);
    for (int i = 0; i < plain.length; i++) {
      assertEquals(plain[i], measured[i], ROUNDING * Math.max(1, plain[i]), "seed " + seed);
    }
  }

  /** For each surface voxel of one mask the nearest of the other, by looking at all of them. */
  private static double[] plain(LabelMap from, LabelMap to) {
    int[][] starts = surface(from);
    int[][] ends = surface(to);
    double[] distances = new double[starts.length];
    for (int i = 0; i < starts.length; i++) {
      double nearest = Double.POSITIVE_INFINITY;
      for (int[] end : ends) {
        double dz = (starts[i][0] - end[0]) * SPACING.z();
        double dy = (starts[i][1] - end[1]) * SPACING.y();
        double dx = (starts[i][2] - end[2]) * SPACING.x();
        nearest = Math.min(nearest, Math.sqrt(dz * dz + dy * dy + dx * dx));
      }
      distances[i] = nearest;
    }
    Arrays.sort(distances);
    return distances;
  }

  private static int[][] surface(LabelMap map) {
    java.util.List<int[]> voxels = new java.util.ArrayList<>();
    for (int z = 0; z < map.shape().dim(0); z++) {
      for (int y = 0; y < map.shape().dim(1); y++) {
        for (int x = 0; x < map.shape().dim(2); x++) {
          boolean inner =
              in(map, z - 1, y, x)
                  && in(map, z + 1, y, x)
                  && in(map, z, y - 1, x)
                  && in(map, z, y + 1, x)
                  && in(map, z, y, x - 1)
                  && in(map, z, y, x + 1);
          if (in(map, z, y, x) && !inner) {
            voxels.add(new int[] {z, y, x});
          }
        }
      }
    }
    return voxels.toArray(int[][]::new);
  }

  private static boolean in(LabelMap map, int z, int y, int x) {
    Shape shape = map.shape();
    boolean inside =
        z >= 0 && y >= 0 && x >= 0 && z < shape.dim(0) && y < shape.dim(1) && x < shape.dim(2);
    return inside && map.get(z, y, x) == 1;
  }
}
