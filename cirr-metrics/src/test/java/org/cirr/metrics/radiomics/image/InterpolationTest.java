package org.cirr.metrics.radiomics.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ITK's interpolators, each by its formula. */
class InterpolationTest {
  private static final Spacing UNIT = new Spacing(1, 1, 1);

  private static Raster line(double... values) {
    return Raster.of(new int[] {1, 1, values.length}, values, UNIT);
  }

  @ParameterizedTest
  @EnumSource(
      value = Interpolator.class,
      names = {"GAUSSIAN"},
      mode = EnumSource.Mode.EXCLUDE)
  void aVoxelIsItself(Interpolator kind) {
    double[] values = new Random(2).doubles(5 * 7 * 17, -100, 100).toArray();
    Interpolation image = Interpolation.of(Raster.of(new int[] {5, 7, 17}, values, UNIT), kind);
    for (int i = 0; i < values.length; i++) {
      double at = image.at(i / 119, i / 17 % 7, i % 17);
      assertEquals(values[i], at, 1e-7, kind + ", seed 2, voxel " + i);
    }
  }

  @ParameterizedTest
  @EnumSource(Interpolator.class)
  void beyondHalfAVoxelThereIsNothing(Interpolator kind) {
    Interpolation image = Interpolation.of(line(3, 3, 3), kind);
    assertEquals(0, image.at(0, 0, -0.51));
    assertEquals(0, image.at(0, 0, 2.5));
    assertEquals(0, image.at(0.6, 0, 1));
    assertEquals(3, image.at(0, 0, 1), 1e-9);
  }

  @Test
  void aWindowedSincSeesTenSamplesAndRepeatsTheEdge() {
    double[] values = {5, -3, 8, 1, 9, -2, 4, 7, 0, 6, 3};
    double t = 0.3;
    for (Interpolator kind :
        List.of(
            Interpolator.HAMMING,
            Interpolator.COSINE,
            Interpolator.WELCH,
            Interpolator.LANCZOS,
            Interpolator.BLACKMAN)) {
      double expected = 0;
      for (int k = -1; k <= 8; k++) { // 3 + 0.3 lies between 3 and 4
        double x = 3 + t - k;
        double u = x / 5;
        double window =
            switch (kind) {
              case HAMMING -> 0.54 + 0.46 * Math.cos(Math.PI * u);
              case COSINE -> Math.cos(Math.PI * u / 2);
              case WELCH -> 1 - u * u;
              case LANCZOS -> Math.sin(Math.PI * u) / (Math.PI * u);
              default -> 0.42 + 0.5 * Math.cos(Math.PI * u) + 0.08 * Math.cos(2 * Math.PI * u);
            };
        double sinc = Math.sin(Math.PI * x) / (Math.PI * x);
        expected += values[Math.max(0, k)] * window * sinc;
      }
      double actual = Interpolation.of(line(values), kind).at(0, 0, 3 + t);
      assertEquals(expected, actual, 1e-12, kind.key());
    }
  }

  @Test
  void aWindowedSincFollowsASlowWave() {
    double[] wave = new double[40];
    for (int i = 0; i < wave.length; i++) {
      wave[i] = Math.sin(0.4 * i);
    }
    for (Interpolator kind : List.of(Interpolator.LANCZOS, Interpolator.BLACKMAN)) {
      double actual = Interpolation.of(line(wave), kind).at(0, 0, 20.25);
      assertEquals(Math.sin(0.4 * 20.25), actual, 2e-3, kind.key());
    }
  }

  @Test
  void aGaussianIsTheMeanOfTheVoxelsUnderIt() {
    double[] values = {5, -3, 8, 1, 9, -2, 4, 7, 0, 6, 3};
    NormalDistribution normal = new NormalDistribution(4.3, 0.8);
    double sum = 0;
    double weights = 0;
    for (int k = 1; k < 8; k++) { // floor(4.8 − 3.2) to below ceil(4.8 + 3.2)
      double share = normal.probability(k - 0.5, k + 0.5);
      sum += share * values[k];
      weights += share;
    }
    double actual = Interpolation.of(line(values), Interpolator.GAUSSIAN).at(0, 0, 4.3);
    assertEquals(sum / weights, actual, 1e-9);
  }

  @Test
  void aLabelIsTheHeaviestNotTheMean() {
    Interpolation labels = Interpolation.of(line(1, 1, 4, 4, 1), Interpolator.LABEL_GAUSSIAN);
    assertEquals(1, labels.at(0, 0, 1.2));
    assertEquals(4, labels.at(0, 0, 1.8));
    assertEquals(4, labels.at(0, 0, 2.5));
  }

  @Test
  void numbersAreSimpleItksFromOne() {
    assertEquals(
        List.of(
            "sitkNearestNeighbor",
            "sitkLinear",
            "sitkBSpline",
            "sitkGaussian",
            "sitkLabelGaussian",
            "sitkHammingWindowedSinc",
            "sitkCosineWindowedSinc",
            "sitkWelchWindowedSinc",
            "sitkLanczosWindowedSinc",
            "sitkBlackmanWindowedSinc"),
        Interpolator.keys());
  }
}
