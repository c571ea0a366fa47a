package org.cirr.nn.preprocess;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

class NormalizerTest {
  private static final float EXACT = 1e-6f;

  private static float[] apply(Normalizer normalization, float... data) {
    normalization.apply(data, null);
    return data;
  }

  @Test
  void zScoreUsesThePopulationDeviation() {
    float[] expected = {-1.3416408f, -0.4472136f, 0.4472136f, 1.3416408f};
    assertArrayEquals(expected, apply(new Normalizer.ZScore(false), 1, 2, 3, 4), EXACT);
  }

  @Test
  void aMaskedZScoreLeavesTheOutsideAlone() {
    float[] data = {0, 1, 3, 0};
    BitSet inside = new BitSet();
    inside.set(1, 3);
    new Normalizer.ZScore(true).apply(data, inside);
    assertArrayEquals(new float[] {0, -1, 1, 0}, data, EXACT);
  }

  @Test
  void aConstantChannelBecomesZero() {
    assertArrayEquals(new float[3], apply(new Normalizer.ZScore(false), 7, 7, 7));
    assertArrayEquals(new float[3], apply(new Normalizer.RescaleTo01(), 7, 7, 7));
    assertArrayEquals(new float[1], apply(new Normalizer.ZScore(false), 7));
  }

  @Test
  void nothingInsideLeavesTheChannelAlone() {
    float[] data = {5, 6};
    new Normalizer.ZScore(true).apply(data, new BitSet());
    assertArrayEquals(new float[] {5, 6}, data);
  }

  @Test
  void voxelsThatAreNotFiniteAreCountedLeftOutAndZeroed() {
    float[] data = {1, Float.NaN, 3, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY};
    assertEquals(3, new Normalizer.ZScore(false).apply(data, null));
    assertArrayEquals(new float[] {-1, 0, 1, 0, 0}, data, EXACT);
    data = new float[] {1, Float.NaN, 3};
    assertEquals(1, new Normalizer.RescaleTo01().apply(data, null));
    assertArrayEquals(new float[] {0, 0, 1}, data, EXACT);
    data = new float[] {Float.NaN, Float.NaN};
    assertEquals(2, new Normalizer.ZScore(false).apply(data, null));
    assertArrayEquals(new float[2], data);
    data = new float[] {Float.NaN, 4};
    assertEquals(1, new Normalizer.None().apply(data, null));
    assertArrayEquals(new float[] {0, 4}, data);
  }

  @Test
  void ctClipsBeforeItShifts() {
    float[] result = apply(new Normalizer.Ct(0, 10, 5, 2), -99, 0, 5, 10, 99);
    assertArrayEquals(new float[] {-2.5f, -2.5f, 0, 2.5f, 2.5f}, result, EXACT);
    assertArrayEquals(new float[] {0}, apply(new Normalizer.Ct(0, 10, 5, 0), 5));
  }

  @Test
  void colourIsDividedBy255() {
    assertArrayEquals(new float[] {0, 1, 0.2f}, apply(new Normalizer.RgbTo01(), 0, 255, 51), EXACT);
  }

  @Test
  void whatIsNoColourIsRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> apply(new Normalizer.RgbTo01(), -1, 256));
    assertEquals(
        "RGBTo01Normalization needs values from 0 to 255, got -1.0 to 256.0: the image is no 8-bit"
            + " colour channel, or the model is for other images",
        refused.getMessage());
  }

  @Test
  void aMaskedZScoreWithoutAMaskIsRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> apply(new Normalizer.ZScore(true), 1, 2));
    assertEquals("a masked z-score needs the mask of the inside", refused.getMessage());
  }
}
