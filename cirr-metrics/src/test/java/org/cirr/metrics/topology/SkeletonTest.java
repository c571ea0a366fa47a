package org.cirr.metrics.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.cirr.metrics.ConnectedComponents;
import org.cirr.metrics.Connectivity;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.Masks;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SkeletonTest {
  /** skeleton.json was written by make_skeleton.py beside it. */
  private static final double SCIKIT_IMAGE = 1e-2;

  private static Masks.Voxels tube(int depth, int height, int width, double radius, double bend) {
    return (z, y, x) -> {
      double dy = y - (height / 2.0 + bend * Math.sin(x / 9.0));
      double dz = z - (depth / 2.0 + bend * Math.cos(x / 7.0));
      double bx = x - width / 2.0;
      double bz = z - depth / 2.0;
      boolean branch = bx * bx + bz * bz <= 0.8 * radius * 0.8 * radius && y < height / 2.0;
      return dy * dy + dz * dz <= radius * radius || branch;
    };
  }

  private static Masks.Voxels ring(double radius, double thickness) {
    return (z, y, x) -> {
      double r = Math.hypot(y - 20.5, x - 20.5) - radius;
      return r * r + (z - 5.5) * (z - 5.5) <= thickness * thickness;
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"tube", "thin tube", "ring"})
  void clDiceIsThatOfScikitImagesThinning(String name) throws IOException {
    MaskPair pair =
        switch (name) {
          case "tube" ->
              Masks.pair(
                  Masks.grid(17, 33, 65), tube(17, 33, 65, 2.6, 4.6), tube(17, 33, 65, 3.3, 4.0));
          case "thin tube" ->
              Masks.pair(
                  Masks.grid(15, 25, 45), tube(15, 25, 45, 2.1, 2.5), tube(15, 25, 45, 1.6, 3.0));
          default -> Masks.pair(Masks.grid(11, 41, 41), ring(13, 2.6), ring(14, 3.1));
        };
    JsonObject golden = golden(name);
    assertEquals(golden.get("voxels_g").getAsLong(), pair.referenceCount(), "the same masks");
    assertEquals(golden.get("voxels_p").getAsLong(), pair.predictionCount(), "the same masks");
    assertEquals(
        golden.get("cldice").getAsDouble(),
        CenterlineDice.of(pair, EmptyPolicy.CIRR).value(),
        SCIKIT_IMAGE);
  }

  private static JsonObject golden(String name) throws IOException {
    try (var in =
        new InputStreamReader(
            SkeletonTest.class.getResourceAsStream("skeleton.json"), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(in)
          .getAsJsonObject()
          .getAsJsonObject("cases")
          .getAsJsonObject(name);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void partsCavitiesAndTunnelsStayWhatTheyWere(long seed) {
    Random random = new Random(seed);
    int[] s = {7, 13, 17};
    boolean[] mask = new boolean[7 * 13 * 17];
    Masks.Voxels blobs = Masks.blobs(random, Shape.of(s), 6);
    for (int i = 0; i < mask.length; i++) {
      mask[i] = blobs.has(i / (13 * 17), i / 17 % 13, i % 17) && random.nextInt(12) > 0;
    }
    boolean[] skeleton = Skeleton.of(7, 13, 17, mask);
    assertEquals(parts(s, mask), parts(s, skeleton), "parts, seed " + seed);
    assertEquals(outside(mask), outside(skeleton), "background's parts, seed " + seed);
    assertEquals(euler(mask), euler(skeleton), "Euler number, seed " + seed);
    for (int i = 0; i < mask.length; i++) {
      assertTrue(mask[i] || !skeleton[i], "seed " + seed);
    }
    assertArrayEquals(skeleton, Skeleton.of(7, 13, 17, skeleton), "thinned twice, seed " + seed);
  }

  private static int parts(int[] shape, boolean[] mask) {
    return ConnectedComponents.of(shape, Connectivity.CORNERS, i -> mask[i]).count();
  }

  /** The parts of the background of the mask in a larger box. */
  private static int outside(boolean[] mask) {
    return ConnectedComponents.of(
            new int[] {9, 15, 19},
            Connectivity.FACES,
            i -> !at(mask, i / (15 * 19) - 1, i / 19 % 15 - 1, i % 19 - 1))
        .count();
  }

  private static boolean at(boolean[] mask, int z, int y, int x) {
    boolean in = z >= 0 && y >= 0 && x >= 0 && z < 7 && y < 13 && x < 17;
    return in && mask[(z * 13 + y) * 17 + x];
  }

  /** Vertices − edges + faces − cubes of the closed cubes of all voxels. */
  private static int euler(boolean[] mask) {
    int euler = 0;
    for (int z = -1; z <= 14; z++) {
      for (int y = -1; y <= 26; y++) {
        for (int x = -1; x <= 34; x++) {
          // cells on the doubled grid: odd coordinates are inside a voxel along that axis
          boolean any = false;
          for (int dz = z % 2 == 0 ? -1 : 0; dz <= 0; dz++) {
            for (int dy = y % 2 == 0 ? -1 : 0; dy <= 0; dy++) {
              for (int dx = x % 2 == 0 ? -1 : 0; dx <= 0; dx++) {
                any |=
                    at(
                        mask,
                        Math.floorDiv(z, 2) + dz,
                        Math.floorDiv(y, 2) + dy,
                        Math.floorDiv(x, 2) + dx);
              }
            }
          }
          int odd = Math.floorMod(z, 2) + Math.floorMod(y, 2) + Math.floorMod(x, 2);
          euler += any ? odd % 2 == 0 ? 1 : -1 : 0;
        }
      }
    }
    return euler;
  }

  @Test
  void aThinTreeIsItsOwnSkeletonAndHasClDiceOne() {
    Masks.Voxels tree =
        (z, y, x) -> y == 8 && z == 4 || x == 6 && z == 4 && y >= 8 || x == 12 && y == 8 && z >= 4;
    MaskPair pair = Masks.pair(Masks.grid(9, 17, 17), tree, tree);
    assertEquals(new CenterlineDice(1, 1, 1), CenterlineDice.of(pair, EmptyPolicy.CIRR));
  }

  @Test
  void aBallShrinksToOneOrTwoVoxelsAndARingStaysARing() {
    int[] shape = {11, 41, 41};
    boolean[] ball = new boolean[11 * 41 * 41];
    boolean[] ring = new boolean[11 * 41 * 41];
    for (int i = 0; i < ball.length; i++) {
      int z = i / (41 * 41);
      int y = i / 41 % 41;
      int x = i % 41;
      ball[i] = (z - 5) * (z - 5) + (y - 20) * (y - 20) + (x - 20) * (x - 20) <= 16;
      ring[i] = ring(14, 3.1).has(z, y, x);
    }
    assertTrue(count(Skeleton.of(11, 41, 41, ball)) <= 2); // two voxels are each other's line end
    boolean[] thin = Skeleton.of(11, 41, 41, ring);
    assertEquals(1, parts(shape, thin));
    assertTrue(count(thin) > 60 && count(thin) < 120, "ring of " + count(thin));
  }

  private static int count(boolean[] mask) {
    int count = 0;
    for (boolean each : mask) {
      count += each ? 1 : 0;
    }
    return count;
  }

  /** The arrays of MetricsReloaded's own test; 2D. */
  @ParameterizedTest
  @CsvSource({"2, 0.86", "3, 0.67"})
  void metricsReloadedSmallStructure(int from, double expected) {
    Masks.Voxels reference = (z, y, x) -> x == 1 && y >= 1 && y < 4 || y == 3 && x >= 1 && x < 4;
    MaskPair pair =
        Masks.pair(
            Masks.grid(1, 14, 14), reference, (z, y, x) -> reference.has(z, y, x) && y >= from);
    assertEquals(expected, CenterlineDice.of(pair, EmptyPolicy.METRICS_RELOADED).value(), 1e-2);
  }

  @Test
  void emptyMasksFollowThePolicyAndStrangersHaveZero() {
    Masks.Voxels none = (z, y, x) -> false;
    Masks.Voxels one = Masks.block(1, 2, 1, 2, 0, 5);
    Masks.Voxels other = Masks.block(3, 4, 3, 4, 0, 5);
    assertEquals(Double.NaN, clDice(none, none));
    assertEquals(0, clDice(none, one));
    assertEquals(0, clDice(one, none));
    assertEquals(0, clDice(one, other));
  }

  private static double clDice(Masks.Voxels reference, Masks.Voxels prediction) {
    return CenterlineDice.of(
            Masks.pair(Masks.grid(5, 5, 5), reference, prediction), EmptyPolicy.CIRR)
        .value();
  }

  @Test
  void aMaskOfAnotherSizeIsRefused() {
    assertEquals(
        "a mask of 2 x 3 x 4 voxels needs as many values, got 23",
        assertThrows(IllegalArgumentException.class, () -> Skeleton.of(2, 3, 4, new boolean[23]))
            .getMessage());
  }
}
