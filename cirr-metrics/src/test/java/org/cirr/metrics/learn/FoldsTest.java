package org.cirr.metrics.learn;

import static org.cirr.metrics.numeric.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldsTest {
  private static void assertDivides(List<Folds.Fold> folds, int cases, String what) {
    int[] tested = new int[cases];
    for (Folds.Fold fold : folds) {
      Arrays.stream(fold.test()).forEach(i -> tested[i]++);
      int[] both =
          IntStream.concat(Arrays.stream(fold.test()), Arrays.stream(fold.train()))
              .sorted()
              .toArray();
      assertArrayEquals(IntStream.range(0, cases).toArray(), both, what);
    }
    assertTrue(Arrays.stream(tested).allMatch(count -> count == 1), what);
  }

  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34, 35})
  void everyCaseIsTestedOnceAndClassesAreEven(long seed) {
    Random random = new Random(seed);
    int n = 17 + random.nextInt(40);
    int[] labels = random.ints(n, 0, 3).toArray();
    int[] groups = random.ints(n, 0, 9).toArray();
    String what = "seed " + seed;
    for (int folds : new int[] {2, 3, 5}) {
      assertDivides(Folds.plain(n, folds), n, what);
      assertDivides(Folds.shuffled(n, folds, (int) seed), n, what);
      assertDivides(Folds.stratified(labels, folds), n, what);
      assertDivides(Folds.stratified(labels, folds, 4), n, what);
      for (Folds.Fold fold : Folds.stratified(labels, folds, (int) seed)) {
        for (int k = 0; k < 3; k++) {
          int label = k;
          double all = Arrays.stream(labels).filter(y -> y == label).count();
          double here = Arrays.stream(fold.test()).filter(i -> labels[i] == label).count();
          assertTrue(Math.abs(here - all / folds) < 1, what);
        }
      }
      for (List<Folds.Fold> grouped :
          List.of(Folds.grouped(groups, folds), Folds.stratifiedGrouped(labels, groups, folds))) {
        assertDivides(grouped, n, what);
        for (Folds.Fold fold : grouped) {
          int[] trained = Rows.at(groups, fold.train());
          for (int group : Rows.at(groups, fold.test())) {
            assertTrue(Arrays.stream(trained).noneMatch(other -> other == group), what);
          }
        }
      }
    }
  }

  @Test
  void impossibleFoldsAreRefused() {
    assertRefused("folds are from 2 to the number of cases (3), got 4", () -> Folds.plain(3, 4));
    assertRefused("folds are from 2 to the number of cases (3), got 1", () -> Folds.plain(3, 1));
    assertRefused(
        "folds are from 2 to the number of cases of the most frequent class (2), got 3",
        () -> Folds.stratified(new int[] {1, 1, 2}, 3));
    assertRefused(
        "folds are from 2 to the number of groups (1), got 2",
        () -> Folds.grouped(new int[] {5, 5, 5}, 2));
    assertRefused(
        "every case has a label and a group, got 2 and 3",
        () -> Folds.stratifiedGrouped(new int[2], new int[3], 2));
    assertRefused("a seed is from 0 to 2147483647, got -9", () -> Folds.shuffled(9, 3, -9));
  }

  @Test
  void crossValidationPredictsEveryCaseByAnotherFoldsClassifier() {
    double[][] rows = {{0}, {1}, {2}, {10}, {11}, {12}};
    int[] labels = {3, 3, 3, 8, 8, 8};
    NearestNeighbours nearest = NearestNeighbours.defaults().withNeighbours(1);
    CrossValidation found = CrossValidation.of(nearest, rows, labels, Folds.stratified(labels, 3));
    assertArrayEquals(labels, found.predicted());
    assertArrayEquals(new int[] {3, 8}, found.classes());
    assertArrayEquals(new int[] {0, 1, 2, 0, 1, 2}, found.folds());
    // Blocks leave the training cases with one class: the other one then has score 0.
    CrossValidation blocks = CrossValidation.of(nearest, rows, labels, Folds.plain(6, 2));
    assertArrayEquals(new int[] {8, 8, 8, 3, 3, 3}, blocks.predicted());
    assertArrayEquals(new double[] {0, 1}, blocks.scores()[0]);
    assertRefused(
        "case 3 is tested in no fold; make the folds of the same cases",
        () -> CrossValidation.of(nearest, rows, labels, Folds.plain(3, 3)));
    assertRefused(
        "fold 0 names case 6, but there are 6 cases, counted from 0; make the folds of the same"
            + " cases",
        () -> CrossValidation.of(nearest, rows, labels, Folds.plain(9, 3)));
    assertRefused(
        "folds are from 2 to the number of cases (2147483647), got -1",
        () -> Folds.plain(Integer.MAX_VALUE, -1));
  }

  @Test
  void theChoiceOfFeaturesSeesTrainingCasesOnly() {
    // Among 200 columns of noise some fit the labels by chance; chosen on all cases they would
    // still "predict" the test cases, chosen within the folds they cannot.
    Random random = new Random(77);
    int[] labels = new int[30];
    Arrays.setAll(labels, i -> i % 2);
    double[][] rows = new double[30][200];
    for (double[] row : rows) {
      Arrays.setAll(row, j -> random.nextGaussian());
    }
    Selector best = new Selector.Best(Selector.Score.ANOVA_F, 5);
    Pipeline inside = new Pipeline(List.of(best), true, GaussianNaiveBayes.defaults());
    List<Folds.Fold> folds = Folds.stratified(labels, 5, 1);
    double honest = accuracy(CrossValidation.of(inside, rows, labels, folds), labels);
    double[][] leaked = PipelineModel.columns(rows, best.select(rows, labels));
    double dishonest =
        accuracy(CrossValidation.of(GaussianNaiveBayes.defaults(), leaked, labels, folds), labels);
    assertTrue(honest < 0.7 && dishonest > 0.8, honest + " " + dishonest);
  }

  private static double accuracy(CrossValidation found, int[] labels) {
    return IntStream.range(0, labels.length).filter(i -> found.predicted()[i] == labels[i]).count()
        / (double) labels.length;
  }

  @Test
  void importanceOfOneCaseIsZero() {
    Classifier classifier =
        DecisionTree.defaults().fit(new double[][] {{1}, {2}}, new int[] {0, 1});
    Importance one = Importance.permutation(classifier, new double[][] {{1}}, new int[] {0}, 3, 0);
    assertEquals(0, one.means()[0]);
    assertRefused(
        "repeats must be 1 or more, got 0",
        () -> Importance.permutation(classifier, new double[][] {{1}}, new int[] {0}, 0, 0));
  }
}
