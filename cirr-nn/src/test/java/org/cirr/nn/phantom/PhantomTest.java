package org.cirr.nn.phantom;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.cirr.metrics.ConnectedComponents;
import org.cirr.metrics.Connectivity;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.cirr.volume.Spacing;
import org.joml.Vector3d;
import org.junit.jupiter.api.Test;

class PhantomTest {
  private static final Shape SMALL = Shape.of(30, 64, 76);
  private static final Spacing MM = new Spacing(8, 4.5, 4.5);

  private static Phantom phantom(long seed, PhantomContrast contrast, boolean cirrhotic) {
    return Phantom.of(
        PhantomSettings.of(seed, contrast, cirrhotic).withGrid(SMALL, MM), Workers.single());
  }

  private static float[] values(Phantom phantom) {
    return phantom.image().tensor().array();
  }

  private static int[] labels(Phantom phantom) {
    int[] labels = new int[phantom.labels().length()];
    Arrays.setAll(labels, phantom.labels()::get);
    return labels;
  }

  @Test
  void aSeedGivesThePatientWhateverTheNumberOfThreads() {
    PhantomSettings settings = PhantomSettings.of(3, PhantomContrast.T2, true).withGrid(SMALL, MM);
    Phantom one = Phantom.of(settings, Workers.single());
    Phantom again = Phantom.of(settings, Workers.of(3));
    assertArrayEquals(values(one), values(again));
    assertArrayEquals(labels(one), labels(again));
    Phantom other = phantom(4, PhantomContrast.T2, true);
    assertFalse(Arrays.equals(labels(one), labels(other)));
  }

  @Test
  void theContrastChangesTheImageAndNotThePatient() {
    Phantom t1 = phantom(5, PhantomContrast.T1, false);
    Phantom t2 = phantom(5, PhantomContrast.T2, false);
    Phantom random = phantom(5, PhantomContrast.RANDOM, false);
    assertArrayEquals(labels(t1), labels(t2));
    assertArrayEquals(labels(t1), labels(random));
    // The liver is brighter than the spleen in T1, the spleen brighter in T2.
    assertTrue(mean(t1, 1) > mean(t1, 4), mean(t1, 1) + " and " + mean(t1, 4));
    assertTrue(mean(t2, 1) < mean(t2, 4), mean(t2, 1) + " and " + mean(t2, 4));
    assertFalse(Arrays.equals(values(random), values(t2)));
  }

  private static double mean(Phantom phantom, int label) {
    double sum = 0;
    int count = 0;
    for (int i = 0; i < phantom.labels().length(); i++) {
      if (phantom.labels().get(i) == label) {
        sum += values(phantom)[i];
        count++;
      }
    }
    return sum / count;
  }

  @Test
  void organsHaveTheVolumesOfAdults() {
    double[] sums = new double[5];
    int seeds = 16;
    for (int seed = 1; seed <= seeds; seed++) {
      LabelMap labels = phantom(seed, PhantomContrast.T2, seed % 2 == 0).labels();
      double[] ml = volumes(labels);
      String all = "seed " + seed + ": " + Arrays.toString(ml);
      assertTrue(ml[1] > 700 && ml[1] < 2500, all);
      assertTrue(ml[2] > 70 && ml[2] < 300, all);
      assertTrue(ml[3] > 70 && ml[3] < 300, all);
      assertTrue(ml[4] > 30 && ml[4] < 700, all);
      for (int label = 1; label <= 4; label++) {
        sums[label] += ml[label] / seeds;
      }
    }
    String means = "means " + Arrays.toString(sums);
    assertTrue(sums[1] > 1250 && sums[1] < 1750, means);
    assertTrue(sums[2] > 110 && sums[2] < 220, means);
    assertTrue(sums[3] > 110 && sums[3] < 220, means);
    assertTrue(sums[4] > 100 && sums[4] < 320, means);
  }

  private static double[] volumes(LabelMap labels) {
    double[] ml = new double[5];
    long[] counts = labels.counts();
    for (int label = 0; label < counts.length; label++) {
      ml[label] = counts[label] * labels.geometry().spacing().voxelVolume() / 1000;
    }
    return ml;
  }

  @Test
  void cirrhosisEnlargesTheSpleen() {
    double healthy = 0;
    double cirrhotic = 0;
    for (int seed = 1; seed <= 8; seed++) {
      healthy += volumes(phantom(seed, PhantomContrast.T1, false).labels())[4];
      cirrhotic += volumes(phantom(seed, PhantomContrast.T1, true).labels())[4];
    }
    assertTrue(cirrhotic > 1.4 * healthy, cirrhotic / 8 + " and " + healthy / 8 + " ml");
  }

  @Test
  void everyOrganIsOnePieceButForCrumbs() {
    for (int seed = 1; seed <= 8; seed++) {
      LabelMap labels = phantom(seed, PhantomContrast.T2, seed % 2 == 0).labels();
      for (int label = 1; label <= 4; label++) {
        int wanted = label;
        ConnectedComponents pieces =
            ConnectedComponents.of(
                labels.shape().toArray(), Connectivity.CORNERS, i -> labels.get(i) == wanted);
        long[] sizes = IntStream.rangeClosed(1, pieces.count()).mapToLong(pieces::size).toArray();
        long largest = Arrays.stream(sizes).max().orElseThrow();
        assertTrue(
            largest > 0.97 * labels.counts()[label],
            "seed " + seed + ", label " + label + ": " + Arrays.toString(sizes));
      }
    }
  }

  @Test
  void organsLieOnTheirSidesOfThePatient() {
    for (String letters : new String[] {"LPS", "LAS", "RAS", "SRP"}) {
      Phantom phantom =
          Phantom.of(
              PhantomSettings.of(6, PhantomContrast.T2, false)
                  .withGrid(SMALL, MM)
                  .withOrientation(Orientation.of(letters)),
              Workers.single());
      LabelMap labels = phantom.labels();
      assertEquals(letters, labels.geometry().orientation().toString());
      Vector3d liver = centre(labels, 1);
      Vector3d right = centre(labels, 2);
      Vector3d left = centre(labels, 3);
      Vector3d spleen = centre(labels, 4);
      assertTrue(liver.x > 20, "liver on the patient's right (RAS x > 0 is right): " + liver);
      assertTrue(right.x > 30 && left.x < -30, right + " and " + left);
      assertTrue(spleen.x < -60, "spleen " + spleen);
      assertTrue(liver.y > right.y, "the liver lies before the kidneys");
      assertTrue(liver.z > right.z && spleen.z > right.z);
    }
  }

  /** The centre in RAS+ world mm. */
  private static Vector3d centre(LabelMap labels, int label) {
    int[] n = labels.shape().toArray();
    Vector3d sum = new Vector3d();
    int count = 0;
    for (int i = 0; i < labels.length(); i++) {
      if (labels.get(i) == label) {
        sum.add(labels.geometry().affine().toWorld(i % n[2], i / n[2] % n[1], i / n[2] / n[1]));
        count++;
      }
    }
    return sum.div(count);
  }

  /** However many points through a slice make its brightness, an even number of them too. */
  @Test
  void labelsAreThoseOfTheMiddleOfASlice() {
    PhantomSettings settings = PhantomSettings.of(8, PhantomContrast.T2, true).withGrid(SMALL, MM);
    Phantom middle = Phantom.of(settings, 1, Workers.single());
    for (int points = 2; points <= 4; points++) {
      Phantom thick = Phantom.of(settings, points, Workers.single());
      assertArrayEquals(labels(middle), labels(thick), points + " points");
      assertFalse(Arrays.equals(values(middle), values(thick)), points + " points");
    }
  }

  @Test
  void aRandomGridIsDrawnFromTheSeed() {
    PhantomSettings settings = PhantomSettings.of(7, PhantomContrast.RANDOM, false);
    PhantomSettings drawn = settings.withRandomGrid();
    assertEquals(drawn, settings.withRandomGrid());
    assertFalse(drawn.shape().equals(settings.shape()));
    assertTrue(drawn.spacing().z() >= 3 && drawn.spacing().z() <= 9);
    double length = drawn.spacing().z() * drawn.shape().dim(0);
    assertTrue(length > 235 && length < 295, length + " mm");
  }

  @Test
  void aRandomSlabIsAPartOfTheLiver() {
    for (long seed = 1; seed <= 20; seed++) {
      PhantomSettings settings = PhantomSettings.of(seed, PhantomContrast.RANDOM, false);
      PhantomSettings slab = settings.withRandomSlab();
      assertEquals(slab, settings.withRandomSlab());
      double length = slab.spacing().z() * slab.shape().dim(0);
      assertTrue(length > 50 && length < 135, "seed " + seed + ": " + length + " mm");
      assertTrue(Math.abs(slab.aboveMm()) <= 50, "seed " + seed + ": " + slab.aboveMm());
    }
    // A coarser grid over the same part of the patient, to be quick.
    PhantomSettings whole = PhantomSettings.of(3, PhantomContrast.T2, false);
    LabelMap all = Phantom.of(whole.withGrid(SMALL, MM), Workers.single()).labels();
    Shape thin = Shape.of(4, SMALL.dim(1), SMALL.dim(2));
    PhantomSettings part = whole.withRandomSlab().withGrid(thin, MM);
    LabelMap some = Phantom.of(part, Workers.single()).labels();
    assertTrue(some.counts()[1] > 0 && some.counts()[1] < all.counts()[1]);
    double middle = centreOfGrid(some).z - centreOfGrid(all).z;
    assertEquals(part.aboveMm(), middle, 1e-9);
  }

  private static Vector3d centreOfGrid(LabelMap labels) {
    int[] n = labels.shape().toArray();
    return labels.geometry().affine().toWorld((n[2] - 1) / 2.0, (n[1] - 1) / 2.0, (n[0] - 1) / 2.0);
  }

  @Test
  void anObesePatientHasMoreFatAndLessBowel() {
    for (long seed = 1; seed <= 10; seed++) {
      int[] usual = tissues(new Anatomy(seed, false, false));
      int[] obese = tissues(new Anatomy(seed, false, true));
      int fat = Tissue.FAT.ordinal();
      int bowel = Tissue.BOWEL_WALL.ordinal();
      assertTrue(obese[fat] > 1.3 * usual[fat], "seed " + seed + ": " + obese[fat] + " of fat");
      assertTrue(obese[bowel] < 0.7 * usual[bowel], "seed " + seed + ": " + obese[bowel]);
    }
  }

  /** What lies beside a liver is as bright as fluid and of any size: no network may count on it. */
  @Test
  void gallbladderAndStomachAreSmallInSomeAndLargeInOthers() {
    Tissue[] fluids = {Tissue.BILE, Tissue.STOMACH_CONTENT};
    for (Tissue fluid : fluids) {
      int least = Integer.MAX_VALUE;
      int most = 0;
      for (long seed = 1; seed <= 20; seed++) {
        int points = tissues(new Anatomy(seed, false, false))[fluid.ordinal()];
        least = Math.min(least, points);
        most = Math.max(most, points);
      }
      assertTrue(least > 0 && most > 5 * least, fluid + ": " + least + " to " + most + " points");
    }
  }

  @Test
  void fatReachesIntoTheLiverFurtherInObesePatients() {
    int usual = 0;
    int obese = 0;
    for (long seed = 1; seed <= 12; seed++) {
      int few = fatOfFissures(new Anatomy(seed, false, false));
      int many = fatOfFissures(new Anatomy(seed, false, true));
      assertTrue(many > few, "seed " + seed + ": " + few + " and " + many + " points");
      usual += few;
      obese += many;
    }
    assertTrue(usual > 0 && obese > 1.5 * usual, usual + " and " + obese + " points");
  }

  /** Points of fat with liver in front of and behind them. */
  private static int fatOfFissures(Anatomy anatomy) {
    int count = 0;
    for (int z = 10; z <= 60; z += 5) {
      for (int x = -40; x <= 40; x += 2) {
        boolean liver = false;
        int fat = 0; // since the last of the liver
        for (int y = -90; y <= 30; y += 2) {
          Tissue tissue = anatomy.at(x, y, z, anatomy.depthUnderSkin(x, y, z), 0);
          if (tissue == Tissue.LIVER) {
            count += liver ? fat : 0;
            liver = true;
            fat = 0;
          } else if (tissue == Tissue.FAT) {
            fat++;
          }
        }
      }
    }
    return count;
  }

  @Test
  void fatIsBrighterThanTheLiverInT1UnlessItIsSuppressed() {
    int bright = 0;
    int suppressed = 0;
    double most = 0;
    for (long seed = 1; seed <= 20; seed++) {
      Phantom phantom = phantom(seed, PhantomContrast.T1, false);
      float[] values = values(phantom);
      float[] sorted = values.clone();
      Arrays.sort(sorted);
      // Where fat is not suppressed, it is the brightest: 3 of 100 voxels are above this.
      double ratio = sorted[(int) (0.97 * sorted.length)] / mean(phantom, 1);
      bright += ratio > 1.3 ? 1 : 0;
      suppressed += ratio < 1.2 ? 1 : 0;
      most = Math.max(most, ratio);
    }
    assertTrue(bright >= 8 && suppressed >= 2, bright + " bright, " + suppressed + " not");
    assertTrue(most > 2.5, "at most " + most);
  }

  /** How many points of a coarse grid are of each tissue. */
  private static int[] tissues(Anatomy anatomy) {
    int[] counts = new int[Tissue.values().length];
    for (int z = -100; z <= 100; z += 10) {
      for (int y = -140; y <= 140; y += 6) {
        for (int x = -200; x <= 200; x += 6) {
          counts[anatomy.at(x, y, z, anatomy.depthUnderSkin(x, y, z), 0).ordinal()]++;
        }
      }
    }
    return counts;
  }

  @Test
  void oneVoxelIsAPhantomToo() {
    Phantom tiny =
        Phantom.of(
            PhantomSettings.of(1, PhantomContrast.T1, true)
                .withGrid(Shape.of(1, 1, 3), new Spacing(5, 5, 5)),
            Workers.single());
    assertEquals(3, tiny.labels().length());
  }

  @Test
  void absurdGridsAreRefused() {
    PhantomSettings settings = PhantomSettings.of(1, PhantomContrast.T1, true);
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> settings.withGrid(Shape.of(4000, 4000, 4000), MM))
            .getMessage()
            .contains("has three axes and 1 to 268435456 voxels, got shape [4000, 4000, 4000]"));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> settings.withGrid(SMALL, new Spacing(60, 1, 1)))
            .getMessage()
            .contains("at most 50 mm apart"));
  }
}
