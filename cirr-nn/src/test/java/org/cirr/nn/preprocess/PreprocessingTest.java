package org.cirr.nn.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.cirr.io.nnunet.IntensityProperties;
import org.cirr.io.nnunet.Normalization;
import org.cirr.io.nnunet.Normalization.Scheme;
import org.cirr.io.nnunet.Resampling;
import org.cirr.parallel.Workers;
import org.junit.jupiter.api.Test;

/** Whole runs are in StagesGoldenTest; here is what the golden models do not have. */
class PreprocessingTest {
  private static final ResampleMethod CUBIC = new ResampleMethod.Spline(3, 0, SeparateZ.AUTO);

  private static Preprocessing preprocessing(List<Double> spacing, Normalizer... normalizers) {
    return new Preprocessing(Transpose.of(1, 0, 2), spacing, List.of(normalizers), CUBIC, CUBIC);
  }

  private static Preprocessing.Prepared prepare(
      Preprocessing preprocessing,
      List<float[]> scan,
      int[] shape,
      double[] spacing,
      Workers workers) {
    return preprocessing.prepare(
        preprocessing.layout(scan, shape, spacing, workers), stage -> {}, workers);
  }

  @Test
  void aScanOfZerosStaysZeroAtFullSize() {
    Preprocessing.Prepared prepared =
        prepare(
            preprocessing(List.of(1.0, 1.0, 1.0), new Normalizer.ZScore(true)),
            List.of(new float[24]),
            new int[] {2, 3, 4},
            new double[] {2, 1, 1},
            Workers.single());
    assertTrue(prepared.layout().crop().isEmpty());
    assertArrayEquals(new int[] {3, 4, 4}, prepared.layout().shape());
    assertArrayEquals(new float[48], prepared.channels().get(0));
  }

  @Test
  void theGivenArraysAreNotChangedAndBadVoxelsAreCounted() {
    float[] scan = {1, Float.NaN, 3, 4, 5, Float.POSITIVE_INFINITY};
    float[] copy = scan.clone();
    Preprocessing.Prepared prepared =
        prepare(
            preprocessing(List.of(1.0, 1.0, 1.0), new Normalizer.ZScore(false)),
            List.of(scan),
            new int[] {1, 2, 3},
            new double[] {1, 1, 1},
            Workers.single());
    assertEquals(2, prepared.replaced());
    assertArrayEquals(copy, scan);
  }

  @Test
  void aPlanarModelKeepsTheDistanceOfItsSlices() {
    Preprocessing.Prepared prepared =
        prepare(
            preprocessing(List.of(2.0, 1.0), new Normalizer.None()),
            List.of(new float[120]),
            new int[] {4, 5, 6},
            new double[] {1, 7, 1},
            Workers.single());
    assertArrayEquals(new double[] {7, 2, 1}, prepared.layout().targetSpacing());
    assertArrayEquals(new int[] {5, 2, 6}, prepared.layout().shape());
    ResampleGrid back = prepared.layout().back(CUBIC, true);
    assertArrayEquals(new int[] {5, 4, 6}, back.out());
    assertEquals(0, back.separateAxis());
  }

  @Test
  void theOldVersionDecidesBackwardsByTheSpacingAsRead() {
    Preprocessing.Prepared prepared =
        prepare(
            preprocessing(List.of(1.0, 1.0, 1.0), new Normalizer.None()),
            List.of(new float[24]),
            new int[] {2, 3, 4},
            new double[] {5, 1, 1},
            Workers.single());
    assertEquals(1, prepared.layout().back(CUBIC, true).separateAxis());
    assertEquals(0, prepared.layout().back(CUBIC, false).separateAxis());
  }

  @Test
  void anotherNumberOfChannelsIsRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                prepare(
                    preprocessing(
                        List.of(1.0, 1.0, 1.0), new Normalizer.None(), new Normalizer.None()),
                    List.of(new float[1]),
                    new int[] {1, 1, 1},
                    new double[] {1, 1, 1},
                    Workers.single()));
    assertEquals("the model takes 2 channel(s), got 1", refused.getMessage());
  }

  @Test
  void everySchemeOfThePlansHasANormalizer() {
    IntensityProperties ct = new IntensityProperties(3, 2, -1, 9);
    assertEquals(
        new Normalizer.Ct(-1, 9, 3, 2), Normalizer.of(new Normalization(Scheme.CT, false), ct));
    assertEquals(
        new Normalizer.ZScore(true), Normalizer.of(new Normalization(Scheme.ZSCORE, true), null));
    assertEquals(new Normalizer.None(), Normalizer.of(new Normalization(Scheme.NONE, false), null));
    assertEquals(
        new Normalizer.RescaleTo01(),
        Normalizer.of(new Normalization(Scheme.RESCALE_0_1, false), null));
    assertEquals(
        new Normalizer.RgbTo01(), Normalizer.of(new Normalization(Scheme.RGB_0_1, false), null));
  }

  @Test
  void everyFunctionOfThePlansHasAMethod() {
    assertEquals(
        new ResampleMethod.Spline(3, 1, SeparateZ.NEVER),
        ResampleMethod.of(plan(Resampling.Function.DEFAULT, "linear")));
    assertEquals(
        new ResampleMethod.Torch(SeparateZ.NEVER),
        ResampleMethod.of(plan(Resampling.Function.TORCH, "linear")));
    assertEquals(
        new ResampleMethod.None(), ResampleMethod.of(plan(Resampling.Function.NONE, "linear")));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> ResampleMethod.of(plan(Resampling.Function.TORCH, "area")));
    assertEquals(
        "the plans resample with torch mode \"area\" and aniso_axis_mode \"nearest-exact\", cirr"
            + " knows \"linear\" and \"nearest-exact\": use nnU-Net for this model",
        refused.getMessage());
  }

  private static Resampling plan(Resampling.Function function, String mode) {
    return new Resampling(function, false, 3, 1, false, mode, "nearest-exact");
  }
}
