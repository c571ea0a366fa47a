package org.cirr.nn.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.cirr.nn.random.Draws;
import org.junit.jupiter.api.Test;

class OrganContrastTest {
  private static final int WIDTH = 20;

  /** Noise of deviation 1; label 1 in the middle of the plane, 2 at its upper edge. */
  private static Patch patch(long seed) {
    Patch patch = Patch.empty(1, new int[] {3, WIDTH, WIDTH});
    Draws draws = Draws.of(seed);
    for (int i = 0; i < patch.voxels(); i++) {
      int x = i % WIDTH;
      int y = i / WIDTH % WIDTH;
      boolean middle = x >= 5 && x < 15 && y >= 5 && y < 15;
      patch.labels()[i] = (short) (middle ? 1 : y < 2 ? 2 : i % 2 - 1);
      patch.channel(0)[i] = (float) draws.normal();
    }
    return patch;
  }

  /** The voxels of label 1 that are not at its rim. */
  private static boolean isCore(int i) {
    int x = i % WIDTH;
    int y = i / WIDTH % WIDTH;
    return x > 5 && x < 14 && y > 5 && y < 14;
  }

  private static boolean isFarFromAll(int i) {
    int x = i % WIDTH;
    int y = i / WIDTH % WIDTH;
    return y > 2 && (x < 4 || x > 15 || y < 4 || y > 15);
  }

  @Test
  void anOrganGetsAnotherBrightnessAndAllElseStaysAsItWas() {
    int changed = 0;
    double darkest = 0;
    double brightest = 0;
    for (int seed = 0; seed < 200; seed++) {
      float[] before = patch(seed).channel(0);
      Patch patch = patch(seed);
      OrganContrast.apply(patch, -1, Draws.of(seed));
      double difference = 0;
      double sum = 0;
      int core = 0;
      float least = Float.POSITIVE_INFINITY;
      for (int i = 0; i < before.length; i++) {
        least = Math.min(least, before[i]);
        if (isFarFromAll(i)) {
          assertEquals(before[i], patch.channel(0)[i], "seed " + seed + ", voxel " + i);
        } else if (isCore(i)) {
          difference += Math.abs(before[i] - patch.channel(0)[i]);
          sum += patch.channel(0)[i];
          core++;
        }
      }
      for (float value : patch.channel(0)) {
        assertTrue(
            value >= least - 1e-5, "seed " + seed + ": " + value + " is below all that was there");
      }
      changed += difference / core > 0.05 ? 1 : 0;
      darkest = Math.min(darkest, sum / core);
      brightest = Math.max(brightest, sum / core);
    }
    assertTrue(changed > 70 && changed < 130, changed + " of 200 changed");
    assertTrue(darkest < -1.5 && brightest > 1.5, darkest + " to " + brightest);
  }

  @Test
  void whatIsNotAnnotatedIsNoOrgan() {
    int changed = 0;
    for (int seed = 0; seed < 30; seed++) {
      float[] before = patch(seed).channel(0);
      Patch all = patch(seed);
      OrganContrast.apply(all, AugmentationSettings.NONE_IGNORED, Draws.of(seed));
      Patch patch = patch(seed);
      OrganContrast.apply(patch, 2, Draws.of(seed));
      for (int i = 0; i < before.length; i++) {
        if (i / WIDTH % WIDTH < 4) { // where label 2 and its rim are, far from label 1
          changed += all.channel(0)[i] != before[i] ? 1 : 0;
          assertEquals(before[i], patch.channel(0)[i], "seed " + seed + ", voxel " + i);
        }
      }
    }
    assertTrue(changed > 100, changed + " voxels change where it counts as one");
  }

  @Test
  void theTextureOfAnOrganIsThatOfTheScan() {
    for (int seed = 0; seed < 20; seed++) {
      float[] before = patch(seed).channel(0);
      Patch patch = patch(seed);
      for (int i = 0; i < before.length; i++) {
        patch.channel(0)[i] += 100; // far from the least value, so that little is cut off there
        before[i] += 100;
      }
      patch.channel(0)[0] = 0;
      OrganContrast.apply(patch, -1, Draws.of(seed));
      int first = -1;
      double factor = Double.NaN;
      for (int i = 0; i < before.length; i++) {
        boolean cut = patch.channel(0)[i] < 1; // at the least value
        if (isCore(i) && !cut && first < 0) {
          first = i;
        } else if (isCore(i) && !cut) {
          double rise = patch.channel(0)[i] - patch.channel(0)[first];
          double was = before[i] - before[first];
          factor = Double.isNaN(factor) ? rise / was : factor;
          assertEquals(was * factor, rise, 1e-3, "seed " + seed + ", voxel " + i);
        }
      }
      assertFalse(factor < 0.49 || factor > 1.51, "seed " + seed + ": " + factor);
    }
  }

  @Test
  void aPatchWithoutLabelsStaysAsItIsAndChanceZeroDrawsNothing() {
    Patch patch = patch(1);
    Arrays.fill(patch.labels(), (short) 0);
    float[] before = patch.channel(0).clone();
    OrganContrast.apply(patch, -1, Draws.of(1));
    assertArrayEquals(before, patch.channel(0));

    int[] size = {3, WIDTH, WIDTH};
    AugmentationSettings usual = AugmentationSettings.of(size);
    Augmentation without = Augmentation.of(size, usual, List.of(false));
    Augmentation never =
        Augmentation.of(
            size, usual.withOrganContrastChance(0.5).withOrganContrastChance(0), List.of(false));
    Augmentation always = Augmentation.of(size, usual.withOrganContrastChance(1), List.of(false));
    int different = 0;
    for (int seed = 0; seed < 20; seed++) {
      float[] plain = without.apply(patch(seed), Draws.of(seed)).channel(0);
      assertArrayEquals(plain, never.apply(patch(seed), Draws.of(seed)).channel(0));
      float[] other = always.apply(patch(seed), Draws.of(seed)).channel(0);
      different += Arrays.equals(plain, other) ? 0 : 1;
    }
    assertTrue(different > 10, different + " of 20 differ");
  }
}
