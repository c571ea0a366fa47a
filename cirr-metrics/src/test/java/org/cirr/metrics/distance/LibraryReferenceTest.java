package org.cirr.metrics.distance;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.cirr.metrics.Connectivity;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.Masks;
import org.cirr.metrics.overlap.Confusion;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.metrics.overlap.LabelOverlap;
import org.cirr.parallel.Workers;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers from the tests of the libraries themselves. */
class LibraryReferenceTest {
  private static final double MONAI = 1e-6;
  private static final double METRICS_RELOADED = 1e-2;
  private static final double DEEPMIND = 1e-3;
  private static final Spacing UNIT = new Spacing(1, 1, 1);
  private static final Spacing ODD = new Spacing(0.85, 1.2, 0.9);

  private static SurfaceDistances surface(
      Geometry grid, Masks.Voxels reference, Masks.Voxels prediction) {
    return SurfaceDistances.of(
        Masks.pair(grid, reference, prediction), EmptyPolicy.CIRR, Workers.of(2));
  }

  private static SurfaceDistances spheres(
      Spacing spacing, double r, double[] c, double r2, double[] c2) {
    return surface(
        Masks.grid(spacing, 99, 99, 99),
        Masks.sphere(spacing, r2, c2[0], c2[1], c2[2]),
        Masks.sphere(spacing, r, c[0], c[1], c[2]));
  }

  private static double[] at(double z, double y, double x) {
    return new double[] {z, y, x};
  }

  @Test
  void monaiHausdorffOfTwoShiftedSpheres() {
    SurfaceDistances shifted = spheres(UNIT, 20, at(20, 20, 20), 20, at(19, 19, 19));
    assertEquals(1.7320508, shifted.hausdorffFromPrediction(), MONAI);
    assertEquals(1.7320508, shifted.hausdorff(), MONAI);
    SurfaceDistances along = spheres(UNIT, 33, at(19, 33, 22), 33, at(20, 33, 22));
    assertEquals(1, along.hausdorffFromPrediction(), MONAI);
    assertEquals(1, along.hausdorff(), MONAI);
    assertEquals(0.350217, along.assd(), MONAI);
    assertEquals(0.3483278807706289, along.asdFromPrediction(), MONAI);
  }

  @Test
  void monaiHausdorffOfASmallAndALargeSphere() {
    SurfaceDistances nested = spheres(UNIT, 20, at(20, 33, 22), 40, at(20, 33, 22));
    assertEquals(20.09975124, nested.hausdorffFromPrediction(), MONAI);
    assertEquals(20.22374842, nested.hausdorff(), MONAI);
    assertEquals(19.92485885, nested.hd95FromPrediction(), MONAI);
    assertEquals(20.09975124, nested.hd95(), MONAI);
    assertEquals(15.117741, nested.assd(), MONAI);
    assertEquals(12.040033513150455, nested.asdFromPrediction(), MONAI);
  }

  @Test
  void monaiHausdorffWithUnequalSpacing() {
    SurfaceDistances shifted = spheres(ODD, 20, at(20, 20, 20), 20, at(19, 19, 19));
    assertEquals(2.08086514, shifted.hausdorffFromPrediction(), MONAI);
    assertEquals(2.2671568, shifted.hausdorff(), MONAI);
    SurfaceDistances nested = spheres(ODD, 15, at(20, 33, 22), 30, at(20, 33, 22));
    assertEquals(15.43964100, nested.hausdorffFromPrediction(), MONAI);
    assertEquals(15.62594, nested.hausdorff(), 1e-5);
    SurfaceDistances along = spheres(ODD, 33, at(42, 45, 52), 33, at(43, 45, 52));
    assertEquals(0.4951, along.assd(), 1e-4);
    assertEquals(0.4951, along.asdFromPrediction(), 1e-4);
  }

  @Test
  void monaiHausdorffIsInfiniteWhenOneIsEmpty() {
    SurfaceDistances empty =
        SurfaceDistances.of(
            Masks.pair(Masks.grid(9, 9, 9), (z, y, x) -> false, Masks.sphere(UNIT, 3, 4, 4, 4)),
            EmptyPolicy.MONAI,
            Workers.single());
    assertEquals(Double.POSITIVE_INFINITY, empty.hausdorff());
  }

  /** A block of 2D images moved by ten rows, as in MONAI's test of surface Dice. */
  @Test
  void monaiSurfaceDiceOfAShiftedBlock() {
    Geometry grid = Masks.grid(1, 480, 640);
    Masks.Voxels reference = Masks.block(0, 1, 0, 480, 50, 640);
    Masks.Voxels prediction = Masks.block(0, 1, 0, 480, 60, 640);
    SurfaceDistances moved = surface(grid, reference, prediction);
    double missed = 478 + 480 + 2 * 9.0;
    assertEquals(1 - missed / (480 * 4 + 588 * 2 + 578 * 2), moved.nsd(0), 1e-12);
    assertEquals(10, moved.hausdorff(), 1e-12);
    assertEquals(1, moved.nsd(10));
  }

  @Test
  void deepMindOfTwoPixels() {
    Geometry grid = Masks.grid(new Spacing(1, 2, 1), 1, 128, 128);
    SurfelDistances pixels =
        surfels(grid, Masks.block(0, 1, 50, 51, 70, 71), Masks.block(0, 1, 50, 51, 72, 73));
    assertEquals(4 * Math.sqrt(5) / 2, pixels.predictionArea(), 1e-12);
    assertEquals(4 * Math.sqrt(5) / 2, pixels.referenceArea(), 1e-12);
    checkTwoPixels(pixels);
  }

  @Test
  void deepMindOfTwoVoxels() {
    Geometry grid = Masks.grid(new Spacing(3, 2, 1), 60, 60, 80);
    checkTwoPixels(
        surfels(grid, Masks.block(50, 51, 50, 51, 70, 71), Masks.block(50, 51, 50, 51, 72, 73)));
  }

  private static void checkTwoPixels(SurfelDistances pixels) {
    assertEquals(1.5, pixels.averageFromPrediction(), DEEPMIND);
    assertEquals(1.5, pixels.averageFromReference(), DEEPMIND);
    assertEquals(1.5, pixels.assdAreaWeighted(), DEEPMIND);
    assertEquals(2, pixels.hausdorff(), DEEPMIND);
    assertEquals(2, pixels.hd95AreaWeighted(), DEEPMIND);
    assertEquals(0.5, pixels.overlapFromPrediction(1), DEEPMIND);
    assertEquals(0.5, pixels.overlapFromReference(1), DEEPMIND);
    assertEquals(0.5, pixels.nsdAreaWeighted(1), DEEPMIND);
  }

  @Test
  void deepMindOfTwoHalfSpaces() {
    Geometry grid = Masks.grid(new Spacing(2, 1, 1), 100, 100, 100);
    LabelMap reference = Masks.of(grid, Masks.block(0, 50, 0, 100, 0, 100));
    LabelMap prediction = Masks.of(grid, Masks.block(0, 51, 0, 100, 0, 100));
    SurfelDistances halves =
        SurfelDistances.of(
            MaskPair.of(reference, prediction, 1), EmptyPolicy.DEEPMIND, Workers.of(2));
    assertEquals(0.322, halves.averageFromReference(), DEEPMIND);
    assertEquals(0.339, halves.averageFromPrediction(), DEEPMIND);
    assertEquals(2, halves.hausdorff(), DEEPMIND);
    assertEquals(2, halves.hd95AreaWeighted(), DEEPMIND);
    assertEquals(0.842, halves.overlapFromReference(1), DEEPMIND);
    assertEquals(0.830, halves.overlapFromPrediction(1), DEEPMIND);
    assertEquals(0.836, halves.nsdAreaWeighted(1), DEEPMIND);
    Confusion counts = LabelOverlap.count(reference, prediction, Workers.single()).confusion(1);
    assertEquals(0.990, counts.dice(EmptyPolicy.DEEPMIND), DEEPMIND);
  }

  /** 7·11·11 − 5·9·9 corners carry a surface element: it is closed at the image border. */
  @Test
  void deepMindClosesTheSurfaceAtTheImageBorder() {
    SurfelGrid grid =
        SurfelGrid.of(
            Masks.pair(Masks.grid(10, 10, 10), Masks.block(0, 6, 0, 10, 0, 10), (z, y, x) -> false),
            MaskPair.REFERENCE,
            Workers.single());
    assertEquals(7 * 11 * 11 - 5 * 9 * 9, grid.areas(Workers.single()).length);
  }

  private static SurfelDistances surfels(
      Geometry grid, Masks.Voxels reference, Masks.Voxels prediction) {
    return SurfelDistances.of(
        Masks.pair(grid, reference, prediction), EmptyPolicy.DEEPMIND, Workers.single());
  }

  @ParameterizedTest
  @CsvSource({"FACES, 0", "CORNERS, 0.2"})
  void medpyAverageFromACrossToACube(Connectivity connectivity, double expected) {
    Masks.Voxels cube = Masks.block(0, 1, 1, 4, 1, 4);
    Masks.Voxels cross = (z, y, x) -> cube.has(z, y, x) && (y == 2 || x == 2);
    MaskPair pair = Masks.pair(Masks.grid(1, 5, 5), cube, cross);
    SurfaceRule rule = new SurfaceRule(connectivity, true);
    SurfaceDistances distances =
        SurfaceDistances.of(pair, rule, EmptyPolicy.MEDPY, Workers.single());
    assertEquals(expected, distances.asdFromPrediction(), 1e-12);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2"})
  void medpyAverageOfTwoNeighbouringPixels(double spacing, double expected) {
    Geometry grid = Masks.grid(new Spacing(1, 1, spacing), 1, 1, 2);
    SurfaceDistances distances = surface(grid, (z, y, x) -> x == 1, (z, y, x) -> x == 0);
    assertEquals(expected, distances.asdFromPrediction(), 1e-12);
  }

  /** By its formula; the examples in medpy's documentation have the opposite sign. */
  @Test
  void medpyRelativeVolumeDifferenceFollowsItsFormula() {
    assertEquals(
        0.25, new Confusion(4, 1, 0, 0).relativeVolumeDifference(EmptyPolicy.MEDPY), 1e-12);
  }

  /** Figure SN 2.10 of the MetricsReloaded paper: a square in a smaller and a larger one. */
  @Test
  void metricsReloadedSn210() {
    Geometry grid = Masks.grid(1, 14, 14);
    Masks.Voxels reference = Masks.block(0, 1, 5, 9, 5, 9);
    Masks.Voxels small = Masks.block(0, 1, 6, 8, 6, 8);
    Masks.Voxels large = Masks.block(0, 1, 4, 10, 4, 10);
    assertEquals(new Confusion(4, 0, 12, 180), counts(grid, reference, small));
    assertEquals(new Confusion(16, 20, 0, 160), counts(grid, reference, large));
    SurfaceDistances inner = surface(grid, reference, small);
    SurfaceDistances outer = surface(grid, reference, large);
    assertAll(
        () -> assertEquals(1.41, inner.hausdorff(), METRICS_RELOADED),
        () -> assertEquals(1.41, outer.hausdorff(), METRICS_RELOADED),
        () -> assertEquals(1.07, inner.masd(), METRICS_RELOADED),
        () -> assertEquals(1.04, outer.masd(), METRICS_RELOADED),
        () -> assertEquals(1.10, inner.assd(), METRICS_RELOADED),
        () -> assertEquals(1.05, outer.assd(), METRICS_RELOADED),
        () -> assertEquals(0.75, inner.nsd(1), METRICS_RELOADED),
        () -> assertEquals(0.875, outer.nsd(1), METRICS_RELOADED));
  }

  @Test
  void metricsReloadedFigure5c() {
    Masks.Voxels block = Masks.block(0, 1, 9, 12, 9, 12);
    SurfaceDistances distances =
        surface(Masks.grid(1, 14, 14), (z, y, x) -> block.has(z, y, x) || y == 1 && x == 1, block);
    assertEquals(11.31, distances.hausdorff(), METRICS_RELOADED);
    assertEquals(6.79, distances.hd95(), METRICS_RELOADED);
  }

  @Test
  void metricsReloadedFigure10() {
    Geometry grid = Masks.grid(1, 11, 11);
    Masks.Voxels square = Masks.block(0, 1, 3, 8, 3, 8);
    Masks.Voxels crossed =
        (z, y, x) ->
            square.has(z, y, x) || y == 5 && x >= 1 && x < 10 || x == 5 && y >= 1 && y < 10;
    Confusion counts = counts(grid, square, crossed);
    assertEquals(0.862, counts.dice(EmptyPolicy.METRICS_RELOADED), METRICS_RELOADED);
    assertEquals(0.76, counts.iou(EmptyPolicy.METRICS_RELOADED), METRICS_RELOADED);
    SurfaceDistances distances = surface(grid, square, crossed);
    assertEquals(0.44, distances.assd(), METRICS_RELOADED);
    assertEquals(0.425, distances.masd(), METRICS_RELOADED);
    assertEquals(0.89, distances.nsd(1), METRICS_RELOADED);
    assertEquals(1.0, distances.nsd(2), METRICS_RELOADED);
  }

  @Test
  void metricsReloadedBoundaryIou() {
    MaskPair pair =
        Masks.pair(
            Masks.grid(1, 22, 22),
            Masks.block(0, 1, 2, 21, 2, 21),
            Masks.block(0, 1, 3, 21, 2, 21));
    BoundaryIou bands = BoundaryIou.of(pair, EmptyPolicy.METRICS_RELOADED, Workers.single());
    assertEquals(53 / 89.0, bands.at(1), 1e-12); // 0.6 in its test
    assertEquals(0.8, bands.at(2), 0.1);
    assertEquals(bands.at(1), bands.at(2, false));
  }

  /** Note SN 2.9: 90 % against 50 % prevalence. */
  @Test
  void metricsReloadedKappaAndMatthews() {
    Confusion even = new Confusion(45, 10, 5, 40);
    Confusion uneven = new Confusion(81, 2, 9, 8);
    assertAll(
        () -> assertEquals(0.70, even.kappa(), METRICS_RELOADED),
        () -> assertEquals(0.53, uneven.kappa(), METRICS_RELOADED),
        () -> assertEquals(0.70, even.matthews(), METRICS_RELOADED),
        () -> assertEquals(0.56, uneven.matthews(), METRICS_RELOADED),
        () -> assertEquals(0.85, even.balancedAccuracy(EmptyPolicy.CIRR), METRICS_RELOADED),
        () -> assertEquals(0.85, uneven.balancedAccuracy(EmptyPolicy.CIRR), METRICS_RELOADED),
        () -> assertEquals(0.82, even.precision(EmptyPolicy.CIRR), METRICS_RELOADED),
        () -> assertEquals(0.98, uneven.precision(EmptyPolicy.CIRR), METRICS_RELOADED),
        () -> assertEquals(0.889, even.negativePredictiveValue(), METRICS_RELOADED),
        () -> assertEquals(0.47, uneven.negativePredictiveValue(), METRICS_RELOADED),
        () -> assertEquals(0.86, even.dice(EmptyPolicy.CIRR), METRICS_RELOADED),
        () -> assertEquals(0.94, uneven.dice(EmptyPolicy.CIRR), METRICS_RELOADED),
        () -> assertEquals(4.5, even.positiveLikelihoodRatio(EmptyPolicy.CIRR), METRICS_RELOADED));
  }

  /** Two by two labels with 0.5 and 2/3: the matrix of MONAI's Dice tests. */
  @Test
  void monaiDiceOfTwoClasses() {
    double[] dice = {
      new Confusion(1, 1, 1, 1).dice(EmptyPolicy.MONAI),
      new Confusion(1, 1, 0, 2).dice(EmptyPolicy.MONAI),
      new Confusion(2, 1, 0, 0).dice(EmptyPolicy.MONAI)
    };
    assertArrayEquals(new double[] {0.5, 0.6667, 0.8}, dice, 1e-4);
  }

  private static Confusion counts(Geometry grid, Masks.Voxels reference, Masks.Voxels prediction) {
    return LabelOverlap.count(
            Masks.of(grid, reference), Masks.of(grid, prediction), Workers.single())
        .confusion(1);
  }
}
