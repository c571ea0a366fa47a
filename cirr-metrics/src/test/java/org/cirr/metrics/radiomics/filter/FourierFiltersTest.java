package org.cirr.metrics.radiomics.filter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

class FourierFiltersTest {
  private static final double TOLERANCE = 1e-11;
  private static final Spacing UNIT = new Spacing(1, 1, 1);

  private static Raster image(int z, int y, int x, IntToDoubleFunction value) {
    double[] values = new double[z * y * x];
    java.util.Arrays.setAll(values, value);
    return Raster.of(new int[] {z, y, x}, values, UNIT);
  }

  private static Raster simoncelli(Raster image, int level, Riesz riesz) {
    return FourierFilters.simoncelli(image, level, riesz, false, Boundary.PERIODIC);
  }

  @Test
  void aWaveIsWeakenedByTheGainAtItsFrequency() {
    // 4 waves along 24 voxels of x: ν = 8/24 of the highest frequency.
    Raster wave = image(3, 5, 24, i -> Math.cos(2 * Math.PI * 4 * (i % 24) / 24));
    double[] gains = {
      Math.cos(Math.PI / 2 * Math.log(2.0 / 3) / Math.log(2)), // ν = 1/3
      Math.cos(Math.PI / 2 * Math.log(4.0 / 3) / Math.log(2)), // ν = 2/3
      0 // ν = 4/3
    };
    for (int level = 1; level <= 3; level++) {
      double[] actual = simoncelli(wave, level, Riesz.NONE).values();
      for (int i = 0; i < actual.length; i++) {
        assertEquals(gains[level - 1] * wave.values()[i], actual[i], TOLERANCE, "level " + level);
      }
    }
    assertEquals(1, gains[0] * gains[0] + gains[1] * gains[1], 1e-12); // nothing is lost
  }

  @Test
  void theFirstRieszTransformOfACosineIsTheSine() {
    Raster wave = image(2, 3, 24, i -> Math.cos(2 * Math.PI * 6 * (i % 24) / 24)); // gain 1
    double[] along = simoncelli(wave, 1, new Riesz(1, 0, 0)).values();
    double[] across = simoncelli(wave, 1, new Riesz(0, 1, 0)).values();
    for (int i = 0; i < along.length; i++) {
      assertEquals(Math.sin(2 * Math.PI * 6 * (i % 24) / 24), along[i], TOLERANCE);
      assertEquals(0, across[i], TOLERANCE);
    }
  }

  @Test
  void allRieszTransformsOfAnOrderTogetherKeepTheEnergy() {
    double[] noise = new Random(9).doubles(6 * 10 * 7, -1, 1).toArray();
    Raster image = image(6, 10, 7, i -> noise[i]);
    double[] plain = simoncelli(simoncelli(image, 1, Riesz.NONE), 1, Riesz.NONE).values();
    double[] sum = new double[noise.length];
    for (int x = 0; x <= 2; x++) {
      for (int y = 0; x + y <= 2; y++) {
        Riesz riesz = new Riesz(x, y, 2 - x - y);
        double[] twice = simoncelli(simoncelli(image, 1, riesz), 1, riesz).values();
        for (int i = 0; i < sum.length; i++) {
          sum[i] += twice[i]; // (−i)^4 = 1
        }
      }
    }
    assertArrayEquals(plain, sum, TOLERANCE, "seed 9");
  }

  @Test
  void withoutRieszTheLaplacianIsTheSampledKernels() {
    double[] noise = new Random(10).doubles(12 * 13 * 14, -1, 1).toArray();
    Raster image = image(12, 13, 14, i -> noise[i]);
    for (Boundary boundary : new Boundary[] {Boundary.PERIODIC, Boundary.MIRROR}) {
      double[] kernels = IbsiFilters.laplacianOfGaussian(image, 2, 8, false, boundary).values();
      double[] spectrum =
          FourierFilters.laplacianOfGaussian(image, 2, Riesz.NONE, false, boundary).values();
      assertArrayEquals(kernels, spectrum, 1e-6, boundary + ", seed 10");
    }
    double[] slices = IbsiFilters.laplacianOfGaussian(image, 2, 8, true, Boundary.ZERO).values();
    double[] spectra =
        FourierFilters.laplacianOfGaussian(image, 2, Riesz.NONE, true, Boundary.ZERO).values();
    assertArrayEquals(slices, spectra, 1e-3, "seed 10"); // half an extent of zeros on either side
  }

  @Test
  void aRieszTransformIsTheDirectionalPartOfTheLaplacian() {
    // Riesz of order (2, 0, 0) twice the square of the direction: −∂²/∂x² of the Gaussian.
    double[] noise = new Random(11).doubles(9 * 9 * 16, -1, 1).toArray();
    Raster image = image(9, 9, 16, i -> noise[i]);
    double[] all =
        FourierFilters.laplacianOfGaussian(image, 1.5, Riesz.NONE, false, Boundary.PERIODIC)
            .values();
    double[] sum = new double[all.length];
    for (Riesz riesz : new Riesz[] {new Riesz(2, 0, 0), new Riesz(0, 2, 0), new Riesz(0, 0, 2)}) {
      double[] part =
          FourierFilters.laplacianOfGaussian(image, 1.5, riesz, false, Boundary.PERIODIC).values();
      for (int i = 0; i < sum.length; i++) {
        sum[i] -= part[i];
      }
    }
    assertArrayEquals(all, sum, TOLERANCE, "seed 11");
  }

  @Test
  void wrongArgumentsAreExplained() {
    Raster flat = Raster.of(new int[] {2, 2, 2}, new double[8], new Spacing(3, 1, 1));
    assertEquals(
        "Simoncelli wavelets need voxels with equal sides, but the spacing is 3.0 mm along z and 1.0"
            + " mm along x; resample the image first",
        refused(() -> simoncelli(flat, 1, Riesz.NONE)));
    assertEquals(
        "a wavelet level is 1 to 20, got 0", refused(() -> simoncelli(flat, 0, Riesz.NONE)));
    assertEquals(
        "slices that are filtered by themselves have no Riesz order along z, got 1",
        refused(() -> FourierFilters.simoncelli(flat, 1, new Riesz(0, 0, 1), true, Boundary.ZERO)));
    assertEquals(
        "the orders of a Riesz transform are 0 or more and at most 20 together, got 1, -1 and 0",
        refused(() -> new Riesz(1, -1, 0)));
  }

  private static String refused(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }
}
