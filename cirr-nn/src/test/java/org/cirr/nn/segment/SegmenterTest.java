package org.cirr.nn.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.cirr.io.nifti.NiftiVolume;
import org.cirr.io.nnunet.ModelFolder;
import org.cirr.nn.GoldenUnits;
import org.cirr.nn.preprocess.Preprocessing;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;
import org.cirr.testing.Shared;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Orientation;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;
import org.junit.jupiter.api.Test;

/** What the Segmenter promises beside the mask itself. */
class SegmenterTest {
  private static Path model(String name) {
    return Shared.require("goldens/nnunet/models/" + name);
  }

  private static Volume tiny() throws IOException {
    return NiftiVolume.read(GoldenUnits.path("inputs/tiny_0000.nii.gz"));
  }

  private static SegmentOptions quick() {
    return SegmentOptions.defaults().withMirroring(false).withThreads(2);
  }

  private static int[] labels(LabelMap map) {
    int[] values = new int[map.length()];
    java.util.Arrays.setAll(values, map::get);
    return values;
  }

  private static void assertSameLabels(LabelMap expected, LabelMap actual, String message) {
    org.junit.jupiter.api.Assertions.assertArrayEquals(labels(expected), labels(actual), message);
  }

  @Test
  void sixteenThreadsShareOneSegmenter() throws Exception {
    Segmenter segmenter = Segmenter.open(model("regions"), quick());
    Volume scan = tiny();
    LabelMap alone = segmenter.segment(scan);
    ExecutorService pool = Executors.newFixedThreadPool(16);
    try {
      List<Callable<LabelMap>> calls = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        calls.add(() -> segmenter.segment(scan));
      }
      for (Future<LabelMap> call : pool.invokeAll(calls)) {
        assertSameLabels(alone, call.get(), "one of sixteen");
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void theMaskDoesNotDependOnTheNumberOfThreads() throws IOException {
    Volume scan = tiny();
    LabelMap one = Segmenter.open(model("plain_2d"), quick().withThreads(1)).segment(scan);
    for (int threads : new int[] {2, 5}) {
      Segmenter other = Segmenter.open(model("plain_2d"), quick().withThreads(threads));
      assertSameLabels(one, other.segment(scan), threads + " threads");
    }
  }

  @Test
  void cancellingStopsTheWorkAndLeavesTheSegmenterUsable() throws IOException {
    Segmenter segmenter = Segmenter.open(model("regions"), quick());
    Volume scan = tiny();
    AtomicInteger asked = new AtomicInteger();
    SegmentRequest request =
        new SegmentRequest(
            List.of(scan), false, SegmentProgress.NONE, () -> asked.incrementAndGet() > 30);
    assertThrows(CancellationException.class, () -> segmenter.run(request));
    assertEquals(scan.shape(), segmenter.segment(scan).shape());
  }

  @Test
  void anInterruptStopsTheWorkAndStaysSet() throws IOException {
    Segmenter segmenter = Segmenter.open(model("regions"), quick());
    Volume scan = tiny();
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> segmenter.segment(scan));
    assertTrue(Thread.interrupted());
  }

  @Test
  void progressRisesToOneAndStagesAreTimed() throws IOException {
    Segmenter segmenter = Segmenter.open(model("plain_2d"), quick());
    List<Double> fractions = new ArrayList<>();
    Segmentation result =
        segmenter.run(
            new SegmentRequest(
                List.of(tiny()), false, (stage, done) -> fractions.add(done), () -> false));
    assertEquals(0, fractions.get(0));
    assertEquals(1, fractions.get(fractions.size() - 1));
    for (int i = 1; i < fractions.size(); i++) {
      assertTrue(fractions.get(i) >= fractions.get(i - 1), "step " + i);
    }
    assertTrue(
        result
            .secondsPerStage()
            .keySet()
            .containsAll(List.of("crop", "normalise", "resample", "network", "export")));
  }

  @Test
  void onlyTheLabelsAskedForAreKept() throws IOException {
    Volume scan = NiftiVolume.read(GoldenUnits.path("inputs/crop_0000.nii.gz"));
    LabelMap all = Segmenter.open(model("plain_2d"), quick()).segment(scan);
    LabelMap liver =
        Segmenter.open(model("plain_2d"), quick().withLabels(List.of("liver"))).segment(scan);
    long kept = 0;
    for (int i = 0; i < all.length(); i++) {
      assertEquals(all.get(i) == 1 ? 1 : 0, liver.get(i));
      kept += liver.get(i);
    }
    assertTrue(kept > 1000, "voxels of liver: " + kept);
  }

  @Test
  void anUnknownLabelIsRefusedWithTheOnesThatThereAre() throws IOException {
    Path folder = model("plain_2d");
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> Segmenter.open(folder, quick().withLabels(List.of("heart"))));
    assertEquals(
        "the model has no label 'heart'; it has liver, right_kidney, left_kidney, spleen",
        refused.getMessage());
  }

  @Test
  void aWrongNumberOfChannelsIsRefused() throws IOException {
    Segmenter segmenter = Segmenter.open(model("random_2ch"), quick());
    Volume scan = tiny();
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> segmenter.segment(scan));
    assertEquals("the model needs 2 channel(s) [CT, T2grad], got 1", refused.getMessage());
  }

  @Test
  void channelsOnDifferentGridsAreRefusedWithBoth() throws IOException {
    Segmenter segmenter = Segmenter.open(model("random_2ch"), quick());
    Volume a = flat(Shape.of(3, 4, 5), new Spacing(2, 1, 1), 1);
    Volume b = flat(Shape.of(3, 4, 6), new Spacing(2, 1, 1), 1);
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> segmenter.segment(a, b));
    assertTrue(
        refused.getMessage().contains("[3, 4, 5]") && refused.getMessage().contains("[3, 4, 6]"),
        refused.getMessage());
  }

  @Test
  void badVoxelsAndEmptyImagesAreSegmentedWithAWarning() throws IOException {
    Segmenter segmenter = Segmenter.open(model("regions"), quick());
    Volume scan = tiny();
    scan.tensor().array()[1000] = Float.NaN;
    scan.tensor().array()[2000] = Float.POSITIVE_INFINITY;
    Segmentation result = segmenter.run(SegmentRequest.of(List.of(scan)));
    assertEquals(
        List.of("2 voxels are NaN or infinite; they were left out of the statistics and set to 0"),
        result.warnings());
    Volume empty = flat(Shape.of(1, 40, 36), new Spacing(7, 1.5, 1.5), 0);
    assertEquals(
        List.of(
            "the image is a single slice; a 3D network sees zeros around it",
            "every voxel of the image is zero; the mask means nothing"),
        segmenter.run(SegmentRequest.of(List.of(empty))).warnings());
  }

  @Test
  void theFloat32ModeDiffersInFewVoxels() throws IOException {
    Volume scan = NiftiVolume.read(GoldenUnits.path("inputs/crop_0000.nii.gz"));
    LabelMap reference = Segmenter.open(model("plain_2d"), quick()).segment(scan);
    LabelMap exact =
        Segmenter.open(model("plain_2d"), quick().withPrecision(Precision.FLOAT32)).segment(scan);
    int different = 0;
    for (int i = 0; i < reference.length(); i++) {
      different += reference.get(i) == exact.get(i) ? 0 : 1;
    }
    // The golden README counts 11 for this model and scan.
    assertTrue(different > 0 && different < 40, different + " voxels differ");
  }

  @Test
  void theOldParityGivesTheSameMaskWhereNothingTies() throws IOException {
    Volume scan = NiftiVolume.read(GoldenUnits.path("inputs/crop_0000.nii.gz"));
    LabelMap now = Segmenter.open(model("plain_2d"), quick()).segment(scan);
    LabelMap old =
        Segmenter.open(model("plain_2d"), quick().withParity(Parity.NNUNET_2_2)).segment(scan);
    int different = 0;
    for (int i = 0; i < now.length(); i++) {
      different += now.get(i) == old.get(i) ? 0 : 1;
    }
    assertTrue(different < 20, different + " voxels differ");
  }

  @Test
  void mrSegmentatorsModelSeesLps() throws IOException {
    Model plain = Model.open(model("plain_2d"), quick());
    ModelFolder folder = ModelFolder.open(model("plain_2d"));
    Model mrSegmentator =
        new Model(
            ModelSource.of(
                new ModelFolder(folder.folder(), folder.plans(), folder.dataset(), true),
                List.of()),
            plain.configuration(),
            plain.mirroring(),
            plain.backend(),
            plain.folds());
    Preprocessing preprocessing = Preprocessing.of(folder.plans(), plain.configuration());
    // A scan whose axes are permuted and flipped, as in a coronal acquisition.
    Volume scan = tiny().reoriented(Orientation.of("PIR"));
    LabelMap byProfile = new Segmenter(mrSegmentator, quick(), preprocessing).segment(scan);
    LabelMap byHand =
        new Segmenter(plain, quick(), preprocessing)
            .segment(scan.reoriented(Orientation.LPS))
            .reoriented(Orientation.of("PIR"));
    assertEquals(scan.geometry(), byProfile.geometry());
    assertSameLabels(byHand, byProfile, "in LPS and back");
    LabelMap asStored = new Segmenter(plain, quick(), preprocessing).segment(scan);
    assertFalse(
        java.util.Arrays.equals(labels(asStored), labels(byProfile)), "orientation matters");
  }

  @Test
  void labelAndChannelNamesAreTheModels() throws IOException {
    Segmenter segmenter = Segmenter.open(model("plain_2d"), quick());
    assertEquals(List.of("T2"), segmenter.channelNames());
    assertEquals(
        Map.of(0, "background", 1, "liver", 2, "right_kidney", 3, "left_kidney", 4, "spleen"),
        segmenter.labelNames());
    assertEquals(".nii.gz", segmenter.fileEnding());
    assertTrue(segmenter.report().contains("Conv"));
  }

  private static Volume flat(Shape shape, Spacing spacing, float value) {
    Tensor tensor = Tensor.zeros(shape);
    java.util.Arrays.fill(tensor.array(), value);
    return Volume.of(tensor, new Geometry(shape, Affine.ofSpacing(spacing), spacing));
  }
}
