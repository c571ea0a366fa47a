package org.cirr.nn.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.cirr.io.nnunet.IntensityStatistics;
import org.cirr.nn.random.NumpyRandom;
import org.junit.jupiter.api.Test;

class IntensitiesTest {
  @Test
  void theSampleIsTheOneThatNumpyDraws() {
    float[] voxels = new float[700];
    for (int i = 0; i < voxels.length; i++) {
      voxels[i] = i * 0.5f;
    }
    Intensities sample = Intensities.sample(voxels, 5, new NumpyRandom(1234));
    // numpy.random.RandomState(1234).choice(numpy.arange(700.) * .5, 5, replace=True)
    assertArrayEquals(new float[] {26.5f, 102, 147, 186, 332}, sample.values());
    assertArrayEquals(new long[] {1, 1, 1, 1, 1}, sample.counts());
  }

  @Test
  void statisticsCountEveryDraw() {
    Intensities a = new Intensities(new float[] {-3, 0, 5}, new long[] {1, 2, 1});
    Intensities b = new Intensities(new float[] {0, 7}, new long[] {3, 1});
    Intensities both = a.plus(b);
    assertArrayEquals(new float[] {-3, 0, 5, 7}, both.values());
    assertArrayEquals(new long[] {1, 5, 1, 1}, both.counts());
    // numpy: mean, std and percentiles of [-3, 0, 0, 0, 0, 0, 5, 7]
    IntensityStatistics statistics = both.statistics();
    assertEquals(1.125, statistics.mean(), 1e-12);
    assertEquals(3.0181741, statistics.std(), 1e-6);
    assertEquals(0, statistics.median());
    assertEquals(-3, statistics.min());
    assertEquals(7, statistics.max());
    assertEquals(-2.895, statistics.percentile005(), 1e-9);
    assertEquals(6.93, statistics.percentile995(), 1e-9);
  }

  @Test
  void negativeValuesAreSortedAndNothingGivesZeros() {
    Intensities sample =
        Intensities.sample(new float[] {2, -1, -5, -0f, 0, 2}, 1000, new NumpyRandom(1));
    assertArrayEquals(new float[] {-5, -1, 0, 2}, sample.values());
    assertEquals(1000, java.util.Arrays.stream(sample.counts()).sum());
    Intensities nothing = Intensities.sample(new float[0], 10, new NumpyRandom(1));
    assertEquals(0, nothing.plus(Intensities.NONE).statistics().mean());
  }
}
