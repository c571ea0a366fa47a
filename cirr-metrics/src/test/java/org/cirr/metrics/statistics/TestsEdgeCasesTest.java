package org.cirr.metrics.statistics;

import static org.cirr.metrics.numeric.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.cirr.metrics.statistics.IntraclassCorrelation.Form;
import org.cirr.metrics.statistics.WilcoxonSignedRank.Zeros;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Awkward samples: ties, no variance, one value, NaN; and properties that hold for any sample. */
class TestsEdgeCasesTest {
  private static final Alternative BOTH = Alternative.TWO_SIDED;

  private static double[] random(Random random, int n) {
    return random.doubles(n, -3, 5).map(v -> Math.rint(v * 4) / 4).toArray();
  }

  @Test
  void tOfConstantSamplesIsInfiniteOrNotDefined() {
    TTest certain = TTest.oneSample(new double[] {2, 2, 2}, 1, BOTH);
    assertEquals(Double.POSITIVE_INFINITY, certain.statistic());
    assertEquals(0, certain.p());
    TTest nothing = TTest.paired(new double[] {1, 2}, new double[] {1, 2}, BOTH);
    assertTrue(Double.isNaN(nothing.statistic()) && Double.isNaN(nothing.p()));
    TTest less = TTest.welch(new double[] {1, 1}, new double[] {2, 2, 2}, Alternative.LESS);
    assertEquals(Double.NEGATIVE_INFINITY, less.statistic());
    assertEquals(0, less.p());
    assertEquals(3, less.degrees());
  }

  @Test
  void badSamplesAreRefused() {
    double[] two = {1, 2};
    assertRefused(
        "values has 1 values, at least 2 are needed; add cases or report the values themselves",
        () -> TTest.oneSample(new double[] {1}, 0, BOTH));
    assertRefused(
        "pairs need samples of equal length, got 2 and 3 values;"
            + " leave out the cases that one of them lacks",
        () -> TTest.paired(two, new double[3], BOTH));
    assertRefused(
        "b[1] is NaN, expected a finite number; leave the case out and say how many were",
        () -> Correlation.pearson(two, new double[] {0, Double.NaN}));
    assertRefused(
        "a[0] is Infinity, expected a finite number; leave the case out and say how many were",
        () -> MannWhitney.of(new double[] {Double.POSITIVE_INFINITY}, two, BOTH));
    assertRefused(
        "a confidence level is between 0 and 1, got 95.0; 0.95 is usual",
        () -> TTest.student(two, two, BOTH).interval(95));
    assertRefused(
        "value 1 is NaN and has no rank; leave the case out",
        () -> Ranks.of(new double[] {1, Double.NaN}));
  }

  @Test
  void ranksOfTiesAreTheirMeanAndMinusZeroIsZero() {
    Ranks ranks = Ranks.of(new double[] {3, -0.0, 3, 0.0, 3, -1});
    assertArrayEquals(new double[] {5, 2.5, 5, 2.5, 5, 1}, ranks.values());
    assertEquals(6 + 24, ranks.tieSum());
    assertEquals(0, Ranks.of(new double[0]).values().length);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void signedRanksAddUpAndSidesMirror(long seed) {
    Random random = new Random(seed);
    double[] a = random(random, 17);
    double[] b = random(random, 17);
    for (Zeros zeros : Zeros.values()) {
      WilcoxonSignedRank ab =
          WilcoxonSignedRank.of(a, b, Alternative.LESS, zeros, PValueMethod.AUTO);
      WilcoxonSignedRank ba =
          WilcoxonSignedRank.of(b, a, Alternative.GREATER, zeros, PValueMethod.AUTO);
      assertEquals(ab.p(), ba.p(), 1e-14, "seed " + seed);
      assertEquals(ab.positiveRanks(), ba.negativeRanks(), "seed " + seed);
      if (zeros != Zeros.RANK_THEN_DROP) {
        double all = ab.used() * (ab.used() + 1) / 2.0;
        assertEquals(all, ab.positiveRanks() + ab.negativeRanks(), 1e-12, "seed " + seed);
      }
    }
  }

  /** Every sign pattern counted one by one. */
  @Test
  void exactSignedRanksAreTheShareOfAllPatterns() {
    double[] a = {1.5, -0.4, 2.2, 3.1, -0.9, 4.7, 0.2};
    double[] zero = new double[7];
    WilcoxonSignedRank test = WilcoxonSignedRank.of(a, zero, Alternative.GREATER);
    int atLeast = 0;
    double[] ranks = Ranks.of(Arrays.stream(a).map(Math::abs).toArray()).values();
    for (int pattern = 0; pattern < 128; pattern++) {
      double sum = 0;
      for (int i = 0; i < 7; i++) {
        sum += (pattern >> i & 1) * ranks[i];
      }
      atLeast += sum >= test.positiveRanks() ? 1 : 0;
    }
    assertTrue(test.exact());
    assertEquals(atLeast / 128.0, test.p(), 1e-15);
  }

  @Test
  void differencesOfZeroOnlySayNothing() {
    WilcoxonSignedRank test =
        WilcoxonSignedRank.of(new double[] {1, 2, 3}, new double[] {1, 2, 3}, BOTH);
    assertEquals(1, test.p());
    assertEquals(0, test.used());
    assertFalse(test.exact());
    assertRefused(
        "an exact signed-rank test needs differences without zeros and ties;"
            + " use PValueMethod.AUTO or NORMAL",
        () ->
            WilcoxonSignedRank.of(
                new double[] {1, 2}, new double[] {0, 1}, BOTH, Zeros.DROP, PValueMethod.EXACT));
    double[] many = new double[1001];
    Arrays.setAll(many, i -> i + 1);
    assertRefused(
        "an exact signed-rank test takes up to 1000 differences, got 1001;"
            + " use PValueMethod.AUTO or NORMAL",
        () -> WilcoxonSignedRank.of(many, new double[1001], BOTH, Zeros.DROP, PValueMethod.EXACT));
  }

  @Test
  void rankSumsOfEqualOrSingleValuesSayNothing() {
    assertEquals(1, MannWhitney.of(new double[] {2, 2}, new double[] {2, 2, 2}, BOTH).p());
    assertEquals(1, MannWhitney.of(new double[] {1}, new double[] {2}, BOTH).p());
    assertEquals(0.5, MannWhitney.of(new double[] {1}, new double[] {2}, Alternative.LESS).p());
    assertEquals(0.5, MannWhitney.of(new double[] {2, 2}, new double[] {2}, BOTH).superiority());
    assertRefused(
        "an exact Mann-Whitney test needs values without ties;"
            + " use PValueMethod.AUTO or NORMAL_CONTINUITY",
        () -> MannWhitney.of(new double[] {1}, new double[] {1}, BOTH, PValueMethod.EXACT));
    double[] many = new double[101];
    Arrays.setAll(many, i -> i);
    double[] others = new double[100];
    Arrays.setAll(others, i -> i + 0.5);
    assertRefused(
        "an exact Mann-Whitney test takes up to 10000 pairs, got 10100;"
            + " use PValueMethod.AUTO or NORMAL_CONTINUITY",
        () -> MannWhitney.of(many, others, BOTH, PValueMethod.EXACT));
  }

  @Test
  void constantSamplesHaveNoCorrelation() {
    double[] constant = {2, 2, 2};
    double[] other = {1, 2, 4};
    for (Correlation none :
        new Correlation[] {
          Correlation.pearson(constant, other),
          Correlation.spearman(constant, other),
          Correlation.kendall(constant, other)
        }) {
      assertTrue(Double.isNaN(none.coefficient()) && Double.isNaN(none.p()));
      assertTrue(Double.isNaN(none.interval(0.95).low()));
    }
    assertEquals(1, Correlation.pearson(new double[] {1, 2}, new double[] {3, 9}).p());
    Correlation perfect = Correlation.pearson(other, new double[] {2, 4, 8});
    assertEquals(1, perfect.coefficient(), 1e-15);
    assertEquals(new ConfidenceInterval(-1, 1, 0.95), perfect.interval(0.95));
    assertTrue(Double.isNaN(LinearRegression.of(constant, other).slope()));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void correlationsDoNotChangeWithUnits(long seed) {
    Random random = new Random(seed);
    double[] x = random(random, 33);
    double[] y = random(random, 33);
    double[] scaled = Arrays.stream(x).map(v -> 1000 + 3 * v).toArray();
    double[] cubed = Arrays.stream(x).map(v -> v * v * v).toArray();
    assertEquals(
        Correlation.pearson(x, y).coefficient(),
        Correlation.pearson(scaled, y).coefficient(),
        1e-12,
        "seed " + seed);
    assertEquals(
        Correlation.spearman(x, y).p(), Correlation.spearman(cubed, y).p(), 0, "seed " + seed);
    assertEquals(
        Correlation.kendall(x, y).p(), Correlation.kendall(y, x).p(), 1e-14, "seed " + seed);
  }

  @Test
  void agreementOfPerfectAndOfConstantRaters() {
    IntraclassCorrelation perfect =
        IntraclassCorrelation.of(new double[][] {{1, 1}, {2, 2}, {5, 5}});
    IntraclassCorrelation nothing =
        IntraclassCorrelation.of(new double[][] {{3, 3}, {3, 3}, {3, 3}});
    for (Form form : Form.values()) {
      assertEquals(1, perfect.coefficient(form), form.name());
      assertEquals(new ConfidenceInterval(1, 1, 0.9), perfect.interval(form, 0.9), form.name());
      assertTrue(perfect.p(form) < 1e-20, form.name());
      assertTrue(Double.isNaN(nothing.coefficient(form)), form.name());
      assertTrue(Double.isNaN(nothing.interval(form, 0.9).low()), form.name());
    }
    assertRefused(
        "intraclass correlation needs at least 2 subjects (rows) and 2 raters (columns),"
            + " got 1 and 3",
        () -> IntraclassCorrelation.of(new double[][] {{1, 2, 3}}));
    assertRefused(
        "subject 0 has 2 ratings and subject 1 has 3;"
            + " leave out subjects that not all raters have rated",
        () -> IntraclassCorrelation.of(new double[][] {{1, 2}, {1, 2, 3}}));
  }

  @Test
  void blandAltmanInPercentRefusesAMeanOfZero() {
    BlandAltman percent = BlandAltman.percent(new double[] {11, 22}, new double[] {9, 18});
    assertEquals(20, percent.bias(), 1e-12);
    assertEquals(0, percent.sd(), 1e-12);
    assertRefused(
        "pair 1 (2.0, -2.0) has mean 0, a difference in percent of it is not defined;"
            + " leave the pair out or use BlandAltman.of",
        () -> BlandAltman.percent(new double[] {1, 2}, new double[] {1, -2}));
    double[] a = {1, 2, 3, 4.5};
    double[] b = {1.5, 2.5, 2.5, 4};
    BlandAltman agreement = BlandAltman.of(a, b);
    assertTrue(agreement.lowerLimitInterval(0.95).contains(agreement.lowerLimit()));
    assertTrue(agreement.upperLimitInterval(0.95).contains(agreement.upperLimit()));
  }

  @Test
  void mcNemarWithoutDiscordantCasesSaysNothing() {
    for (McNemar.Method method : McNemar.Method.values()) {
      assertEquals(1, McNemar.of(0, 0, method).p(), method.name());
    }
    boolean[] right = {true, true, false, true};
    McNemar test = McNemar.of(right, new boolean[] {true, false, false, true}, McNemar.Method.AUTO);
    assertEquals(1, test.firstOnly());
    assertEquals(0, test.secondOnly());
    assertEquals(1, test.p());
    McNemar many = McNemar.of(20, 40, McNemar.Method.AUTO);
    assertEquals(McNemar.Method.CHI_SQUARED_CONTINUITY, many.method());
    assertEquals(19.0 * 19 / 60, many.statistic(), 1e-15);
    assertRefused(
        "counts are 0 or more, got -1 and 2", () -> McNemar.of(-1, 2, McNemar.Method.AUTO));
    assertRefused(
        "both are judged on the same cases, got 4 and 1",
        () -> McNemar.of(right, new boolean[1], McNemar.Method.AUTO));
  }

  @Test
  void proportionsOfNoneAndAllStayWithinZeroAndOne() {
    for (Proportion.Method method : Proportion.Method.values()) {
      ConfidenceInterval none = new Proportion(0, 7).interval(method, 0.95);
      ConfidenceInterval all = new Proportion(7, 7).interval(method, 0.95);
      assertTrue(none.low() >= 0 && none.high() < 1, method.name());
      assertEquals(1 - none.high(), all.low(), 1e-9, method.name());
    }
    assertRefused(
        "a proportion has from 0 to n successes of n cases, n at least 1, got 3 of 2",
        () -> new Proportion(3, 2));
  }

  @Test
  void adjustedValuesKeepTheirOrderAndNeverFall() {
    double[] p = {0.2, 0.001, 1, 0.03, 0.03, 0};
    for (MultipleTesting method : MultipleTesting.values()) {
      double[] adjusted = method.adjust(p);
      for (int i = 0; i < p.length; i++) {
        assertTrue(adjusted[i] >= p[i] && adjusted[i] <= 1, method + " " + i);
        for (int j = 0; j < p.length; j++) {
          assertTrue(!(p[i] < p[j]) || adjusted[i] <= adjusted[j], method + " " + i + " " + j);
        }
      }
      assertEquals(0, method.adjust(new double[0]).length);
      assertArrayEquals(new double[] {0.3}, method.adjust(new double[] {0.3}), 1e-15);
    }
    assertRefused(
        "p[0] is NaN, expected 0 to 1; leave out tests that gave no p",
        () -> MultipleTesting.HOLM.adjust(new double[] {Double.NaN}));
  }

  @Test
  void groupsWithoutVariance() {
    assertEquals(0, GroupTest.anova(new double[] {1, 1}, new double[] {2, 2}).p());
    assertTrue(Double.isNaN(GroupTest.anova(new double[] {1, 1}, new double[] {1, 1}).p()));
    assertTrue(Double.isNaN(GroupTest.kruskalWallis(new double[] {1}, new double[] {1}).p()));
    // All tied: 0/0 whatever the numerator is rounded to.
    for (int n = 1; n < 60; n++) {
      double[] same = new double[n];
      Arrays.fill(same, 5);
      assertTrue(Double.isNaN(GroupTest.kruskalWallis(same, same).statistic()), n + " values");
      double[][] rows = new double[n + 1][3];
      assertTrue(Double.isNaN(GroupTest.friedman(rows).p()), n + 1 + " rows");
    }
    assertRefused(
        "groups are compared from 2 on, got 1; add a group",
        () -> GroupTest.anova(new double[] {1, 2}));
    // With two groups F is the square of Student's t.
    double[] a = {1, 2, 4, 7};
    double[] b = {3, 3, 9};
    double t = TTest.student(a, b, BOTH).statistic();
    assertEquals(t * t, GroupTest.anova(a, b).statistic(), 1e-12);
  }

  @Test
  void quantilesOfInfinitiesAreNotNaN() {
    double inf = Double.POSITIVE_INFINITY;
    assertEquals(inf, Descriptive.quantile(new double[] {1, inf, inf}, 0.8));
    assertEquals(inf, Descriptive.quantile(new double[] {1, 2, inf}, 0.95));
    assertEquals(2, Descriptive.quantile(new double[] {1, 2, inf}, 0.5));
    assertEquals(5, Descriptive.quantile(new double[] {5}, 0.3));
    assertTrue(Double.isNaN(Descriptive.of(new double[] {4}).sd()));
    assertTrue(Double.isNaN(Descriptive.of(new double[] {4, 4}).skewness()));
    assertRefused(
        "an empty sample has no quantiles; add cases",
        () -> Descriptive.quantile(new double[0], 0.5));
    assertRefused(
        "a quantile is asked for p from 0 to 1, got 95.0",
        () -> Descriptive.quantile(new double[] {1}, 95));
    assertRefused(
        "a sample with NaN has no quantiles; leave the case out",
        () -> Descriptive.quantile(new double[] {1, Double.NaN}, 0.5));
  }

  @Test
  void aCellOutsideAContingencyTableIsRefused() {
    ContingencyTable table = ContingencyTable.of(new long[][] {{1, 2, 3}, {4, 5, 6}});
    assertEquals(6 * 5 / 21.0, table.expected(0, 0), 1e-12);
    assertRefused(
        "the table has 2 rows and 3 columns, counted from 0; there is no row 2, column 0",
        () -> table.expected(2, 0));
  }
}
