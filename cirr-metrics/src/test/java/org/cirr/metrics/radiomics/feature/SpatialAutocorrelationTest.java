package org.cirr.metrics.radiomics.feature;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.cirr.metrics.radiomics.image.Box;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.metrics.radiomics.image.Roi;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

class SpatialAutocorrelationTest {
  private static Roi region(int z, int y, int x, Spacing spacing, long seed) {
    Random random = new Random(seed);
    int[] shape = {z, y, x};
    double[] values = random.doubles(z * y * x, 100, 1100).toArray();
    boolean[] inside = new boolean[values.length];
    for (int i = 0; i < inside.length; i++) {
      values[i] += i % 50 * 20; // so that neighbours are alike
      inside[i] = random.nextInt(4) > 0;
    }
    return Roi.of(Raster.of(shape, values, spacing), inside, Box.whole(shape));
  }

  @Test
  void convolutionGivesTheSumsOverAllPairs() {
    Spacing anisotropic = new Spacing(3, 0.8, 1.2);
    for (int[] shape : new int[][] {{1, 1, 7}, {5, 7, 9}, {1, 33, 17}, {13, 16, 17}}) {
      Roi roi = region(shape[0], shape[1], shape[2], anisotropic, 17);
      double[] direct = SpatialAutocorrelation.direct(roi);
      double[] transformed = SpatialAutocorrelation.transformed(roi);
      for (int i = 0; i < 2; i++) {
        double tolerance = 1e-9 * Math.abs(direct[i]);
        assertEquals(direct[i], transformed[i], tolerance, "seed 17, " + shape[2] + ", " + i);
      }
    }
  }

  @Test
  void twoVoxelsHaveTheValuesOfTheFormula() {
    Raster image = Raster.of(new int[] {1, 1, 2}, new double[] {3, 5}, new Spacing(1, 1, 2));
    Roi pair = Roi.of(image, new boolean[] {true, true}, Box.whole(new int[] {1, 1, 2}));
    // d = −1 and 1: I = 2/(2 w) · (−2 w)/2, C = 1/(4 w) · 2 w · 4/2.
    assertArrayEquals(new double[] {-1, 1}, SpatialAutocorrelation.of(pair), 1e-15);
  }

  @Test
  void aLiverOfMoreThanAHundredThousandVoxelsTakesSeconds() {
    Roi liver = region(30, 80, 90, new Spacing(7.7, 1.25, 1.25), 5);
    assertTrue(liver.voxels() > 150_000);
    assertNull(SpatialAutocorrelation.tooLarge(liver));
    long start = System.nanoTime();
    double[] values = SpatialAutocorrelation.of(liver);
    assertTrue(System.nanoTime() - start < 30e9, "seconds: " + (System.nanoTime() - start) * 1e-9);
    assertTrue(Math.abs(values[0]) < 1 && values[1] > 0.5 && values[1] < 2, "seed 5");
  }

  @Test
  void aBoxThatIsTooLargeIsLeftOutWithTheReason() {
    int[] shape = {1, 4100, 5000};
    boolean[] inside = new boolean[shape[1] * shape[2]];
    java.util.Arrays.fill(inside, 0, 3001, true);
    inside[inside.length - 1] = true;
    Raster image = Raster.of(shape, new double[inside.length], new Spacing(1, 1, 1));
    Roi roi = Roi.of(image, inside, Box.whole(shape));
    assertNull(SpatialAutocorrelation.tooLarge(roi)); // 8,200 by 10,000 values
    Roi huge =
        Roi.of(
            Raster.of(new int[] {1, 4100, 10_000}, new double[41_000_000], image.spacing()),
            grown(inside),
            Box.whole(new int[] {1, 4100, 10_000}));
    assertEquals(
        "Moran's I and Geary's C are left out (NaN): the region's box of 1 x 4100 x 10000 voxels needs"
            + " 3.9 GiB, more than the 3 GiB they may take; resample to a larger spacing",
        SpatialAutocorrelation.tooLarge(huge));
    assertTrue(Double.isNaN(SpatialAutocorrelation.of(huge)[0]));
  }

  private static boolean[] grown(boolean[] inside) {
    return java.util.Arrays.copyOf(inside, 41_000_000);
  }
}
