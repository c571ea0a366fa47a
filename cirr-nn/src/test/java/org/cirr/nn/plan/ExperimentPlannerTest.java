package org.cirr.nn.plan;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.cirr.io.file.SeekableBytes;
import org.cirr.io.nnunet.DatasetFingerprint;
import org.cirr.io.nnunet.DatasetJson;
import org.cirr.io.nnunet.IntensityStatistics;
import org.cirr.io.nnunet.Splits;
import org.cirr.testing.Shared;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentPlannerTest {
  private static final String LUNG = "data/nnunet-plans/msd-lung";

  @TempDir Path folder;

  @Test
  void theLungPlansAreReproducedExactly() throws IOException {
    Path lung = Shared.require(LUNG);
    DatasetJson dataset = DatasetJson.read(lung.resolve("dataset.json"));
    DatasetFingerprint fingerprint =
        DatasetFingerprint.read(lung.resolve("dataset_fingerprint.json"));
    ExperimentPlan plan =
        ExperimentPlanner.plan(
            "Dataset006_Lung",
            fingerprint,
            dataset,
            63,
            PlannerSettings.of(PlannedNetwork.PLAIN, 8));
    JsonObject expected =
        JsonParser.parseString(Files.readString(lung.resolve("nnUNetPlans.json")))
            .getAsJsonObject();
    assertEquals(expected, JsonParser.parseString(plan.text()));
    // Whole numbers stay whole and fractions stay fractions, as Python wrote them.
    assertTrue(plan.text().replaceAll("\\s+", "").contains("[252.0,512.0,512.0]"), plan.text());
    assertTrue(plan.text().replaceAll("\\s+", "").contains("[132,267,267]"), plan.text());
  }

  @Test
  void theFingerprintIsWrittenAsItWasRead() throws IOException {
    Path file = Shared.require(LUNG).resolve("dataset_fingerprint.json");
    Path copy = folder.resolve("copy.json");
    DatasetFingerprint.read(file).write(copy);
    assertEquals(
        JsonParser.parseString(Files.readString(file)),
        JsonParser.parseString(Files.readString(copy)));
  }

  @Test
  void theLungSplitIsReproducedExactly() throws IOException {
    Splits expected = Splits.read(Shared.require(LUNG).resolve("splits_final.json"));
    List<String> cases = new java.util.ArrayList<>(expected.folds().get(0).train());
    cases.addAll(expected.folds().get(0).val());
    Collections.reverse(cases);
    assertEquals(expected, CrossValidation.of(cases));
  }

  @Test
  void everyCaseIsValidatedOnceHoweverFewThereAre() {
    for (int count : new int[] {2, 3, 4, 5, 6, 7, 33}) {
      List<String> names =
          java.util.stream.IntStream.range(0, count).mapToObj(i -> "c" + i).toList();
      Splits splits = CrossValidation.of(names);
      assertEquals(Math.min(5, count), splits.folds().size());
      List<String> validated =
          splits.folds().stream().flatMap(fold -> fold.val().stream()).sorted().toList();
      assertEquals(names.stream().sorted().toList(), validated);
      splits.folds().forEach(fold -> assertEquals(count, fold.train().size() + fold.val().size()));
    }
    String message =
        assertThrows(IllegalArgumentException.class, () -> CrossValidation.of(List.of("a")))
            .getMessage();
    assertTrue(message.contains("at least 2 cases, got 1: add cases"), message);
  }

  /** Cases that all have one shape and spacing. */
  private static ExperimentPlan plan(
      double[] spacing, int[] shape, int classes, int cases, PlannedNetwork network)
      throws IOException {
    return plan(spacing, shape, classes, cases, PlannerSettings.of(network));
  }

  private static ExperimentPlan plan(
      double[] spacing, int[] shape, int classes, int cases, PlannerSettings settings)
      throws IOException {
    StringBuilder labels = new StringBuilder("\"background\": 0");
    for (int label = 1; label < classes; label++) {
      labels.append(", \"l").append(label).append("\": ").append(label);
    }
    DatasetJson dataset =
        DatasetJson.read(
            SeekableBytes.of(
                Path.of("dataset.json"),
                ("{\"channel_names\": {\"0\": \"MR\"}, \"labels\": {" + labels + "}}")
                    .getBytes(StandardCharsets.UTF_8)));
    DatasetFingerprint fingerprint =
        new DatasetFingerprint(
            Collections.nCopies(cases, java.util.Arrays.stream(spacing).boxed().toList()),
            Collections.nCopies(cases, java.util.Arrays.stream(shape).boxed().toList()),
            List.of(new IntensityStatistics(1, 1, 1, 1, 1, 1, 1)),
            1);
    return ExperimentPlanner.plan("D", fingerprint, dataset, cases, settings);
  }

  private static PlannerSettings settings(
      int features, int mostFeatures, double[] spacing, int[] patch) {
    return new PlannerSettings(PlannedNetwork.PLAIN, 8, features, mostFeatures, spacing, patch);
  }

  private static PlannedConfiguration find(ExperimentPlan plan, String name) {
    return plan.configurations().stream().filter(c -> c.name().equals(name)).findFirst().get();
  }

  private static void assertPlanned(ExperimentPlan plan, String name, int batch, int... patch) {
    PlannedConfiguration configuration = find(plan, name);
    assertArrayEquals(patch, configuration.topology().patch());
    assertEquals(batch, configuration.batchSize());
  }

  @Test
  void publishedPlansAreReproduced() throws IOException {
    // specs/nnunet.md, 8.1: found in public repositories
    ExperimentPlan ivim =
        plan(new double[] {7, 1.758, 1.758}, new int[] {27, 168, 256}, 2, 77, PlannedNetwork.PLAIN);
    assertPlanned(ivim, "3d_fullres", 3, 28, 192, 256);
    assertPlanned(ivim, "2d", 66, 192, 256);
    int[][] strides = {{1, 1, 1}, {1, 2, 2}, {2, 2, 2}, {2, 2, 2}, {1, 2, 2}, {1, 2, 2}};
    List<int[]> planned = find(ivim, "3d_fullres").topology().strides();
    assertEquals(strides.length, planned.size());
    for (int stage = 0; stage < strides.length; stage++) {
      assertArrayEquals(strides[stage], planned.get(stage));
    }
    assertArrayEquals(new int[] {1, 3, 3}, find(ivim, "3d_fullres").topology().kernels().get(0));
    ExperimentPlan liver =
        plan(new double[] {1, .768, .768}, new int[] {482, 512, 512}, 3, 131, PlannedNetwork.PLAIN);
    assertPlanned(liver, "3d_fullres", 2, 128, 128, 128);
    assertPlanned(liver, "3d_lowres", 2, 128, 128, 128);
    assertPlanned(liver, "2d", 12, 512, 512);
    assertEquals(8, find(liver, "2d").topology().strides().size());
  }

  @Test
  void featureMapsAreCountedAsNnUnetDoes() throws IOException {
    // specs/nnunet.md, 8.1: residual 128³ with 3 classes and deep supervision; 2D plain 512²
    Topology cube = Topology.of(new double[] {1, 1, 1}, new double[] {128, 128, 128});
    long heads = 0;
    for (int level = 1; level < cube.strides().size() - 1; level++) {
      heads += 3L * (128 >> level) * (128 >> level) * (128 >> level);
    }
    assertEquals(
        558_319_104,
        PlannerSettings.of(PlannedNetwork.RESENC_M).featureMapElements(cube, 3) + heads);
    assertEquals(452_796_416, PlannerSettings.of(PlannedNetwork.PLAIN).featureMapElements(cube, 3));
  }

  @Test
  void theCoarsestAxisComesFirst() throws IOException {
    ExperimentPlan plan =
        plan(new double[] {1.3, 6, 1.2}, new int[] {200, 33, 210}, 2, 7, PlannedNetwork.PLAIN);
    assertEquals("[1,0,2]", plan.json().get("transpose_forward").toString());
    assertEquals("[1,0,2]", plan.json().get("transpose_backward").toString());
    assertEquals(6, find(plan, "3d_fullres").spacing()[0]);
  }

  @Test
  void largerNetworksAreOfferedForLargerCards() throws IOException {
    for (PlannedNetwork network : PlannedNetwork.values()) {
      ExperimentPlan plan =
          plan(new double[] {3, 1.2, 1.2}, new int[] {81, 320, 260}, 5, 40, network);
      assertEquals(network.plansName(), plan.json().get("plans_name").getAsString());
      assertTrue(
          plan.plans(Path.of("plans.json")).configuration("3d_fullres").architecture().stages()
              > 4);
    }
  }

  @Test
  void tooLittleMemoryIsRefused() {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> PlannerSettings.of(PlannedNetwork.PLAIN, Double.NaN))
            .getMessage();
    assertEquals("memory to plan for goes from 0.5 to 1000 GB, got NaN", message);
  }

  @Test
  void whatIsGivenIsPlannedFor() throws IOException {
    PlannerSettings given = settings(12, 80, new double[] {6, 2, 2.5}, new int[] {20, 90, 128});
    ExperimentPlan plan =
        plan(new double[] {7.7, 1.25, 1.25}, new int[] {36, 256, 256}, 5, 12, given);
    PlannedConfiguration full = find(plan, "3d_fullres");
    assertArrayEquals(new double[] {6, 2, 2.5}, full.spacing());
    assertArrayEquals(new int[] {20, 96, 128}, full.topology().patch(), "90 is padded to 6 · 16");
    assertEquals(
        List.of(12, 24, 48, 80, 80),
        plan.plans(Path.of("plans.json"))
            .configuration("3d_fullres")
            .architecture()
            .featuresPerStage());
  }

  @Test
  void whatCannotBePlannedForIsRefused() {
    assertRefused("features of the first stage go from 1 to 4096, got 0", 0, 0, null, null);
    assertRefused(
        "the most features of a stage go from those of the first, 32, to 4096, got 31",
        32,
        31,
        null,
        null);
    assertRefused(
        "a target spacing is three numbers from 0.01 to 100 mm, got [1.0, 0.0, 1.0]",
        32,
        0,
        new double[] {1, 0, 1},
        null);
    assertRefused(
        "a target spacing is three numbers from 0.01 to 100 mm, got [1.0]",
        32,
        0,
        new double[] {1},
        null);
    assertRefused(
        "a patch is three numbers from 4 to 4096, got [3, 64, 64]",
        32,
        0,
        null,
        new int[] {3, 64, 64});
  }

  private static void assertRefused(
      String expected, int features, int most, double[] spacing, int[] patch) {
    assertEquals(
        expected,
        assertThrows(IllegalArgumentException.class, () -> settings(features, most, spacing, patch))
            .getMessage());
  }
}
