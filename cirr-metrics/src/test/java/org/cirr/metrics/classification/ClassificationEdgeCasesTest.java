package org.cirr.metrics.classification;

import static org.cirr.metrics.numeric.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.cirr.metrics.classification.CohenKappa.Weighting;
import org.cirr.metrics.classification.ConfusionMatrix.ZeroDivision;
import org.cirr.metrics.statistics.ConfidenceInterval;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One class only, classes that never occur, ties, NaN; and properties of any classification. */
class ClassificationEdgeCasesTest {
  private static final int[] ONE = {1, 1, 1};

  @Test
  void aClassThatNeverOccursTakesPartOnlyWhenNamed() {
    int[] truth = {0, 0, 1};
    int[] predicted = {0, 1, 1};
    ConfusionMatrix seen = ConfusionMatrix.of(truth, predicted);
    ConfusionMatrix named = ConfusionMatrix.of(new int[] {1, 0, 7}, truth, predicted);
    assertArrayEquals(new int[] {1, 0, 7}, named.labels());
    assertArrayEquals(new long[][] {{1, 0, 0}, {1, 1, 0}, {0, 0, 0}}, named.counts());
    double f1 = seen.macro(ZeroDivision.ZERO).f1();
    assertEquals(2.0 / 3, f1, 1e-15);
    assertEquals(f1 * 2 / 3, named.macro(ZeroDivision.ZERO).f1(), 1e-15);
    assertEquals((2 * f1 + 1) / 3, named.macro(ZeroDivision.ONE).f1(), 1e-15);
    assertEquals(f1, named.macro(ZeroDivision.NAN).f1(), 1e-15);
    assertEquals(f1, named.weighted(ZeroDivision.ZERO).f1(), 1e-15);
    assertEquals(0.75, named.balancedAccuracy());
    assertEquals(1, named.scores(7, ZeroDivision.ZERO).specificity());
  }

  @Test
  void oneClassOnly() {
    ConfusionMatrix matrix = ConfusionMatrix.of(ONE, ONE);
    assertEquals(1, matrix.accuracy());
    assertEquals(0, matrix.matthews());
    assertTrue(Double.isNaN(matrix.scores(1, ZeroDivision.NAN).specificity()));
    for (Weighting weighting : Weighting.values()) {
      assertTrue(Double.isNaN(CohenKappa.of(ONE, ONE, weighting).kappa()));
    }
    assertTrue(Double.isNaN(FleissKappa.of(new int[][] {{3, 0}, {3, 0}})));
    boolean[] all = {true, true};
    RocCurve curve = RocCurve.of(new double[] {0.1, 0.2}, all);
    assertTrue(Double.isNaN(curve.area()));
    assertTrue(Double.isNaN(curve.point(1).falsePositiveRate()));
    assertTrue(
        Double.isNaN(MulticlassRoc.of(new int[] {0, 0}, new double[2][2]).oneVersusRestMacro()));
    assertTrue(
        Double.isNaN(MulticlassRoc.of(new int[] {0, 0}, new double[2][3]).oneVersusOneMacro()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void scoresDoNotDependOnTheNamesOfClasses(long seed) {
    Random random = new Random(seed);
    int[] truth = random.ints(33, 0, 4).toArray();
    int[] predicted = random.ints(33, 0, 4).toArray();
    int[] names = {8, -3, 1000, 2};
    int[] renamedTruth = new int[33];
    int[] renamed = new int[33];
    for (int i = 0; i < 33; i++) {
      renamedTruth[i] = names[truth[i]];
      renamed[i] = names[predicted[i]];
    }
    ConfusionMatrix a = ConfusionMatrix.of(truth, predicted);
    ConfusionMatrix b = ConfusionMatrix.of(renamedTruth, renamed);
    String what = "seed " + seed;
    assertEquals(a.accuracy(), b.accuracy(), 1e-15, what);
    assertEquals(a.matthews(), b.matthews(), 1e-12, what);
    assertEquals(
        a.macro(ZeroDivision.ZERO).specificity(),
        b.macro(ZeroDivision.ZERO).specificity(),
        1e-12,
        what);
    assertEquals(
        CohenKappa.of(a, Weighting.NONE).kappa(),
        CohenKappa.of(b, Weighting.NONE).kappa(),
        1e-12,
        what);
    assertEquals(a.accuracy(), a.micro(ZeroDivision.ZERO).f1(), 1e-15, what);
    assertEquals(a.accuracy(), a.weighted(ZeroDivision.ZERO).sensitivity(), 1e-12, what);
    // Two raters: the order does not matter, and two classes weigh alike.
    assertEquals(
        CohenKappa.of(truth, predicted, Weighting.LINEAR).kappa(),
        CohenKappa.of(predicted, truth, Weighting.LINEAR).kappa(),
        1e-12,
        what);
  }

  @Test
  void badCountsAreRefused() {
    assertRefused(
        "every case has a true and a predicted class and there is at least one case, got 2 and 1",
        () -> ConfusionMatrix.of(new int[2], new int[1]));
    assertRefused(
        "case 1 has class 5, which is none of [0, 1]",
        () -> ConfusionMatrix.of(new int[] {0, 1}, new int[] {0, 5}, new int[] {0, 1}));
    assertRefused(
        "each label is named once, got [1, 1]",
        () -> ConfusionMatrix.of(new int[] {1, 1}, ONE, ONE));
    assertRefused(
        "a confusion matrix is square and counts are 0 or more, got row 0 [1, -2] of 2 rows",
        () -> ConfusionMatrix.ofCounts(new long[][] {{1, -2}, {0, 0}}));
    assertRefused(
        "the confusion matrix counts no cases; add cases",
        () -> ConfusionMatrix.ofCounts(new long[][] {{0}}));
    assertRefused(
        "class 3 is none of [1]", () -> ConfusionMatrix.of(ONE, ONE).scores(3, ZeroDivision.ZERO));
    assertRefused(
        "every case is put into the same classes by the same number of raters, 2 or more, got"
            + " [2, 1] for case 0 and [1, 1] for case 1;"
            + " leave out cases that not all raters have judged",
        () -> FleissKappa.of(new int[][] {{2, 1}, {1, 1}}));
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6, 7})
  void theAreaAndItsVarianceAreThoseOfAllPairs(long seed) {
    Random random = new Random(seed);
    int n = 33;
    double[] scores = random.doubles(n).map(v -> Math.rint(v * 8)).toArray(); // many ties
    boolean[] positive = new boolean[n];
    for (int i = 0; i < n; i++) {
      positive[i] = random.nextInt(3) == 0 || i == 0;
    }
    positive[1] = false;
    double[] x = BinaryScores.where(scores, positive, true);
    double[] y = BinaryScores.where(scores, positive, false);
    double[] v10 = new double[x.length];
    double[] v01 = new double[y.length];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        double wins = x[i] > y[j] ? 1 : x[i] == y[j] ? 0.5 : 0;
        v10[i] += wins / y.length;
        v01[j] += wins / x.length;
      }
    }
    double area = Arrays.stream(v10).average().getAsDouble();
    double variance = variance(v10, area) / x.length + variance(v01, area) / y.length;
    DeLong found = DeLong.of(scores, positive);
    assertEquals(area, found.area(), 1e-12, "seed " + seed);
    assertEquals(area, RocCurve.of(scores, positive).area(), 1e-12, "seed " + seed);
    assertEquals(area, RocCurve.of(scores, positive).withoutCollinear().area(), 1e-12);
    assertEquals(variance, found.variance(), 1e-12, "seed " + seed);
    boolean[] turned = new boolean[n];
    double[] minus = new double[n];
    for (int i = 0; i < n; i++) {
      turned[i] = !positive[i];
      minus[i] = -scores[i];
    }
    assertEquals(1 - area, DeLong.of(minus, positive).area(), 1e-12, "seed " + seed);
    assertEquals(area, DeLong.of(minus, turned).area(), 1e-12, "seed " + seed);
  }

  private static double variance(double[] values, double mean) {
    return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
  }

  @Test
  void perfectSeparationAndEqualScores() {
    boolean[] positive = {false, false, true, true};
    double[] perfect = {0, 0.1, 0.8, Double.POSITIVE_INFINITY};
    DeLong best = DeLong.of(perfect, positive);
    assertEquals(1, best.area());
    assertEquals(0, best.variance());
    assertEquals(new ConfidenceInterval(1, 1, 0.95), best.interval(0.95));
    assertEquals(new ConfidenceInterval(1, 1, 0.95), best.logitInterval(0.95));
    DeLong flat = DeLong.of(new double[4], positive);
    assertEquals(0.5, flat.area());
    assertEquals(2, RocCurve.of(new double[] {0.0, -0.0, 0.0, 0.0}, positive).size());
    DeLong.Comparison same = DeLong.compare(perfect, perfect, positive);
    assertTrue(Double.isNaN(same.z()) && Double.isNaN(same.p()));
    DeLong.Comparison independent = best.compareIndependent(flat);
    assertEquals(Double.POSITIVE_INFINITY, independent.z());
    assertEquals(0, independent.p());
    assertTrue(
        Double.isNaN(DeLong.of(new double[] {1, 0}, new boolean[] {true, false}).variance()));
  }

  @Test
  void badScoresAreRefused() {
    assertRefused(
        "the score of case 1 is NaN; leave the case out or mend what scored it",
        () -> RocCurve.of(new double[] {0, Double.NaN}, new boolean[2]));
    assertRefused(
        "every case has a score and a true class and there is at least one case, got 0 and 0",
        () -> RocCurve.of(new double[0], new boolean[0]));
    assertRefused(
        "an area under the curve needs both classes, got 0 positive and 2 negative cases",
        () -> DeLong.of(new double[2], new boolean[2]));
    assertRefused(
        "case 1 has class 2 and 2 scores, expected a class from 0 to 1 and 2 scores",
        () -> MulticlassRoc.of(new int[] {0, 2}, new double[2][2]));
    assertRefused(
        "every case has a class and a score for each of 2 or more classes,"
            + " got 1 classes and 1 rows of 1 scores",
        () -> MulticlassRoc.of(new int[1], new double[1][1]));
    assertRefused(
        "the probability of case 0 is 1.5, expected 0 to 1;"
            + " scores have to be made probabilities first",
        () -> ProbabilityScores.brier(new double[] {1.5}, new boolean[1]));
    assertRefused(
        "case 0 has class 0 and 2 probabilities that add to 0.9,"
            + " expected 2 that add to 1, and a class among them",
        () -> ProbabilityScores.logLoss(new int[1], new double[][] {{0.5, 0.4}}));
    assertRefused(
        "bins must be from 1 to 1000000, got 0; 10 is usual",
        () -> Calibration.of(new double[1], new boolean[1], 0));
    RocCurve curve = RocCurve.of(new double[] {0.2, 0.7}, new boolean[] {false, true});
    assertRefused("points are 0 to 2, got 3", () -> curve.point(3));
    MulticlassRoc three = MulticlassRoc.of(new int[] {0, 1, 2}, new double[3][3]);
    assertRefused("classes are columns 0 to 2, got -1", () -> three.oneVersusRest(-1));
  }

  @Test
  void calibrationPutsEdgesIntoTheLowerBin() {
    double[] p = {0, 0.1, 0.1000001, 0.2, 0.3, 0.95, 1};
    boolean[] happened = {false, false, true, false, true, true, true};
    Calibration calibration = Calibration.of(p, happened, 10);
    assertEquals(4, calibration.bins().size());
    assertEquals(2, calibration.bins().get(0).cases());
    assertEquals(2, calibration.bins().get(1).cases());
    assertEquals(0.3, calibration.bins().get(2).high());
    assertEquals(0.7, calibration.maximumError(), 1e-12);
    double expected = (0.1 + Math.abs(0.3000001 - 1) + 0.7 + 0.05) / 7;
    assertEquals(expected, calibration.expectedError(), 1e-12);
    Calibration perfect = Calibration.of(new double[] {0, 1}, new boolean[] {false, true}, 3);
    assertEquals(0, perfect.expectedError());
  }

  @Test
  void theTopLabelIsTheLikeliestClass() {
    double[][] p = {{0.5, 0.5}, {0.2, 0.8}};
    Calibration calibration = Calibration.topLabel(new int[] {0, 0}, p, 1);
    assertEquals(0.65, calibration.bins().get(0).predicted(), 1e-12);
    assertEquals(0.5, calibration.bins().get(0).observed());
    assertEquals(0.15, calibration.expectedError(), 1e-12);
    assertEquals(
        0.25 + 0.25 + 0.64 + 0.64, 2 * ProbabilityScores.brier(new int[] {0, 0}, p), 1e-12);
    double[][] certain = {{0, 1}};
    assertEquals(-Math.log(Math.ulp(1.0)), ProbabilityScores.logLoss(new int[1], certain), 1e-12);
  }
}
