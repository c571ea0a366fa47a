package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.cirr.io.npy.NpyArray;
import org.cirr.metrics.LargestComponent;
import org.cirr.nn.GoldenUnits;
import org.cirr.nn.preprocess.Box;
import org.cirr.nn.preprocess.NonzeroCrop;
import org.cirr.nn.preprocess.Normalizer;
import org.cirr.nn.preprocess.ResampleGrid;
import org.cirr.parallel.Workers;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single functions of nnU-Net, other than resampling, against their own results. */
class UnitsGoldenTest {
  /** NumPy sums float32 pairwise in float32, cirr in double. */
  private static final double NORM_TOLERANCE = 1e-6;

  /** Of probabilities: PyTorch's exp and sum differ by some units in the last place. */
  private static final float PROBABILITY_TOLERANCE = 5e-7f;

  @Test
  void theCropHasTheGoldenBoxVoxelsAndHoles() {
    NpyArray input = GoldenUnits.unit("crop_in_f32.npy.gz");
    int[] shape = spatial(input);
    NonzeroCrop crop = NonzeroCrop.of(channels(input), shape, Workers.single());
    int[] lower = new int[3];
    int[] upper = new int[3];
    JsonElement bounds = GoldenUnits.entries("crop_to_nonzero").get(0).get("bbox");
    for (int axis = 0; axis < 3; axis++) {
      lower[axis] = GoldenUnits.ints(bounds.getAsJsonArray().get(axis))[0];
      upper[axis] = GoldenUnits.ints(bounds.getAsJsonArray().get(axis))[1];
    }
    assertEquals(new Box(lower, upper), crop.box());
    NpyArray golden = GoldenUnits.unit("crop_out_f32.npy.gz");
    for (int c = 0; c < golden.shape().dim(0); c++) {
      assertArrayEquals(GoldenUnits.channel(golden, c), crop.crop(c));
    }
    NpyArray outside = GoldenUnits.unit("crop_out_pseudo_seg_i8.npy.gz");
    BitSet inside = crop.inside();
    for (int i = 0; i < outside.size(); i++) {
      assertEquals(outside.longAt(i) >= 0, inside.get(i), "voxel " + i);
    }
    assertTrue(inside.cardinality() < outside.size(), "the golden case has an outside");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zscore", "zscore_masked", "ct", "no", "rescale01"})
  void aNormalisationGivesTheGoldenArray(String name) {
    Normalizer normalization =
        switch (name) {
          case "zscore" -> new Normalizer.ZScore(false);
          case "zscore_masked" -> new Normalizer.ZScore(true);
          case "ct" -> new Normalizer.Ct(12, 333, 180.5, 64.25);
          case "no" -> new Normalizer.None();
          default -> new Normalizer.RescaleTo01();
        };
    NpyArray outside = GoldenUnits.unit("crop_out_pseudo_seg_i8.npy.gz");
    BitSet inside = new BitSet();
    for (int i = 0; i < outside.size(); i++) {
      inside.set(i, outside.longAt(i) >= 0);
    }
    float[] data = GoldenUnits.channel(GoldenUnits.unit("crop_out_f32.npy.gz"), 0);
    assertEquals(0, normalization.apply(data, inside));
    float[] golden = GoldenUnits.floats(GoldenUnits.unit("norm_" + name + "_f32.npy.gz"));
    assertClose(golden, data, NORM_TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"20x33x48", "24x32x40", "64x64", "7x9x11"})
  void theGaussianHasTheGoldenBits(String patch) {
    int[] extents = Arrays.stream(patch.split("x")).mapToInt(Integer::parseInt).toArray();
    NpyArray golden = GoldenUnits.unit("gaussian_" + patch + "_f16.npy.gz");
    assertArrayEquals(golden.halfBits(), GaussianMap.of(extents));
  }

  @Test
  void theTilesStartWhereTheGoldenOnesDo() {
    int checked = 0;
    for (JsonElement element : GoldenUnits.json("units/steps.json").getAsJsonArray()) {
      JsonObject step = element.getAsJsonObject();
      int image = step.get("image").getAsInt();
      int tile = step.get("tile").getAsInt();
      double fraction = step.get("step").getAsDouble();
      assertArrayEquals(
          GoldenUnits.ints(step.get("starts")), TileGrid.starts(image, tile, fraction), "" + step);
      checked++;
    }
    assertTrue(checked > 20, "steps.json has entries");
  }

  @Test
  void theTargetShapeRoundsAsTheGoldenOne() {
    for (JsonElement element : GoldenUnits.json("units/new_shape.json").getAsJsonArray()) {
      JsonObject entry = element.getAsJsonObject();
      int[] target =
          ResampleGrid.targetShape(
              new int[] {entry.get("old").getAsInt()},
              new double[] {entry.get("old_spacing").getAsDouble()},
              new double[] {entry.get("new_spacing").getAsDouble()});
      assertEquals(entry.get("new").getAsInt(), target[0], "" + entry);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"label1", "label2", "region12", "labels123"})
  void theLargestComponentIsTheGoldenOne(String name) {
    NpyArray input = GoldenUnits.unit("largest_in_u8.npy.gz");
    JsonObject entry =
        GoldenUnits.entries("remove_all_but_largest_component_from_segmentation").stream()
            .filter(e -> e.get("file").getAsString().equals("largest_" + name + "_u8.npy.gz"))
            .findFirst()
            .orElseThrow();
    Set<Integer> labels = new TreeSet<>();
    collect(entry.get("labels_or_regions"), labels);
    Geometry geometry = Geometry.of(input.shape(), Affine.ofSpacing(new Spacing(1, 1, 1)));
    LabelMap map = LabelMap.of(geometry, input.bytes().clone());
    LargestComponent.keep(map, labels, 0);
    byte[] golden = GoldenUnits.unit("largest_" + name + "_u8.npy.gz").bytes();
    for (int i = 0; i < golden.length; i++) {
      assertEquals(golden[i] & 0xff, map.get(i), "voxel " + i);
    }
  }

  private static void collect(JsonElement labels, Set<Integer> into) {
    if (labels.isJsonArray()) {
      labels.getAsJsonArray().forEach(element -> collect(element, into));
    } else {
      into.add(labels.getAsInt());
    }
  }

  @Test
  void decodingGivesTheGoldenLabelsAndProbabilities() {
    NpyArray input = GoldenUnits.unit("decode_in_f16.npy.gz");
    int checked = 0;
    for (JsonObject entry : GoldenUnits.entries("LabelManager")) {
      String file = entry.get("file").getAsString();
      String name = file.substring("decode_".length(), file.length() - "_u8.npy.gz".length());
      int heads = entry.get("heads").getAsInt();
      boolean regions = !entry.get("regions_class_order").isJsonNull();
      Decoder decoder =
          regions
              ? new Decoder.Regions(GoldenUnits.ints(entry.get("regions_class_order")))
              : new Decoder.Argmax(false);
      float[][] logits = heads(input, heads);
      assertLabels(file, decoder, logits);
      if (!regions) {
        assertLabels(
            "decode_" + name + "_after_softmax_u8.npy.gz", new Decoder.Argmax(true), logits);
      }
      decoder.probabilities(logits, logits[0].length);
      NpyArray golden = GoldenUnits.unit("decode_" + name + "_prob_f32.npy.gz");
      for (int c = 0; c < heads; c++) {
        assertArrayEquals(
            GoldenUnits.channel(golden, c), logits[c], PROBABILITY_TOLERANCE, name + " head " + c);
      }
      checked++;
    }
    assertEquals(4, checked);
  }

  private static void assertLabels(String file, Decoder decoder, float[][] logits) {
    NpyArray golden = GoldenUnits.unit(file);
    short[] labels = new short[logits[0].length];
    decoder.decode(logits, labels.length, labels);
    for (int i = 0; i < labels.length; i++) {
      assertEquals(golden.longAt(i), labels[i], file + " voxel " + i);
    }
  }

  private static float[][] heads(NpyArray input, int heads) {
    float[][] logits = new float[heads][];
    Arrays.setAll(logits, c -> GoldenUnits.channel(input, c));
    return logits;
  }

  private static List<float[]> channels(NpyArray array) {
    float[][] channels = new float[array.shape().dim(0)][];
    Arrays.setAll(channels, c -> GoldenUnits.channel(array, c));
    return List.of(channels);
  }

  private static int[] spatial(NpyArray array) {
    return Arrays.copyOfRange(array.shape().toArray(), 1, 4);
  }

  static void assertClose(float[] expected, float[] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      low = Math.min(low, expected[i]);
      high = Math.max(high, expected[i]);
      largest = Math.max(largest, Math.abs((double) expected[i] - actual[i]));
    }
    assertTrue(
        largest <= tolerance * (high - low),
        "largest difference " + largest + " in a range of " + (high - low));
  }
}
