package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Half;
import org.junit.jupiter.api.Test;

class LogitsAccumulatorTest {
  private static final int CHANNELS = 3;

  /** Image, patch. */
  private static final int[][][] CASES = {
    {{9, 7, 5}, {4, 4, 4}},
    {{1, 5, 17}, {3, 7, 8}},
    {{7, 1, 3}, {2, 4, 2}},
    {{3, 3, 3}, {5, 5, 5}},
    {{1, 1, 1}, {1, 1, 1}},
    {{4, 9, 6}, {5, 6}},
    {{1, 3, 3}, {8, 2}},
    {{17, 2, 3}, {16, 2, 2}},
  };

  @Test
  void theRollingWindowGivesTheBitsOfTheWholeArrays() {
    for (int[][] shapes : CASES) {
      for (boolean weighted : new boolean[] {true, false}) {
        for (Precision precision : Precision.values()) {
          for (int threads : new int[] {1, 3}) {
            TileGrid grid = TileGrid.of(shapes[0], shapes[1], 0.5);
            short[] gaussian = weighted ? GaussianMap.of(shapes[1]) : null;
            String where = Arrays.deepToString(shapes) + precision + " seed 3";
            float[][] tiles = tiles(grid, 3);
            List<LogitsSlice> slices = run(grid, tiles, precision, gaussian, threads);
            float[][] expected = whole(grid, tiles, precision, gaussian);
            assertEquals(shapes[0][0], slices.size(), where);
            int plane = shapes[0][1] * shapes[0][2];
            for (int z = 0; z < slices.size(); z++) {
              assertEquals(precision == Precision.REFERENCE, slices.get(z).isHalf());
              for (int c = 0; c < CHANNELS; c++) {
                for (int i = 0; i < plane; i++) {
                  assertEquals(expected[c][z * plane + i], slices.get(z).get(c, i), where);
                }
              }
            }
          }
        }
      }
    }
  }

  private static float[][] tiles(TileGrid grid, long seed) {
    Random random = new Random(seed);
    int[] p = grid.patch();
    float[][] tiles = new float[grid.count()][p[0] * p[1] * p[2] * CHANNELS];
    for (float[] tile : tiles) {
      for (int i = 0; i < tile.length; i++) {
        tile[i] = (float) random.nextGaussian() * 3;
      }
    }
    return tiles;
  }

  private static List<LogitsSlice> run(
      TileGrid grid, float[][] tiles, Precision precision, short[] gaussian, int threads) {
    LogitsAccumulator sums = new LogitsAccumulator(grid, CHANNELS, precision, gaussian);
    List<LogitsSlice> slices = new ArrayList<>();
    for (int tile = 0; tile < tiles.length; tile++) {
      sums.drain(tile, slices::add);
      sums.add(tile, tiles[tile], Workers.of(threads));
    }
    sums.drain(tiles.length, slices::add);
    return slices;
  }

  /** The plain form: arrays of the whole padded image. */
  private static float[][] whole(
      TileGrid grid, float[][] tiles, Precision precision, short[] gaussian) {
    boolean half = precision == Precision.REFERENCE;
    int[] n = grid.padded();
    int[] p = grid.patch();
    float[][] sums = new float[CHANNELS][n[0] * n[1] * n[2]];
    float[] weights = new float[n[0] * n[1] * n[2]];
    for (int tile = 0; tile < tiles.length; tile++) {
      int[] start = grid.start(tile);
      for (int i = 0; i < p[0] * p[1] * p[2]; i++) {
        int z = start[0] + i / p[2] / p[1];
        int y = start[1] + i / p[2] % p[1];
        int at = (z * n[1] + y) * n[2] + start[2] + i % p[2];
        float g = gaussian == null ? 1 : Half.toFloat(gaussian[i]);
        for (int c = 0; c < CHANNELS; c++) {
          float sum = sums[c][at] + tiles[tile][i * CHANNELS + c] * g;
          sums[c][at] = half ? Half.round(sum) : sum;
        }
        weights[at] = half ? Half.round(weights[at] + g) : weights[at] + g;
      }
    }
    int[] image = grid.image();
    int[] before = grid.padBefore();
    float[][] logits = new float[CHANNELS][image[0] * image[1] * image[2]];
    for (int i = 0; i < logits[0].length; i++) {
      int z = i / image[2] / image[1] + before[0];
      int y = i / image[2] % image[1] + before[1];
      int at = (z * n[1] + y) * n[2] + i % image[2] + before[2];
      for (int c = 0; c < CHANNELS; c++) {
        float logit = sums[c][at] / weights[at];
        logits[c][i] = half ? Half.round(logit) : logit;
      }
    }
    return logits;
  }

  @Test
  void aTinyWeightLeavesWholeNumbers() {
    TileGrid grid = TileGrid.of(new int[] {1, 1, 1}, new int[] {1, 1, 1}, 0.5);
    short[] tiny = {1}; // 2^-24
    float[][] tile = {{2.3f, -7.77f, 0}};
    LogitsSlice slice = run(grid, tile, Precision.REFERENCE, tiny, 1).get(0);
    assertEquals(2, slice.get(0, 0));
    assertEquals(-8, slice.get(1, 0));
    slice = run(grid, tile, Precision.FLOAT32, tiny, 1).get(0);
    assertEquals(2.3f, slice.get(0, 0), 1e-6f);
  }

  @Test
  void anInfiniteLogitIsAnErrorThatSaysWhere() {
    TileGrid grid = TileGrid.of(new int[] {1, 2, 2}, new int[] {1, 2, 2}, 0.5);
    float[] tile = new float[4 * CHANNELS];
    tile[3 * CHANNELS + 1] = 1e6f;
    ArithmeticException refused =
        assertThrows(
            ArithmeticException.class,
            () -> run(grid, new float[][] {tile}, Precision.REFERENCE, null, 1));
    assertEquals(
        "the logit of class 1 is infinite at voxel [0, 1, 1] of the preprocessed image: half"
            + " precision holds at most 65504: use precision float32",
        refused.getMessage());
    assertEquals(
        1e6f, run(grid, new float[][] {tile}, Precision.FLOAT32, null, 1).get(0).get(1, 3));
    tile[3 * CHANNELS + 1] = Float.NEGATIVE_INFINITY;
    refused =
        assertThrows(
            ArithmeticException.class,
            () -> run(grid, new float[][] {tile}, Precision.FLOAT32, null, 1));
    assertEquals(
        "the logit of class 1 is infinite at voxel [0, 1, 1] of the preprocessed image: check the"
            + " intensities of the image and the model's weights",
        refused.getMessage());
  }

  @Test
  void tilesOutOfTurnAreRefused() {
    TileGrid grid = TileGrid.of(new int[] {5, 2, 2}, new int[] {4, 2, 2}, 0.5);
    LogitsAccumulator sums = new LogitsAccumulator(grid, 1, Precision.REFERENCE, null);
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class, () -> sums.add(1, new float[16], Workers.single()));
    assertEquals(
        "tile 1 needs the slices before 1 drained, but those before 0 are", refused.getMessage());
  }

  @Test
  void aGaussianOfAnotherPatchIsRefused() {
    TileGrid grid = TileGrid.of(new int[] {5, 2, 2}, new int[] {4, 2, 2}, 0.5);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new LogitsAccumulator(grid, 1, Precision.REFERENCE, new short[3]));
    assertEquals("the gaussian has 3 values, the patch [4, 2, 2] has 16", refused.getMessage());
  }

  @Test
  void aTileOfAnotherSizeIsRefused() {
    TileGrid grid = TileGrid.of(new int[] {5, 2, 2}, new int[] {4, 2, 2}, 0.5);
    LogitsAccumulator sums = new LogitsAccumulator(grid, 3, Precision.REFERENCE, null);
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> sums.add(0, new float[16], Workers.single()));
    assertEquals(
        "a tile of [4, 2, 2] voxels and 3 classes has 48 logits, got 16", refused.getMessage());
  }

  @Test
  void theBytesFollowThePatchDepthAndNotTheImage() {
    TileGrid grid = TileGrid.of(new int[] {260, 320, 320}, new int[] {64, 128, 128}, 0.5);
    long plane = 320L * 320;
    assertEquals(64 * plane * (41 * 2 + 4), LogitsAccumulator.bytes(grid, 41, Precision.REFERENCE));
    assertEquals(64 * plane * (41 * 4 + 4), LogitsAccumulator.bytes(grid, 41, Precision.FLOAT32));
  }

  @Test
  void foldsAreAddedInHalfPrecisionAndThenDivided() {
    short big = Half.fromFloat(2048);
    short one = Half.fromFloat(1);
    LogitsSlice a = LogitsSlice.ofHalves(1, new short[][] {{big}});
    LogitsSlice b = LogitsSlice.ofHalves(1, new short[][] {{one}});
    // 2048 + 1 is a tie that rounds to 2048, twice; 2048 / 3 = 682.67 rounds to 682.5.
    assertEquals(682.5f, LogitsSlice.mean(List.of(a, b, b)).get(0, 0));
    assertTrue(LogitsSlice.mean(List.of(a)) == a, "one fold is returned as it is");
    LogitsSlice f = LogitsSlice.ofFloats(1, new float[][] {{2048}});
    LogitsSlice g = LogitsSlice.ofFloats(1, new float[][] {{1}});
    assertEquals(2050f / 3, LogitsSlice.mean(List.of(f, g, g)).get(0, 0));
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> LogitsSlice.mean(List.of(a, f)));
    assertEquals(
        "folds differ: LogitsSlice[1 x 1 half] and LogitsSlice[1 x 1 float]", refused.getMessage());
  }

  @Test
  void aWindowRefusesSlicesThatItNoLongerHolds() {
    LogitsWindow window = new LogitsWindow();
    for (int z = 0; z < 3; z++) {
      window.put(LogitsSlice.ofFloats(2, new float[][] {{z, z + 10, z + 20, z + 30}}));
    }
    window.dropBefore(1);
    assertEquals(3, window.end());
    double[] row = new double[2];
    window.channel(0).read(2, 1, row);
    assertEquals(22, row[0]);
    assertEquals(32, row[1]);
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> window.channel(0).read(0, 0, row));
    assertEquals("slice 0 is not held, only 1 to 2", refused.getMessage());
  }
}
