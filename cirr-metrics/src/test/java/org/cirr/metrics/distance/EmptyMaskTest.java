package org.cirr.metrics.distance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.cirr.metrics.MaskPair;
import org.cirr.metrics.Masks;
import org.cirr.metrics.overlap.Confusion;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.parallel.Workers;
import org.cirr.volume.Geometry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What every preset answers when there is nothing to compare, and other thin masks. */
class EmptyMaskTest {
  private static final Masks.Voxels NONE = (z, y, x) -> false;
  private static final Masks.Voxels SOME = Masks.block(1, 3, 1, 3, 1, 3);

  private static EmptyPolicy policy(String name) {
    return EmptyPolicy.presets().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Both empty, only the reference empty, only the prediction empty. */
  @ParameterizedTest
  @CsvSource({
    // preset, metric, both, reference, prediction
    "cirr, dice, NaN, 0, 0",
    "cirr, iou, NaN, 0, 0",
    "cirr, precision, NaN, 0, 0",
    "cirr, recall, NaN, 0, 0",
    "cirr, fBeta, NaN, 0, 0",
    "cirr, vs, NaN, 0, 0",
    "cirr, rvd, NaN, Infinity, -1",
    "cirr, hd, NaN, Infinity, Infinity",
    "cirr, hd95, NaN, Infinity, Infinity",
    "cirr, assd, NaN, Infinity, Infinity",
    "cirr, asd, NaN, Infinity, Infinity",
    "cirr, nsd, NaN, 0, 0",
    "cirr, nsdArea, NaN, 0, 0",
    "cirr, boundary, NaN, 0, 0",
    "monai, dice, NaN, NaN, 0",
    "monai, iou, NaN, NaN, 0",
    "monai, hd, NaN, Infinity, Infinity",
    "monai, hd95, NaN, NaN, NaN",
    "monai, assd, NaN, Infinity, Infinity",
    "monai, nsd, NaN, 0, 0",
    "medpy, dice, 1, 0, 0",
    "medpy, iou, 1, 0, 0",
    "medpy, precision, 0, 0, 0",
    "medpy, recall, 0, 0, 0",
    "medpy, rvd, NaN, NaN, -1",
    "medpy, hd, NaN, NaN, NaN",
    "nnunet, dice, NaN, 0, 0",
    "nnunet, iou, NaN, 0, 0",
    "metricsreloaded, dice, 1, 0, 0",
    "metricsreloaded, iou, NaN, 0, 0",
    "metricsreloaded, precision, NaN, 0, 0",
    "metricsreloaded, recall, NaN, NaN, 0",
    "metricsreloaded, hd, 0, NaN, NaN",
    "metricsreloaded, assd, 0, NaN, NaN",
    "metricsreloaded, nsd, 1, 0, 0",
    "segmetrics, dice, 1, 0, 0",
    "segmetrics, precision, 1, 0, 0",
    "segmetrics, recall, 1, 0, 0",
    "segmetrics, hd, 0, NaN, NaN",
    "deepmind, dice, NaN, 0, 0",
    "deepmind, hdArea, Infinity, Infinity, Infinity",
    "deepmind, hd95Area, Infinity, Infinity, Infinity",
    "deepmind, averageFromPrediction, NaN, Infinity, NaN",
    "deepmind, averageFromReference, NaN, NaN, Infinity",
    "deepmind, nsdArea, NaN, 0, 0",
    "deepmind, overlapFromPrediction, NaN, 0, NaN",
    "deepmind, overlapFromReference, NaN, NaN, 0"
  })
  void everyPresetAnswersAsItsLibraryDoes(
      String preset, String metric, double both, double reference, double prediction) {
    EmptyPolicy policy = policy(preset);
    assertEquals(both, value(metric, NONE, NONE, policy), "both empty");
    assertEquals(reference, value(metric, NONE, SOME, policy), "reference empty");
    assertEquals(prediction, value(metric, SOME, NONE, policy), "prediction empty");
  }

  private static double value(
      String metric, Masks.Voxels reference, Masks.Voxels prediction, EmptyPolicy policy) {
    Geometry grid = Masks.grid(5, 5, 5);
    MaskPair pair = Masks.pair(grid, reference, prediction);
    Workers one = Workers.single();
    long inReference = pair.referenceCount();
    long inPrediction = pair.predictionCount();
    Confusion counts =
        new Confusion(0, inPrediction, inReference, 125 - inReference - inPrediction);
    return switch (metric) {
      case "dice" -> counts.dice(policy);
      case "iou" -> counts.iou(policy);
      case "precision" -> counts.precision(policy);
      case "recall" -> counts.recall(policy);
      case "fBeta" -> counts.fBeta(2, policy);
      case "vs" -> counts.volumetricSimilarity(policy);
      case "rvd" -> counts.relativeVolumeDifference(policy);
      case "hd" -> SurfaceDistances.of(pair, policy, one).hausdorff();
      case "hd95" -> SurfaceDistances.of(pair, policy, one).hd95();
      case "assd" -> SurfaceDistances.of(pair, policy, one).assd();
      case "asd" -> SurfaceDistances.of(pair, policy, one).asdFromPrediction();
      case "nsd" -> SurfaceDistances.of(pair, policy, one).nsd(1);
      case "hdArea" -> SurfelDistances.of(pair, policy, one).hausdorff();
      case "hd95Area" -> SurfelDistances.of(pair, policy, one).hd95AreaWeighted();
      case "averageFromPrediction" -> SurfelDistances.of(pair, policy, one).averageFromPrediction();
      case "averageFromReference" -> SurfelDistances.of(pair, policy, one).averageFromReference();
      case "overlapFromPrediction" ->
          SurfelDistances.of(pair, policy, one).overlapFromPrediction(1);
      case "overlapFromReference" -> SurfelDistances.of(pair, policy, one).overlapFromReference(1);
      case "nsdArea" -> SurfelDistances.of(pair, policy, one).nsdAreaWeighted(1);
      case "boundary" -> BoundaryIou.of(pair, policy, one).at(1);
      default -> throw new IllegalArgumentException(metric);
    };
  }

  @Test
  void distancesToAnEmptyMaskAreListedAsInfinite() {
    SurfaceDistances distances =
        SurfaceDistances.of(
            Masks.pair(Masks.grid(5, 5, 5), NONE, SOME), EmptyPolicy.CIRR, Workers.single());
    assertEquals(8, distances.fromPrediction().length);
    assertEquals(Double.POSITIVE_INFINITY, distances.fromPrediction()[0]);
    assertEquals(0, distances.fromReference().length);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 1, 9", "1, 9, 9", "9, 9, 9"})
  void aSingleVoxelIsItsOwnSurface(int depth, int height, int width) {
    Masks.Voxels voxel = (z, y, x) -> z == depth / 2 && y == height / 2 && x == width / 2;
    MaskPair pair = Masks.pair(Masks.grid(depth, height, width), voxel, voxel);
    SurfaceDistances surface = SurfaceDistances.of(pair, EmptyPolicy.CIRR, Workers.single());
    assertEquals(1, surface.predictionSurface());
    assertEquals(0, surface.hausdorff());
    assertEquals(0, surface.hd95());
    assertEquals(1, surface.nsd(0));
    SurfelDistances surfels = SurfelDistances.of(pair, EmptyPolicy.CIRR, Workers.single());
    assertEquals(0, surfels.hd95AreaWeighted());
    assertEquals(1, surfels.nsdAreaWeighted(0));
    assertTrue(surfels.predictionArea() > 0);
    assertEquals(1, BoundaryIou.of(pair, EmptyPolicy.CIRR, Workers.single()).at(1));
  }

  @Test
  void aMaskThatFillsTheImageHasItsBorderAsSurface() {
    Masks.Voxels all = (z, y, x) -> true;
    MaskPair pair = Masks.pair(Masks.grid(4, 5, 6), all, all);
    SurfaceDistances surface = SurfaceDistances.of(pair, EmptyPolicy.CIRR, Workers.single());
    assertEquals(4 * 5 * 6 - 2 * 3 * 4, surface.referenceSurface());
    SurfaceRule open = new SurfaceRule(org.cirr.metrics.Connectivity.FACES, false);
    SurfaceDistances none = SurfaceDistances.of(pair, open, EmptyPolicy.CIRR, Workers.single());
    assertEquals(0, none.referenceSurface());
  }

  @Test
  void senselessNumbersAreRefused() {
    MaskPair pair = Masks.pair(Masks.grid(3, 3, 3), SOME, SOME);
    SurfaceDistances surface = SurfaceDistances.of(pair, EmptyPolicy.CIRR, Workers.single());
    SurfelDistances surfels = SurfelDistances.of(pair, EmptyPolicy.CIRR, Workers.single());
    BoundaryIou bands = BoundaryIou.of(pair, EmptyPolicy.CIRR, Workers.single());
    assertRefused("a tolerance must be 0 mm or more, got -1.0 mm", () -> surface.nsd(-1));
    assertRefused(
        "a tolerance must be 0 mm or more, got NaN mm", () -> surfels.nsdAreaWeighted(Double.NaN));
    assertRefused(
        "a percentile goes from 0 to 100, got 101.0", () -> surface.hausdorffPercentile(101));
    assertRefused("a boundary band must be wider than 0 mm, got 0.0 mm", () -> bands.at(0));
    assertRefused(
        "beta must be positive and finite, got 0.0",
        () -> Confusion.ZERO.fBeta(0, EmptyPolicy.CIRR));
  }

  private static void assertRefused(
      String message, org.junit.jupiter.api.function.Executable call) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
  }
}
