package org.cirr.metrics.radiomics.filter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.cirr.metrics.radiomics.image.Raster;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeparableWaveletTest {
  private static Raster random(int z, int y, int x, long seed) {
    double[] values = new Random(seed).doubles(z * y * x, -50, 50).toArray();
    return Raster.of(new int[] {z, y, x}, values, new Spacing(1, 1, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"haar", "coif1", "db3", "bior2.4"})
  void theFirstLevelOfAPeriodicImageIsPyradiomics(String name) {
    Raster image = random(6, 8, 10, 3);
    Wavelet wavelet = Wavelet.named(name);
    wavelet.transform(
        image,
        0,
        1,
        (band, expected) ->
            assertArrayEquals(
                expected.values(),
                SeparableWavelet.of(image, wavelet, band, 1, Pooling.NONE, Boundary.PERIODIC)
                    .values(),
                1e-10,
                name + " " + band));
  }

  @Test
  void theSecondLevelPutsAHoleBetweenItsSamples() {
    double s = Math.sqrt(0.5);
    double[] x = new Random(8).doubles(17, -1, 1).toArray();
    Raster image = Raster.of(new int[] {1, 1, 17}, x, new Spacing(1, 1, 1));
    double[] low = new double[17];
    double[] expected = new double[17];
    double[] filter = Wavelet.named("haar").highPass();
    for (int i = 0; i < 17; i++) { // mirrored: c b a | a b c
      low[i] = s * (x[i] + x[Math.min(i + 1, 16)]);
    }
    for (int i = 0; i < 17; i++) {
      int next = i + 2 < 17 ? i + 2 : 33 - (i + 2);
      expected[i] = 4 * (filter[0] * low[next] + filter[1] * low[i]);
    }
    // Along z and y the mirrored low-pass doubles each time: 2 · 2 at level 1, times ½ ... = 4.
    double[] actual =
        SeparableWavelet.of(image, Wavelet.named("haar"), "HLL", 2, Pooling.NONE, Boundary.MIRROR)
            .values();
    assertArrayEquals(expected, actual, 1e-12, "seed 8");
  }

  @Test
  void pooledResponsesAreThoseOfEveryTurnedImage() {
    Raster image = random(5, 5, 5, 4);
    Wavelet wavelet = Wavelet.named("db2");
    Raster max = SeparableWavelet.of(image, wavelet, "LHL", 2, Pooling.MAX, Boundary.MIRROR);
    Raster mean = SeparableWavelet.of(image, wavelet, "LHL", 2, Pooling.MEAN, Boundary.MIRROR);
    Raster min = SeparableWavelet.of(image, wavelet, "LHL", 2, Pooling.MIN, Boundary.MIRROR);
    // A quarter turn about z: y becomes x. The pooled map turns with the image.
    double[] turned = new double[125];
    for (int i = 0; i < 125; i++) {
      turned[i / 25 * 25 + i % 5 * 5 + 4 - i / 5 % 5] = image.values()[i];
    }
    Raster ofTurned =
        SeparableWavelet.of(
            image.withValues(turned), wavelet, "LHL", 2, Pooling.MAX, Boundary.MIRROR);
    for (int i = 0; i < 125; i++) {
      int to = i / 25 * 25 + i % 5 * 5 + 4 - i / 5 % 5;
      assertEquals(max.values()[i], ofTurned.values()[to], 1e-12, "seed 4, voxel " + i);
      assertTrue(min.values()[i] <= mean.values()[i] && mean.values()[i] <= max.values()[i]);
    }
  }

  @Test
  void twoLettersStayInTheSlice() {
    Raster image = random(3, 6, 8, 6);
    Raster both =
        SeparableWavelet.of(image, Wavelet.named("coif1"), "LH", 1, Pooling.NONE, Boundary.NEAREST);
    Raster alone =
        SeparableWavelet.of(
            Raster.of(
                new int[] {1, 6, 8},
                java.util.Arrays.copyOfRange(image.values(), 48, 96),
                image.spacing()),
            Wavelet.named("coif1"),
            "LH",
            1,
            Pooling.NONE,
            Boundary.NEAREST);
    assertArrayEquals(
        alone.values(), java.util.Arrays.copyOfRange(both.values(), 48, 96), 1e-12, "seed 6");
  }

  @Test
  void bandsAndLevelsThatAreNoneAreRefused() {
    assertEquals(
        "a wavelet band is two or three letters L and H, such as LH or LLH, got 'LLX'",
        assertThrows(IllegalArgumentException.class, () -> SeparableWavelet.requireBand("LLX"))
            .getMessage());
    assertEquals(
        "a wavelet level is 1 to 20, got 0",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    SeparableWavelet.of(
                        random(1, 1, 1, 1),
                        Wavelet.named("haar"),
                        "LL",
                        0,
                        Pooling.NONE,
                        Boundary.ZERO))
            .getMessage());
  }
}
