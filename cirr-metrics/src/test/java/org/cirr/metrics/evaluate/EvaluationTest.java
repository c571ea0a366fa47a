package org.cirr.metrics.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.cirr.metrics.LabelSet;
import org.cirr.metrics.MaskPair;
import org.cirr.metrics.Masks;
import org.cirr.metrics.overlap.Confusion;
import org.cirr.metrics.overlap.EmptyPolicy;
import org.cirr.metrics.overlap.LabelOverlap;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.joml.Matrix4d;
import org.junit.jupiter.api.Test;

class EvaluationTest {
  private static final Geometry GRID = Masks.grid(new Spacing(3, 1, 0.8), 7, 17, 21);
  private static final List<Double> TOLERANCES = List.of(1.0, 2.5);

  private static LabelMap random(long seed) {
    Random random = new Random(seed);
    LabelMap map = LabelMap.zeros(GRID, 255);
    for (int label = 1; label <= 4; label++) {
      Masks.paint(map, label, Masks.blobs(random, GRID.shape(), 2));
    }
    return map;
  }

  private static EvaluationOptions all() {
    return EvaluationOptions.of(Preset.CIRR, TOLERANCES).withMetrics(Metric.all(TOLERANCES));
  }

  @Test
  void allLabelsAtOnceAreEachLabelAlone() {
    for (long seed = 1; seed <= 4; seed++) {
      LabelMap reference = random(seed);
      LabelMap prediction = random(seed + 50);
      List<StructureScores> scores = Evaluation.of(reference, prediction, all(), Workers.of(2));
      LabelOverlap overlap = LabelOverlap.count(reference, prediction, Workers.single());
      for (StructureScores one : scores) {
        Measurement alone =
            new Measurement(
                overlap.confusion(one.structure().labels()),
                MaskPair.of(reference, prediction, one.structure().labels()),
                EmptyPolicy.CIRR,
                Workers.single());
        for (Metric metric : Metric.all(TOLERANCES)) {
          assertEquals(
              metric.value().applyAsDouble(alone),
              one.value(metric.key()),
              0,
              metric.key() + ", seed " + seed);
        }
      }
    }
  }

  @Test
  void metricsHaveDifferentNamesAndPresetsUseThem() {
    List<Metric> all = Metric.all(TOLERANCES);
    HashSet<String> keys = new HashSet<>();
    all.forEach(metric -> assertTrue(keys.add(metric.key()), metric.key()));
    assertTrue(keys.containsAll(List.of("nsd@1mm", "nsd_area@2.5mm", "boundary_iou@1mm", "f2")));
    for (Preset preset : Preset.values()) {
      preset.metrics(TOLERANCES).forEach(m -> assertTrue(keys.contains(m.key()), m.key()));
    }
    assertEquals("hd95 [mm]", Metric.HD95.toString());
  }

  @Test
  void whatTheReferenceIgnoresIsInNoMask() {
    LabelMap reference = LabelMap.zeros(GRID, 255);
    LabelMap prediction = LabelMap.zeros(GRID, 255);
    Masks.paint(reference, 1, Masks.block(1, 5, 2, 9, 2, 9));
    Masks.paint(prediction, 1, Masks.block(1, 5, 2, 9, 2, 19));
    Masks.paint(reference, 9, Masks.block(0, 7, 0, 17, 9, 21));
    StructureScores scores =
        Evaluation.of(reference, prediction, all().withIgnoreLabel(9), Workers.single()).get(0);
    assertEquals(1, scores.value("dice"));
    assertEquals(0, scores.value("hd"));
    assertEquals(7 * 17 * 9, scores.counts().total());
    assertTrue(Evaluation.of(reference, prediction, all(), Workers.single()).size() == 2);
    for (int label : new int[] {0, 9}) {
      EvaluationOptions options =
          all().withStructures(List.of(Structure.of(label, "it"))).withIgnoreLabel(9);
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Evaluation.of(reference, prediction, options, Workers.single()))
              .getMessage();
      assertTrue(message.startsWith("structure it has the labels [" + label + "], but"), message);
    }
  }

  @Test
  void regionsAreMeasuredAsOneStructure() {
    LabelMap reference = LabelMap.zeros(GRID, 255);
    LabelMap prediction = LabelMap.zeros(GRID, 255);
    Masks.paint(reference, 1, Masks.block(1, 5, 2, 9, 2, 9));
    Masks.paint(reference, 2, Masks.block(1, 5, 2, 9, 9, 12));
    Masks.paint(prediction, 2, Masks.block(1, 5, 2, 9, 2, 12));
    EvaluationOptions options =
        all()
            .withStructures(
                List.of(new Structure("both", LabelSet.of(List.of(1, 2))), Structure.of(1, "one")));
    List<StructureScores> scores = Evaluation.of(reference, prediction, options, Workers.single());
    assertEquals(1, scores.get(0).value("dice"));
    assertEquals(0, scores.get(1).value("dice"));
    assertEquals(Double.POSITIVE_INFINITY, scores.get(1).value("hd95"));
    assertEquals(4 * 7 * 10 * 2.4 / 1000, scores.get(0).referenceMl(), 1e-12);
  }

  @Test
  void affinesThatDifferByRoundingAreOneGridAndOthersAreNot() {
    LabelMap reference = random(3);
    Matrix4d rounded = new Matrix4d(GRID.affine().matrix());
    rounded.m30(0.0005);
    LabelMap near = moved(random(4), rounded);
    assertEquals(
        Evaluation.of(reference, random(4), all(), Workers.single()).get(0).values(),
        Evaluation.of(reference, near, all(), Workers.single()).get(0).values());
    Matrix4d apart = new Matrix4d(GRID.affine().matrix()).m30(0.5);
    LabelMap far = moved(random(4), apart);
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Evaluation.of(reference, far, all(), Workers.single()))
            .getMessage();
    assertTrue(message.contains("affine [0.8 0 0 0; 0 1 0 0; 0 0 3 0]"), message);
    assertTrue(message.contains("affine [0.8 0 0 0.5; 0 1 0 0; 0 0 3 0]"), message);
    assertEquals(
        4, Evaluation.of(reference, far, all().withGridToleranceMm(1), Workers.single()).size());
  }

  private static LabelMap moved(LabelMap map, Matrix4d matrix) {
    Geometry grid = new Geometry(map.shape(), Affine.of(matrix), map.geometry().spacing());
    LabelMap moved = LabelMap.zeros(grid, 255);
    for (int i = 0; i < map.length(); i++) {
      moved.set(i, map.get(i));
    }
    return moved;
  }

  @Test
  void anEvaluationCanBeCancelledAndRefusesASenselessTolerance() {
    Workers stopped = Workers.of(2).cancelledBy(() -> true);
    assertThrows(
        CancellationException.class, () -> Evaluation.of(random(1), random(2), all(), stopped));
    assertEquals(
        "a tolerance must be 0 mm or more, got NaN mm",
        assertThrows(IllegalArgumentException.class, () -> all().withGridToleranceMm(Double.NaN))
            .getMessage());
  }

  @Test
  void moreVoxelsThanAnArrayHoldsCannotBeALabelMap() {
    Geometry grid = Geometry.of(Shape.of(2048, 1024, 1024), Affine.ofSpacing(new Spacing(1, 1, 1)));
    String message =
        assertThrows(IllegalArgumentException.class, () -> LabelMap.zeros(grid, 1)).getMessage();
    assertTrue(message.contains("2,147,483,648 elements"), message);
  }

  private static StructureScores scores(String name, int label, double dice, Confusion counts) {
    return new StructureScores(Structure.of(label, name), counts, 1, Map.of("dice", dice));
  }

  /** Two cases, two structures, one value missing: the three orders give three numbers. */
  @Test
  void theOrdersOfAveragingHaveTheirOwnNames() {
    double nan = Double.NaN;
    Summary summary =
        Summary.of(
            List.of(
                new CaseScores(
                    "a",
                    List.of(
                        scores("liver", 1, 0.9, new Confusion(9, 1, 1, 0)),
                        scores("tumour", 2, nan, Confusion.ZERO))),
                new CaseScores(
                    "b",
                    List.of(
                        scores("liver", 1, 0.7, new Confusion(70, 30, 30, 0)),
                        scores("tumour", 2, 0.4, new Confusion(2, 3, 3, 0))))));
    assertEquals((0.8 + 0.4) / 2, summary.meanOverCasesThenStructures("dice"), 1e-12);
    assertEquals((0.9 + 0.55) / 2, summary.meanOverStructuresThenCases("dice"), 1e-12);
    assertEquals(new Confusion(79, 31, 31, 0), summary.pooled(summary.structures().get(0)));
    assertEquals(2 * 81 / (2 * 81 + 34 + 34.0), summary.pooled().dice(EmptyPolicy.CIRR), 1e-12);
    Distribution tumour = summary.distribution(summary.structures().get(1), "dice");
    assertEquals(1, tumour.n());
    assertEquals(1, tumour.undefined());
    assertEquals(List.of("dice"), summary.keys());
    assertEquals(nan, summary.meanOverCasesThenStructures("hd"));
  }

  @Test
  void aDistributionLeavesOutWhatIsNotFiniteAndCountsIt() {
    double[] values = {4, Double.NaN, 1, Double.POSITIVE_INFINITY, 2, 3, Double.NaN};
    Distribution d = Distribution.of(values);
    assertEquals(4, d.n());
    assertEquals(2, d.undefined());
    assertEquals(1, d.infinite());
    assertEquals(2.5, d.mean(), 1e-12);
    assertEquals(Math.sqrt(5.0 / 3), d.sd(), 1e-12);
    assertEquals(1.75, d.q1(), 1e-12);
    assertEquals(2.5, d.median(), 1e-12);
    assertEquals(3.25, d.q3(), 1e-12);
    assertTrue(d.low() >= 1 && d.low() < 2.5 && d.high() > 2.5 && d.high() <= 4);
    assertEquals(d, Distribution.of(values), "the same resamples each time");
    Distribution none = Distribution.of(new double[] {Double.NaN});
    assertEquals(Double.NaN, none.mean());
    Distribution one = Distribution.of(new double[] {5});
    assertEquals(5, one.mean());
    assertEquals(Double.NaN, one.sd());
    assertEquals(Double.NaN, one.low());
  }

  /** Against the normal approximation, which 400 values follow. */
  @Test
  void theConfidenceIntervalHasTheUsualWidth() {
    Random random = new Random(7);
    double[] values = random.doubles(400).toArray();
    Distribution d = Distribution.of(values);
    double half = 1.96 * d.sd() / Math.sqrt(400);
    assertEquals(d.mean() - half, d.low(), 0.1 * half);
    assertEquals(d.mean() + half, d.high(), 0.1 * half);
  }
}
