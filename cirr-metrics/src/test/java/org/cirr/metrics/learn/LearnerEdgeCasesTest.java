package org.cirr.metrics.learn;

import static org.cirr.metrics.numeric.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** NaN, one class, one case, constant features, ties; and properties of every learner. */
class LearnerEdgeCasesTest {
  static List<Learner> learners() {
    return List.of(
        DecisionTree.defaults(),
        RandomForest.defaults().withTrees(7),
        new NearestNeighbours(1, NearestNeighbours.Weights.DISTANCE),
        SupportVectors.defaults(),
        GaussianNaiveBayes.defaults(),
        LogisticRegression.defaults(),
        GradientBoosting.defaults().withStages(5),
        new Calibrated(SupportVectors.defaults(), 2),
        new Pipeline(
            List.of(new Selector.Variance(0), new Selector.Best(Selector.Score.ANOVA_F, 2)),
            true,
            NearestNeighbours.defaults().withNeighbours(3)));
  }

  /** Two blobs and a class between them; labels that are no places. */
  private static double[][] rows(long seed, int[] labels) {
    Random random = new Random(seed);
    double[][] rows = new double[labels.length][5];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < 5; j++) {
        rows[i][j] = j == 3 ? 2 : random.nextGaussian() + (j == 1 ? labels[i] / 10.0 : 0);
      }
    }
    return rows;
  }

  private static int[] labels(int n) {
    int[] labels = new int[n];
    Arrays.setAll(labels, i -> i % 3 * 30 - 20);
    return labels;
  }

  @ParameterizedTest
  @MethodSource("learners")
  void theSameSettingsGiveTheSameClassifier(Learner learner) {
    int[] labels = labels(33);
    double[][] rows = rows(1, labels);
    Classifier a = learner.fit(rows, labels);
    Classifier b = learner.fit(rows, labels);
    assertEquals(ClassifierFile.text(a), ClassifierFile.text(b));
    assertArrayEquals(new int[] {-20, 10, 40}, a.classes());
    assertEquals(5, a.features());
  }

  @ParameterizedTest
  @MethodSource("learners")
  void probabilitiesAddToOneAndTheLargestWins(Learner learner) {
    int[] labels = labels(33);
    double[][] rows = rows(2, labels);
    Classifier classifier = learner.fit(rows, labels);
    double[][] others = rows(3, labels);
    int[] predicted = classifier.predict(others);
    double[][] scores = classifier.scores(others);
    for (int i = 0; i < others.length; i++) {
      if (classifier.probabilistic()) {
        assertEquals(1, Arrays.stream(scores[i]).sum(), 1e-12, learner.toString());
      }
      double own = scores[i][Arrays.binarySearch(classifier.classes(), predicted[i])];
      assertEquals(Arrays.stream(scores[i]).max().getAsDouble(), own, learner.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("learners")
  void trainingDataAreNotKeptByReference(Learner learner) {
    int[] labels = labels(33);
    double[][] rows = rows(4, labels);
    Classifier classifier = learner.fit(rows, labels);
    String before = ClassifierFile.text(classifier);
    for (double[] row : rows) {
      Arrays.fill(row, 1e9);
    }
    Arrays.fill(labels, 77);
    classifier.classes()[0] = 5;
    assertEquals(before, ClassifierFile.text(classifier));
  }

  @ParameterizedTest
  @MethodSource("learners")
  void badTablesAreRefused(Learner learner) {
    int[] labels = labels(6);
    double[][] rows = rows(5, labels);
    assertRefused(
        "learning needs at least one case and one feature, got 0 cases",
        () -> learner.fit(new double[0][], new int[0]));
    assertRefused(
        "learning needs at least one case and one feature, got 6 cases of 0 features",
        () -> learner.fit(new double[6][0], labels));
    assertRefused(
        "every case has one label, got 6 cases and 5 labels", () -> learner.fit(rows, new int[5]));
    double[][] ragged = rows.clone();
    ragged[4] = new double[3];
    assertRefused(
        "case 0 has 5 features and case 4 has 3; give every case the same features",
        () -> learner.fit(ragged, labels));
    Classifier classifier = learner.fit(rows, labels);
    assertRefused(
        "the row has 2 features, the classifier was trained on 5;"
            + " give the same features in the same order",
        () -> classifier.scores(new double[2]));
    rows[2][1] = Double.NaN;
    assertRefused(
        "feature 1 of case 2 is NaN, expected a finite number;"
            + " impute it or leave the case out",
        () -> learner.fit(rows, labels));
    assertRefused(
        "feature 1 is NaN, expected a finite number; impute it or leave the case out",
        () -> classifier.predict(rows[2]));
  }

  @Test
  void learnersOfOneClassPredictItOrSayThatTheyCannot() {
    double[][] rows = {{1, 2}, {3, 4}};
    int[] labels = {6, 6};
    for (Learner learner :
        List.of(
            DecisionTree.defaults(),
            RandomForest.defaults(),
            new NearestNeighbours(2, NearestNeighbours.Weights.UNIFORM),
            GaussianNaiveBayes.defaults())) {
      Classifier classifier = learner.fit(rows, labels);
      assertEquals(6, classifier.predict(new double[] {-9, 9}), learner.toString());
      assertArrayEquals(new double[] {1}, classifier.scores(new double[2]), learner.toString());
    }
    String rest = " needs at least 2 classes, all cases are of class 6; add cases of another class";
    assertRefused(
        "logistic regression" + rest, () -> LogisticRegression.defaults().fit(rows, labels));
    assertRefused(
        "a support-vector classifier" + rest, () -> SupportVectors.defaults().fit(rows, labels));
    assertRefused("gradient boosting" + rest, () -> GradientBoosting.defaults().fit(rows, labels));
  }

  @Test
  void oneCaseIsEnoughForLearnersOfOneClass() {
    double[][] one = {{3, 4, 5}};
    int[] label = {2};
    assertEquals(2, DecisionTree.defaults().fit(one, label).predict(new double[3]));
    assertEquals(2, RandomForest.defaults().fit(one, label).predict(new double[3]));
    assertEquals(2, GaussianNaiveBayes.defaults().fit(one, label).predict(new double[3]));
    assertRefused(
        "5 neighbours are looked for among only 1 cases;"
            + " add cases or lower the number of neighbours",
        () -> NearestNeighbours.defaults().fit(one, label));
  }

  @Test
  void constantFeaturesDecideNothing() {
    double[][] constant = {{1, 1}, {1, 1}, {1, 1}, {1, 1}, {1, 1}};
    int[] labels = {0, 1, 1, 1, 0};
    double[] row = {1, 1};
    assertEquals(1, DecisionTree.defaults().fit(constant, labels).nodes());
    assertArrayEquals(new double[2], DecisionTree.defaults().fit(constant, labels).importances());
    assertArrayEquals(new double[2], RandomForest.defaults().fit(constant, labels).importances());
    for (Learner learner :
        List.of(
            DecisionTree.defaults(),
            NearestNeighbours.defaults(),
            GaussianNaiveBayes.defaults(),
            LogisticRegression.defaults().withTolerance(1e-9, 1000),
            GradientBoosting.defaults())) {
      double[] scores = learner.fit(constant, labels).scores(row);
      assertEquals(0.6, scores[1], 1e-6, learner.toString());
    }
    SupportVectorsModel support = SupportVectors.defaults().fit(constant, labels);
    assertEquals(1, support.gamma());
    assertTrue(Double.isFinite(support.scores(row)[0]));
    Standardizer standardizer = Standardizer.fit(constant);
    assertArrayEquals(new double[] {1, 1}, standardizer.scales());
    assertArrayEquals(new double[2], standardizer.apply(row));
  }

  @Test
  void equalDistancesGoToTheFirstCases() {
    double[][] rows = {{1}, {-1}, {1}, {-1}};
    int[] labels = {5, 5, 7, 7};
    NearestNeighbours two = new NearestNeighbours(2, NearestNeighbours.Weights.UNIFORM);
    assertArrayEquals(new double[] {1, 0}, two.fit(rows, labels).scores(new double[] {0}));
    NearestNeighbours four = new NearestNeighbours(4, NearestNeighbours.Weights.UNIFORM);
    assertEquals(5, four.fit(rows, labels).predict(new double[] {0}));
    NearestNeighbours exact = new NearestNeighbours(3, NearestNeighbours.Weights.DISTANCE);
    double[] scores = exact.fit(rows, labels).scores(new double[] {1});
    assertArrayEquals(new double[] {0.5, 0.5}, scores); // two at no distance outvote the third
    double[] far = exact.fit(rows, labels).scores(new double[] {1e200});
    assertEquals(1, Arrays.stream(far).sum(), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23})
  void everySplitOfATreeIsTheBestThereIs(long seed) {
    int[] labels = labels(33);
    double[][] rows = rows(seed, labels);
    for (double[] row : rows) {
      row[0] = Math.rint(row[0]); // ties
    }
    DecisionTreeModel tree = DecisionTree.defaults().withSeed((int) seed).fit(rows, labels);
    assertArrayEquals(labels, tree.predict(rows), "seed " + seed);
    TreeNodes nodes = tree.tree();
    int[] root = new int[33];
    Arrays.setAll(root, i -> i);
    check(nodes, 0, root, rows, labels, "seed " + seed);
  }

  private static void check(
      TreeNodes nodes, int node, int[] cases, double[][] rows, int[] labels, String what) {
    if (nodes.feature(node) == TreeNodes.LEAF) {
      return;
    }
    double best = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < rows[0].length; j++) {
      for (int i : cases) {
        best = Math.max(best, gain(cases, rows, labels, j, (float) rows[i][j]));
      }
    }
    int feature = nodes.feature(node);
    double threshold = nodes.threshold(node);
    assertEquals(best, gain(cases, rows, labels, feature, threshold), 1e-9, what + " node " + node);
    int[] left = Arrays.stream(cases).filter(i -> (float) rows[i][feature] <= threshold).toArray();
    int[] right = Arrays.stream(cases).filter(i -> (float) rows[i][feature] > threshold).toArray();
    check(nodes, nodes.left(node), left, rows, labels, what);
    check(nodes, nodes.right(node), right, rows, labels, what);
  }

  /** Minus the summed impurity of both sides; none when a side is empty. */
  private static double gain(
      int[] cases, double[][] rows, int[] labels, int feature, double threshold) {
    int[] left =
        Arrays.stream(cases)
            .filter(i -> (float) rows[i][feature] <= threshold)
            .map(i -> labels[i])
            .toArray();
    int[] right =
        Arrays.stream(cases)
            .filter(i -> (float) rows[i][feature] > threshold)
            .map(i -> labels[i])
            .toArray();
    return left.length == 0 || right.length == 0
        ? Double.NEGATIVE_INFINITY
        : -gini(left) - gini(right);
  }

  private static double gini(int[] labels) {
    double squares = 0;
    for (int label : Arrays.stream(labels).distinct().toArray()) {
      double count = Arrays.stream(labels).filter(other -> other == label).count();
      squares += count * count;
    }
    return labels.length - squares / labels.length;
  }

  @Test
  void valuesBeyondFloatAreRefusedByTrees() {
    assertRefused(
        "feature 0 is 1.0E39, too large for the float32 that trees work in (3.4e38); rescale it",
        () -> DecisionTree.defaults().fit(new double[][] {{1e39}}, new int[1]));
  }

  @Test
  void senselessSettingsAreRefused() {
    assertRefused(
        "neighbours must be 1 or more, got 0; 5 is usual",
        () -> new NearestNeighbours(0, NearestNeighbours.Weights.UNIFORM));
    assertRefused(
        "trees must be from 1 to 1000000, got 0", () -> RandomForest.defaults().withTrees(0));
    assertRefused(
        "a tree has a depth of 1 or more, splits 2 cases or more, leaves 1 or more and looks at 0"
            + " (all) features or more, got 0, 2, 1 and 0",
        () -> DecisionTree.defaults().withMaximumDepth(0));
    assertRefused(
        "a seed is from 0 to 2147483647, got -4", () -> DecisionTree.defaults().withSeed(-4));
    assertRefused(
        "boosting has 1 to 1000000 stages, a rate above 0 and a depth of 1 or more, got 5, NaN and"
            + " 3",
        () -> new GradientBoosting(5, Double.NaN, 3, 0));
    assertRefused(
        "logistic regression has a penalty above 0, a tolerance of 0 or more and 1 iteration or"
            + " more, got 0.0, 1.0E-4 and 100",
        () -> LogisticRegression.defaults().withPenalty(0));
    assertRefused(
        "support vectors have a penalty above 0, a gamma of 0 ('scale') or more and a tolerance"
            + " above 0, got -1.0, 0.0 and 0.001",
        () -> new SupportVectors(SupportVectors.Kernel.RBF, -1, 0, 1e-3));
    assertRefused(
        "smoothing is a share of a variance, 0 or more, got NaN; 1e-9 is usual",
        () -> new GaussianNaiveBayes(Double.NaN));
  }

  @Test
  void separableClassesAreSeparatedByEveryLearner() {
    int[] labels = labels(33);
    double[][] rows = rows(8, labels);
    for (int i = 0; i < 33; i++) {
      rows[i][1] = labels[i];
    }
    for (Learner learner : learners()) {
      Classifier classifier = Pipeline.standardised(learner).fit(rows, labels);
      int[] predicted = classifier.predict(rows);
      long right = 0;
      for (int i = 0; i < 33; i++) {
        right += predicted[i] == labels[i] ? 1 : 0;
      }
      assertTrue(right >= 32, learner + ": " + right);
    }
    assertFalse(SupportVectors.defaults().fit(rows, labels).probabilistic());
  }
}
