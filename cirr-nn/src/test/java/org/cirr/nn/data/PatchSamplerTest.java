package org.cirr.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.cirr.nn.augment.Patch;
import org.cirr.nn.random.Draws;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchSamplerTest {
  @TempDir Path folder;

  private static PatchSampler sampler(int[] size, int[] loaded) {
    return new PatchSampler(size, loaded, PatchSampler.FOREGROUND_SHARE, false);
  }

  @Test
  void theLastThirdOfABatchIsCentredOnAClass() {
    PatchSampler sampler = sampler(new int[] {1, 1, 1}, new int[] {1, 1, 1});
    int[] forced = {0, 0, 1, 1, 1, 2, 2, 2, 3}; // of batches of 0, 1, 2, ... samples
    for (int batch = 1; batch < forced.length; batch++) {
      int count = 0;
      for (int sample = 0; sample < batch; sample++) {
        count += sampler.forcesForeground(sample, batch) ? 1 : 0;
      }
      assertEquals(forced[batch], count, "batch " + batch);
      assertEquals(forced[batch] > 0, sampler.forcesForeground(batch - 1, batch));
    }
  }

  @Test
  void aForcedPatchHasItsClassInTheCentreHoweverRareItIs() throws IOException {
    PreparedCase one = TestCases.write(folder, "a", 1, 6, 9, 11);
    PatchSampler sampler = sampler(new int[] {3, 3, 3}, new int[] {3, 5, 5});
    int second = 0;
    for (int seed = 0; seed < 200; seed++) {
      Patch patch = sampler.draw(one, true, Draws.of(seed));
      boolean first = false;
      boolean rare = false;
      for (short label : patch.labels()) {
        first |= label == 1;
        rare |= label == 2;
      }
      assertTrue(first || rare, "seed " + seed);
      second += rare ? 1 : 0;
    }
    assertEquals(100, second, 30, "classes are drawn alike, not by size");
  }

  @Test
  void boxesStayWithinTheMarginAndReachBothEnds() throws IOException {
    PreparedCase one = TestCases.write(folder, "a", 1, 2, 9, 11);
    PatchSampler sampler = sampler(new int[] {3, 4, 4}, new int[] {3, 6, 7});
    // margins: axis 0: max(0, 3−2) = 1; axis 1: max(2, −3) = 2; axis 2: max(3, −4) = 3
    int[] least = {-1, -1, -2};
    int[] most = {2 + 0 + 1 - 3, 9 + 1 - 6, 11 + 1 + 1 - 7};
    int[] lowest = {99, 99, 99};
    int[] highest = {-99, -99, -99};
    for (int seed = 0; seed < 500; seed++) {
      int[] lower = sampler.lower(one, false, Draws.of(seed));
      for (int axis = 0; axis < 3; axis++) {
        lowest[axis] = Math.min(lowest[axis], lower[axis]);
        highest[axis] = Math.max(highest[axis], lower[axis]);
      }
    }
    assertArrayEquals(least, lowest);
    assertArrayEquals(most, highest);
  }

  @Test
  void aCaseSmallerThanThePatchIsPadded() throws IOException {
    PreparedCase one = TestCases.write(folder, "a", 2, 3, 7, 5);
    PatchSampler sampler = sampler(new int[] {7, 17, 9}, new int[] {7, 17, 9});
    for (boolean foreground : new boolean[] {true, false}) {
      Patch patch = sampler.draw(one, foreground, Draws.of(3));
      int inside = 0;
      for (int i = 0; i < patch.voxels(); i++) {
        inside += patch.channel(1)[i] != 0 ? 1 : 0;
      }
      assertEquals(foreground ? inside : 3 * 7 * 5, inside);
      assertTrue(inside > 0);
    }
  }

  @Test
  void withAnIgnoreLabelOtherPatchesAreCentredOnAnnotatedVoxels() throws IOException {
    PreparedCase one = TestCases.write(folder, "a", 1, 6, 9, 11);
    PatchSampler sampler = new PatchSampler(new int[] {1, 1, 1}, new int[] {1, 1, 1}, 0.33, true);
    for (int seed = 0; seed < 20; seed++) { // the last class is taken for "all annotated"
      assertEquals(2, sampler.draw(one, false, Draws.of(seed)).labels()[0]);
      assertEquals(1, sampler.draw(one, true, Draws.of(seed)).labels()[0]);
    }
  }

  @Test
  void unfitSizesAreRefused() {
    String small =
        assertThrows(
                IllegalArgumentException.class,
                () -> sampler(new int[] {3, 3, 3}, new int[] {3, 2, 3}))
            .getMessage();
    assertTrue(small.contains("at least as large as the network's, got [3, 2, 3] for [3, 3, 3]"));
    String share =
        assertThrows(
                IllegalArgumentException.class,
                () -> new PatchSampler(new int[] {1, 1, 1}, new int[] {1, 1, 1}, 1.5, false))
            .getMessage();
    assertTrue(share.contains("goes from 0 to 1, got 1.5"), share);
    assertFalse(share.isEmpty());
  }
}
