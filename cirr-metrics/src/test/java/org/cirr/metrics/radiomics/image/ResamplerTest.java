package org.cirr.metrics.radiomics.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.cirr.volume.Affine;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;

/** Masks that lie on another grid than their image. */
class ResamplerTest {
  private static final double[] ONE = {1, 1, 1};

  private static Scene resampled(int size, double mm, int maskSize, double maskMm) {
    double[] values = new double[size * size * size];
    Arrays.setAll(values, i -> i % size);
    Spacing spacing = new Spacing(mm, mm, mm);
    Raster image = Raster.of(new int[] {size, size, size}, values, spacing);
    boolean[] inside = new boolean[maskSize * maskSize * maskSize];
    Arrays.fill(inside, true);
    Spacing maskSpacing = new Spacing(maskMm, maskMm, maskMm);
    Resampler.Mask mask =
        new Resampler.Mask(
            inside,
            new int[] {maskSize, maskSize, maskSize},
            maskSpacing,
            Affine.ofSpacing(maskSpacing));
    return Resampler.resample(
        image, Affine.ofSpacing(spacing), PixelType.FLOAT64, mask, ONE, Interpolator.LINEAR, 0);
  }

  @Test
  void aCoarseImageIsInterpolatedThoughItsMaskIsAsFineAsWanted() {
    Scene scene = resampled(4, 2, 6, 1);
    assertEquals(1, scene.image().spacing().x());
    assertArrayEquals(new int[] {6, 6, 6}, scene.image().shape());
    assertArrayEquals(
        new double[] {0, 0.5, 1, 1.5, 2, 2.5},
        Arrays.copyOf(scene.image().values(), 6),
        1e-12); // along x, half an index of the image for each
  }

  @Test
  void anImageAsFineAsWantedStaysAndACoarseMaskMovesOntoIt() {
    Scene scene = resampled(8, 1, 4, 2);
    assertEquals(1, scene.image().spacing().x());
    assertArrayEquals(new int[] {7, 7, 7}, scene.image().shape()); // to the mask's last centre
    assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5, 6}, Arrays.copyOf(scene.image().values(), 7));
  }
}
