package org.cirr.metrics.learn;

import static org.cirr.metrics.numeric.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SelectorTest {
  private static final int[] LABELS = {0, 0, 0, 1, 1, 1};

  /** Columns: constant, the label, noise, the label with noise, minus twice the label. */
  private static final double[][] ROWS = {
    {4, 0, 3, 0.1, 0},
    {4, 0, 1, 0.2, 0},
    {4, 0, 2, 0.0, 0},
    {4, 1, 1, 0.9, -2},
    {4, 1, 3, 1.1, -2},
    {4, 1, 2, 1.3, -2}
  };

  @Test
  void constantFeaturesHaveNoVariance() {
    int[] left = new Selector.Variance(0).select(ROWS, LABELS);
    assertArrayEquals(new int[] {1, 2, 3, 4}, left);
    assertArrayEquals(new int[] {2, 4}, new Selector.Variance(0.5).select(ROWS, LABELS));
    assertRefused(
        "no feature has a variance above 100.0;"
            + " lower the threshold or leave the selection out",
        () -> new Selector.Variance(100).select(ROWS, LABELS));
  }

  @Test
  void scoresPutConstantFeaturesLastAndPerfectOnesFirst() {
    double[] f = FeatureScores.anovaF(ROWS, LABELS);
    assertTrue(Double.isNaN(f[0]));
    assertEquals(Double.POSITIVE_INFINITY, f[1]);
    assertEquals(0, f[2], 1e-12);
    assertEquals(0, FeatureScores.anovaP(ROWS, LABELS)[1]);
    Selector two = new Selector.Best(Selector.Score.ANOVA_F, 2);
    assertArrayEquals(new int[] {1, 4}, two.select(ROWS, LABELS));
    Selector more = new Selector.Best(Selector.Score.ANOVA_F, 99);
    assertArrayEquals(new int[] {0, 1, 2, 3, 4}, more.select(ROWS, LABELS));
    Selector information = new Selector.Best(Selector.Score.MUTUAL_INFORMATION, 3);
    assertArrayEquals(new int[] {1, 3, 4}, information.select(ROWS, LABELS));
  }

  @Test
  void informationOfConstantFeaturesAndSingleCasesIsZero() {
    assertEquals(0, FeatureScores.mutualInformation(ROWS, LABELS, 3)[0]);
    double[][] rows = {{1}, {2}, {3}};
    assertArrayEquals(new double[1], FeatureScores.mutualInformation(rows, new int[] {1, 2, 3}, 3));
    assertArrayEquals(new double[1], FeatureScores.mutualInformation(rows, new int[] {1, 1, 1}, 3));
    assertRefused(
        "neighbours must be 1 or more, got 0",
        () -> FeatureScores.mutualInformation(ROWS, LABELS, 0));
  }

  @Test
  void oneOfCorrelatedFeaturesIsKept() {
    int[] left = new Selector.Uncorrelated(0.9).select(ROWS, LABELS);
    assertArrayEquals(new int[] {0, 1, 2}, left);
    assertArrayEquals(new int[] {0, 1, 2, 3, 4}, new Selector.Uncorrelated(1).select(ROWS, LABELS));
    assertRefused(
        "a correlation is from 0 to 1, got 2.0; 0.9 is usual", () -> new Selector.Uncorrelated(2));
  }

  @Test
  void theLassoFindsTheFeaturesThatCount() {
    Random random = new Random(5);
    double[][] rows = new double[60][12];
    int[] labels = new int[60];
    for (int i = 0; i < 60; i++) {
      for (int j = 0; j < 12; j++) {
        rows[i][j] = random.nextGaussian() * (j + 1);
      }
      labels[i] = rows[i][3] / 4 - rows[i][7] / 8 > 0 ? 1 : 0;
    }
    assertArrayEquals(
        new int[] {3, 7}, new Selector.LassoNonzero(0.12).select(rows, labels), "seed 5");
    int[] chosen = new Selector.LassoNonzero(0).select(rows, labels);
    assertTrue(chosen.length >= 2 && chosen.length < 12, chosen.length + " features, seed 5");
    assertRefused(
        "no feature has a weight at alpha 50.0;"
            + " lower the threshold or leave the selection out",
        () -> new Selector.LassoNonzero(50).select(rows, labels));
    assertRefused(
        "a lasso has an alpha and a tolerance above 0 and 1 iteration or more,"
            + " got 0.0, 1.0E-4 and 1000",
        () -> Lasso.defaults().withAlpha(0));
    assertRefused(
        "every case has one target, got 60 cases and 2 targets",
        () -> Lasso.defaults().fit(rows, new double[2]));
    Lasso.Fit flat = Lasso.defaults().withAlpha(0.1).fit(rows, new double[60]);
    assertArrayEquals(new double[12], flat.weights());
  }

  @Test
  void pipelinesKeepTrackOfColumns() {
    Pipeline pipeline =
        new Pipeline(
            List.of(new Selector.Variance(0), new Selector.Best(Selector.Score.ANOVA_F, 3)),
            true,
            LogisticRegression.defaults());
    PipelineModel model = pipeline.fit(ROWS, LABELS);
    assertArrayEquals(new int[] {1, 3, 4}, model.chosen());
    assertEquals(5, model.features());
    assertEquals(3, model.classifier().features());
    assertArrayEquals(LABELS, model.predict(ROWS));
  }
}
