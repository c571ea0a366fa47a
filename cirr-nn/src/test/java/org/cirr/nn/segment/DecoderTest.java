package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DecoderTest {
  private static int label(Decoder decoder, float... voxel) {
    float[][] logits = new float[voxel.length][1];
    for (int c = 0; c < voxel.length; c++) {
      logits[c][0] = voxel[c];
    }
    short[] labels = {-1};
    decoder.decode(logits, 1, labels);
    return labels[0] & 0xffff;
  }

  @Test
  void theFirstOfEqualLogitsWins() {
    assertEquals(1, label(new Decoder.Argmax(false), 1, 5, 5));
    assertEquals(0, label(new Decoder.Argmax(false), 0f, -0f));
    assertEquals(2, label(new Decoder.Argmax(false), -7, -9, -3));
  }

  @Test
  void softmaxFirstGivesTiesOfProbabilitiesToTheLowerClass() {
    assertEquals(1, label(new Decoder.Argmax(false), 0, 1e-8f));
    assertEquals(0, label(new Decoder.Argmax(true), 0, 1e-8f));
    assertEquals(1, label(new Decoder.Argmax(true), 0, 1e-4f));
    assertEquals(3, label(new Decoder.Argmax(true), 0, 1e-8f, 1, 5));
    assertEquals(1, label(new Decoder.Argmax(true), 4.999f, 5, 5.00000001f));
  }

  @Test
  void softmaxFirstIsTheArgmaxOfTheProbabilities() {
    Random random = new Random(4);
    int count = 5000;
    float[][] logits = new float[5][count];
    for (int i = 0; i < count; i++) {
      float scale = (float) Math.pow(10, -random.nextInt(10));
      for (float[] channel : logits) {
        channel[i] = (float) random.nextGaussian() * scale;
      }
    }
    short[] labels = new short[count];
    Decoder decoder = new Decoder.Argmax(true);
    decoder.decode(logits, count, labels);
    decoder.probabilities(logits, count);
    short[] expected = new short[count];
    new Decoder.Argmax(false).decode(logits, count, expected);
    assertArrayEquals(expected, labels, "seed 4");
  }

  @Test
  void notANumberNeverWins() {
    assertEquals(1, label(new Decoder.Argmax(false), Float.NaN, -3, -4));
    assertEquals(0, label(new Decoder.Argmax(false), -3, Float.NaN, -4));
    assertEquals(0, label(new Decoder.Argmax(false), Float.NaN, Float.NaN));
  }

  @Test
  void laterRegionsOverwriteEarlierOnes() {
    Decoder regions = new Decoder.Regions(new int[] {4, 2, 1});
    assertEquals(1, label(regions, 3, 2, 0.1f));
    assertEquals(2, label(regions, 3, 2, -0.1f));
    assertEquals(0, label(regions, -3, -2, -0.1f));
  }

  @Test
  void aRegionsProbabilityMustExceedOneHalfInFloat() {
    Decoder regions = new Decoder.Regions(new int[] {7});
    assertEquals(0, label(regions, 0));
    assertEquals(0, label(regions, 0x1p-24f), "1 / (1 + exp(-x)) rounds to one half");
    assertEquals(7, label(regions, 1e-6f));
    assertEquals(0, label(regions, Float.NaN));
  }

  @Test
  void largeLogitsGiveProbabilitiesOfZeroAndOne() {
    float[][] logits = {{1000}, {-1000}};
    new Decoder.Argmax(false).probabilities(logits, 1);
    assertEquals(1, logits[0][0]);
    assertEquals(0, logits[1][0]);
    logits = new float[][] {{1000}, {-1000}};
    new Decoder.Regions(new int[] {1, 2}).probabilities(logits, 1);
    assertEquals(1, logits[0][0]);
    assertEquals(0, logits[1][0]);
  }

  @Test
  void outsideTheCropOnlyBackgroundIsCertain() {
    assertEquals(1, new Decoder.Argmax(false).outside(0));
    assertEquals(0, new Decoder.Argmax(false).outside(1));
    assertEquals(0, new Decoder.Regions(new int[] {1}).outside(0));
  }

  @Test
  void anotherNumberOfRegionsIsRefused() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> label(new Decoder.Regions(new int[] {1, 2}), 0));
    assertEquals(
        "the network has 1 region channels but regions_class_order has 2 labels: dataset.json does"
            + " not belong to this checkpoint",
        refused.getMessage());
  }
}
