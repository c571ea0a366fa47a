package org.cirr.nn.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.cirr.nn.random.Draws;
import org.cirr.nn.random.SmoothField;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  /** Smooth values, and labels −1, 0, 1, 2 in blocks. */
  private static Patch patch(long seed, int... shape) {
    Patch patch = Patch.empty(2, shape);
    Draws draws = Draws.of(seed);
    for (float[] channel : patch.channels()) {
      float[] field = SmoothField.of(shape, new double[] {3, 3, 3}, draws);
      System.arraycopy(field, 0, channel, 0, field.length);
    }
    for (int i = 0; i < patch.voxels(); i++) {
      patch.labels()[i] = (short) (i % shape[2] / 5 % 4 - 1);
    }
    return patch;
  }

  private static Augmentation augmentation(int... size) {
    return Augmentation.of(
        size, AugmentationSettings.of(size).withElasticChance(0.3), List.of(true, false));
  }

  private static boolean equal(Patch a, Patch b) {
    return Arrays.deepEquals(a.channels(), b.channels()) && Arrays.equals(a.labels(), b.labels());
  }

  @Test
  void theSameSeedGivesTheSamePatchAndAnotherOneAnother() {
    for (int[] size : new int[][] {{5, 17, 19}, {17, 16, 15}, {1, 33, 17}}) {
      Augmentation augmentation = augmentation(size);
      int different = 0;
      for (int seed = 0; seed < 40; seed++) {
        Patch once = augmentation.apply(patch(1, augmentation.loadedSize()), Draws.of(seed));
        Patch again = augmentation.apply(patch(1, augmentation.loadedSize()), Draws.of(seed));
        assertTrue(equal(once, again), "seed " + seed);
        assertArrayEquals(size, once.shape());
        Patch other = augmentation.apply(patch(1, augmentation.loadedSize()), Draws.of(seed + 100));
        different += equal(once, other) ? 0 : 1;
        for (int i = 0; i < once.voxels(); i++) {
          assertTrue(once.labels()[i] >= 0 && once.labels()[i] <= 2);
          assertTrue(Float.isFinite(once.channel(0)[i]));
        }
      }
      assertTrue(different > 35, different + " of 40 differ");
    }
  }

  @Test
  void withoutChancesTheCentreComesOutAndTheOutsideIsCleared() {
    int[] size = {3, 5, 7};
    Patch loaded = patch(2, 3, 5, 7);
    float[] before = loaded.channel(1).clone();
    float[] masked = loaded.channel(0).clone();
    short[] labels = loaded.labels().clone();
    Patch out =
        Augmentation.of(size, AugmentationSettings.none(), List.of(true, false))
            .apply(loaded, Draws.of(0));
    assertArrayEquals(before, out.channel(1));
    for (int i = 0; i < labels.length; i++) {
      assertEquals(labels[i] < 0 ? 0 : masked[i], out.channel(0)[i]);
      assertEquals(Math.max(0, labels[i]), out.labels()[i]);
    }
  }

  @Test
  void whatIsLoadedIsWhatNnUnetLoads() {
    // numpy, get_patch_size as in specs/nnunet.md 8.2; 205³ is nnU-Net's well-known size for 128³
    int[][][] cases = {
      {{128, 128, 128}, {205, 205, 205}},
      {{32, 128, 128}, {32, 150, 150}},
      {{80, 192, 160}, {194, 289, 210}},
      {{40, 56, 40}, {73, 80, 64}},
      {{64, 160, 192}, {159, 275, 233}}
    };
    for (int[][] one : cases) {
      assertArrayEquals(one[1], AugmentationSettings.of(one[0]).loadedSize(one[0]));
    }
    assertArrayEquals(
        new int[] {7, 9, 3}, AugmentationSettings.none().loadedSize(new int[] {7, 9, 3}));
  }

  @Test
  void flatPatchesAreTurnedInTheirPlane() {
    assertTrue(AugmentationSettings.of(new int[] {32, 128, 128}).inPlane());
    assertFalse(AugmentationSettings.of(new int[] {32, 96, 96}).inPlane());
    assertEquals(30, AugmentationSettings.of(new int[] {32, 96, 96}).rotationDegrees());
    assertEquals(180, AugmentationSettings.of(new int[] {1, 96, 96}).rotationDegrees());
    assertEquals(15, AugmentationSettings.of(new int[] {1, 96, 192}).rotationDegrees());
  }

  @Test
  void aQuarterTurnMovesEveryVoxelExactly() {
    Patch from = patch(3, 4, 9, 9);
    for (boolean inPlane : new boolean[] {true, false}) {
      Patch to =
          SpatialTransform.of(
                  new int[] {4, 9, 9}, inPlane, new double[] {Math.PI / 2, 0, 0}, 1, null)
              .apply(from);
      for (int z = 0; z < 4; z++) {
        for (int y = 0; y < 9; y++) {
          for (int x = 0; x < 9; x++) {
            // (y, x) · [0 −1; 1 0] = (x, −y)
            int source = (z * 9 + x) * 9 + 8 - y;
            int target = (z * 9 + y) * 9 + x;
            assertEquals(from.channel(0)[source], to.channel(0)[target], 1e-5);
            assertEquals(from.labels()[source], to.labels()[target]);
          }
        }
      }
    }
  }

  @Test
  void turningAboutEachAxisAndScalingFollowsTheFormula() {
    int[] size = {9, 11, 13};
    double[] angles = {0.3, -0.2, 0.45};
    double scale = 1.2;
    Patch from = Patch.empty(3, new int[] {21, 23, 25});
    for (int i = 0; i < from.voxels(); i++) { // each channel holds one coordinate
      from.channel(0)[i] = i / (23 * 25) - 10;
      from.channel(1)[i] = i / 25 % 23 - 11;
      from.channel(2)[i] = i % 25 - 12;
    }
    Patch to = SpatialTransform.of(size, false, angles, scale, null).apply(from);
    double[] p = {-2, 4, 3}; // voxel (2, 9, 9) from the centre (4, 5, 6)
    double a = angles[0];
    double[] q = {p[0], p[1], p[2]};
    // p Rz Ry Rx: a row vector, first about axis 2
    double c = Math.cos(angles[2]);
    double s = Math.sin(angles[2]);
    q = new double[] {q[0] * c + q[1] * s, -q[0] * s + q[1] * c, q[2]};
    c = Math.cos(angles[1]);
    s = Math.sin(angles[1]);
    q = new double[] {q[0] * c - q[2] * s, q[1], q[0] * s + q[2] * c};
    c = Math.cos(a);
    s = Math.sin(a);
    q = new double[] {q[0], q[1] * c + q[2] * s, -q[1] * s + q[2] * c};
    int at = (2 * 11 + 9) * 13 + 9;
    for (int axis = 0; axis < 3; axis++) {
      assertEquals(q[axis] * scale, to.channel(axis)[at], 1e-4, "axis " + axis);
    }
  }

  @Test
  void beyondTheLoadedPatchImagesAreZeroAndLabelsTheLowest() {
    Patch from = patch(4, 2, 5, 5);
    for (boolean inPlane : new boolean[] {true, false}) {
      Patch to =
          SpatialTransform.of(new int[] {2, 5, 5}, inPlane, new double[3], 40, null).apply(from);
      assertEquals(0, to.channel(0)[0], 1e-9);
      assertEquals(-1, to.labels()[0]);
    }
  }

  @Test
  void mirroringTwiceChangesNothing() {
    for (int axis = 0; axis < 3; axis++) {
      Patch patch = patch(5, 3, 4, 5);
      Patch copy = patch(5, 3, 4, 5);
      Mirror.apply(patch, axis);
      assertFalse(equal(patch, copy));
      int step = axis == 0 ? 20 : axis == 1 ? 5 : 1;
      int extent = 3 + axis;
      assertEquals(copy.channel(1)[(extent - 1) * step], patch.channel(1)[0]);
      Mirror.apply(patch, axis);
      assertTrue(equal(patch, copy));
    }
  }

  @Test
  void blurringSpreadsAPointAsAGaussian() {
    for (int axis = 0; axis < 3; axis++) {
      int[] shape = {9, 9, 9};
      float[] data = new float[729];
      int centre = 4 * 81 + 4 * 9 + 4;
      data[centre] = 1;
      Blur.along(data, shape, axis, 0.8);
      int step = axis == 0 ? 81 : axis == 1 ? 9 : 1;
      double ratio = Math.exp(-0.5 / 0.64);
      assertEquals(ratio, data[centre + step] / data[centre], 1e-5);
      assertEquals(data[centre - 2 * step], data[centre + 2 * step]);
      double sum = 0;
      for (float value : data) {
        sum += value;
      }
      assertEquals(1, sum, 1e-5);
    }
    float[] constant = new float[2 * 3];
    Arrays.fill(constant, 7);
    Blur.along(constant, new int[] {1, 2, 3}, 2, 1);
    Blur.along(constant, new int[] {1, 2, 3}, 1, 1);
    for (float value : constant) {
      assertEquals(7, value, 1e-5);
    }
  }

  @Test
  void lowResolutionKeepsConstantsAndFullResolution() {
    Patch patch = patch(6, 5, 7, 9);
    float[] before = patch.channel(0).clone();
    LowResolution.apply(patch.channel(0), patch.shape(), 1, true);
    assertArrayEquals(before, patch.channel(0));
    LowResolution.apply(patch.channel(0), patch.shape(), 0.5, false);
    assertFalse(Arrays.equals(before, patch.channel(0)));
    // Axis 0 is untouched: slices that were equal stay equal, a change in one does not leak.
    float[] slices = new float[5 * 63];
    Arrays.fill(slices, 2 * 63, 3 * 63, 1);
    LowResolution.apply(slices, new int[] {5, 7, 9}, 0.5, false);
    assertEquals(1, slices[2 * 63]);
    assertEquals(0, slices[63]);
  }

  @Test
  void contrastStaysInTheRangeAndGammaKeepsMeanAndDeviation() {
    float[] data = patch(7, 7, 17, 17).channel(0);
    double[] before = IntensityChange.moments(data);
    float[] wide = data.clone();
    IntensityChange.contrast(wide, 1.25);
    float high = Float.NEGATIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < data.length; i++) {
      high = Math.max(high, data[i]);
      most = Math.max(most, wide[i]);
    }
    assertEquals(high, most);
    assertTrue(IntensityChange.moments(wide)[1] > before[1]);
    for (boolean inverted : new boolean[] {true, false}) {
      float[] curved = data.clone();
      IntensityChange.gamma(curved, 1.5, inverted);
      assertFalse(Arrays.equals(curved, data));
      assertEquals(before[0], IntensityChange.moments(curved)[0], 1e-5);
      assertEquals(before[1], IntensityChange.moments(curved)[1], 1e-5);
    }
    float[] constant = {3, 3, 3};
    IntensityChange.gamma(constant, 0.7, true);
    assertEquals(3, constant[1]);
  }

  @Test
  void eachChangeHappensAsOftenAsItShould() {
    int[] size = {4, 8, 8};
    int[] counts = new int[2];
    for (int seed = 0; seed < 4000; seed++) {
      counts[0] += Draws.of(seed, 1).chance(0.3) ? 1 : 0;
      counts[1] += Augmentation.aroundOne(0.7, 1.5, Draws.of(seed, 2)) < 1 ? 1 : 0;
    }
    assertEquals(1200, counts[0], 4 * Math.sqrt(4000 * 0.21)); // four deviations
    assertEquals(2000, counts[1], 4 * Math.sqrt(1000));
    AugmentationSettings still = AugmentationSettings.none();
    assertArrayEquals(size, still.loadedSize(size));
  }
}
