package org.cirr.metrics.statistics;

import static org.cirr.metrics.numeric.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.cirr.metrics.classification.RocCurve;
import org.cirr.metrics.statistics.Bootstrap.Method;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static final double[] VALUES = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5};
  private static final Bootstrap FEW = Bootstrap.defaults().withResamples(400);

  private static double mean(double[] values) {
    return Arrays.stream(values).average().getAsDouble();
  }

  @Test
  void aSeedGivesTheSameIntervalAndAnotherSeedAnother() {
    for (Method method : Method.values()) {
      Bootstrap settings = FEW.withMethod(method).withSeed(5);
      Bootstrap.Estimate first = settings.of(VALUES, BootstrapTest::mean);
      assertEquals(first, settings.of(VALUES, BootstrapTest::mean));
      assertNotEquals(first, settings.withSeed(6).of(VALUES, BootstrapTest::mean));
      assertTrue(first.interval().contains(first.value()), method.name());
    }
  }

  @Test
  void constantSamplesAndSingleCasesHaveNoWidth() {
    for (Method method : Method.values()) {
      Bootstrap.Estimate constant =
          FEW.withMethod(method).of(new double[] {2, 2, 2}, BootstrapTest::mean);
      assertEquals(new ConfidenceInterval(2, 2, 0.95), constant.interval(), method.name());
      Bootstrap.Estimate single = FEW.withMethod(method).of(new double[] {7}, BootstrapTest::mean);
      assertEquals(new ConfidenceInterval(7, 7, 0.95), single.interval(), method.name());
    }
  }

  @Test
  void clustersAreDrawnWhole() {
    int[] patients = {4, 4, 4, 9, 9, 2};
    FEW.clustered(
        patients,
        cases -> {
          int[] counts = new int[6];
          Arrays.stream(cases).forEach(i -> counts[i]++);
          assertEquals(counts[0], counts[1]);
          assertEquals(counts[0], counts[2]);
          assertEquals(counts[3], counts[4]);
          assertEquals(3, counts[0] + counts[3] + counts[5]); // as many patients as there are
          return cases.length;
        });
  }

  @Test
  void strataKeepTheirSizes() {
    int[] classes = {1, 0, 0, 1, 0, 0, 0};
    FEW.stratified(
        classes,
        cases -> {
          assertEquals(7, cases.length);
          assertEquals(2, Arrays.stream(cases).filter(i -> classes[i] == 1).count());
          return Arrays.stream(cases).sum();
        });
  }

  @Test
  void resamplesOfOneClassAreDrawnAgainAndCounted() {
    boolean[] positive = {true, false, false, true, false};
    double[] scores = {0.9, 0.2, 0.4, 0.3, 0.1};
    Bootstrap.Estimate area =
        FEW.cases(
            5,
            cases -> {
              boolean[] drawn = new boolean[5];
              IntStream.range(0, 5).forEach(i -> drawn[i] = positive[cases[i]]);
              return RocCurve.of(Arrays.stream(cases).mapToDouble(i -> scores[i]).toArray(), drawn)
                  .area();
            });
    assertTrue(area.redrawn() > 0);
    assertTrue(area.interval().low() >= 0 && area.interval().high() <= 1);
  }

  @Test
  void whatCannotBeResampledIsRefused() {
    assertRefused(
        "a bootstrap needs 2 resamples or more, got 1; 2000 are usual", () -> FEW.withResamples(1));
    assertRefused("a seed is from 0 to 2147483647, got -1", () -> FEW.withSeed(-1));
    assertRefused("there are no cases to draw from; add cases", () -> FEW.cases(0, cases -> 1));
    assertRefused("a bootstrap needs cases, got -3 of them", () -> FEW.cases(-3, cases -> 1));
    assertRefused(
        "a bootstrap takes up to 10000000 resamples, got 2147483647; 2000 are usual",
        () -> FEW.withResamples(Integer.MAX_VALUE));
    assertRefused(
        "the statistic of all 3 cases is NaN; it has no interval",
        () -> FEW.cases(3, cases -> Double.NaN));
    assertRefused(
        "the statistic is NaN for 4001 of 4001 resamples;"
            + " draw within strata (Bootstrap.stratified) or add cases",
        () -> FEW.cases(3, onlyWhole(3)));
    assertRefused(
        "BCa needs the statistic without each case, it is NaN without unit 0;"
            + " use Method.PERCENTILE",
        () ->
            FEW.withMethod(Method.BCA).cases(3, cases -> cases.length < 3 ? Double.NaN : cases[0]));
  }

  /** A number for the cases in their own order only. */
  private static ToDoubleFunction<int[]> onlyWhole(int n) {
    boolean[] asked = {false};
    return cases -> {
      double value = asked[0] ? Double.NaN : n;
      asked[0] = true;
      return value;
    };
  }
}
