package org.cirr.metrics.learn;

import static org.cirr.metrics.numeric.Golden.assertAllClose;
import static org.cirr.metrics.numeric.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.cirr.metrics.classification.MulticlassRoc;
import org.cirr.metrics.classification.ProbabilityScores;
import org.cirr.metrics.classification.RocCurve;
import org.cirr.metrics.numeric.Golden;
import org.cirr.parallel.Workers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** scikit-learn's numbers of oracle.json: other data and labels, other seeds, other settings. */
class LearnerOracleTest {
  private static final double EXACT = 1e-10;

  private Golden golden;
  private double[][] train;
  private double[][] test;
  private double[][] trainStandard;
  private double[][] testStandard;
  private int[] labels;
  private int[] testLabels;

  @BeforeEach
  void read() throws IOException {
    golden = Golden.oracle("learners");
    train = golden.table("x_train");
    test = golden.table("x_test");
    labels = golden.wholes("y_train");
    testLabels = golden.wholes("y_test");
    Standardizer standardizer = Standardizer.fit(train);
    trainStandard = standardizer.apply(train);
    testStandard = standardizer.apply(test);
  }

  private static void assertTable(
      double[][] expected, double[][] actual, double tolerance, String what) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      assertAllClose(expected[i], actual[i], tolerance, what + "[" + i + "]");
    }
  }

  private int[] only(int label) {
    return Arrays.stream(labels).map(y -> y == label ? 1 : 0).toArray();
  }

  @Test
  void treesOfAnySeedAreScikitLearns() {
    for (Golden expected : golden.all("tree")) {
      int seed = (int) expected.number("seed");
      DecisionTreeModel tree = DecisionTree.defaults().withSeed(seed).fit(train, labels);
      String what = "seed " + seed;
      assertEquals(expected.number("nodes"), tree.nodes(), what);
      assertEquals(expected.number("depth"), tree.depth(), what);
      int[] features = expected.wholes("feature");
      double[] thresholds = expected.numbers("threshold");
      for (int node = 0; node < features.length; node++) {
        if (features[node] >= 0) {
          assertEquals(features[node], tree.tree().feature(node), what);
          assertEquals(thresholds[node], tree.tree().threshold(node), 0, what);
        }
      }
      assertArrayEquals(expected.wholes("predicted"), tree.predict(test), what);
      assertAllClose(expected.numbers("importances"), tree.importances(), EXACT, what);
    }
  }

  @Test
  void theOutOfBagScoreIsScikitLearnsWhateverTheThreads() {
    Golden expected = golden.at("out_of_bag");
    RandomForest settings = RandomForest.defaults().withSeed(2).withTrees(50);
    RandomForestModel forest = settings.fit(train, labels, Workers.of(3));
    assertEquals(ClassifierFile.text(settings.fit(train, labels)), ClassifierFile.text(forest));
    RandomForest.OutOfBag found = settings.outOfBag(forest, train, labels);
    assertTable(expected.table("scores"), found.scores(), EXACT, "out of bag");
    assertClose(expected.number("accuracy"), found.accuracy(), EXACT, "accuracy");
    assertEquals(train.length, found.judged());
  }

  @Test
  void plattScalingIsScikitLearns() {
    Learner learner = Calibrated.of(new SupportVectors(SupportVectors.Kernel.RBF, 1, 0, 1e-9));
    CalibratedModel several = (CalibratedModel) learner.fit(trainStandard, labels);
    check(golden.at("platt"), several);
    CalibratedModel two = (CalibratedModel) learner.fit(trainStandard, only(9));
    check(golden.at("platt_binary"), two);
  }

  /** scikit-learn stops its L-BFGS early: sigmoids agree to 1e-3, probabilities to 1e-4. */
  private void check(Golden expected, CalibratedModel found) {
    double[] a = found.sigmoids().stream().mapToDouble(PlattScaling::a).toArray();
    double[] b = found.sigmoids().stream().mapToDouble(PlattScaling::b).toArray();
    assertAllClose(expected.numbers("a"), a, 1e-3, "a");
    assertAllClose(expected.numbers("b"), b, 1e-3, "b");
    assertTable(expected.table("proba"), found.scores(testStandard), 1e-4, "probabilities");
  }

  @Test
  void treesWithLimitsAreScikitLearns() {
    DecisionTreeModel tree = new DecisionTree(Integer.MAX_VALUE, 9, 4, 2, 3).fit(train, labels);
    double[][] expected = golden.at("tree_limits").table("min_leaf_4_split_9");
    assertTable(expected, tree.scores(test), EXACT, "limits");
  }

  @Test
  void forestsOfAnySeedAreScikitLearns() {
    for (Golden expected : golden.all("forest")) {
      RandomForest settings =
          RandomForest.defaults()
              .withSeed((int) expected.number("seed"))
              .withTrees((int) expected.number("trees"));
      RandomForestModel forest = settings.fit(train, labels);
      assertTable(expected.table("proba"), forest.scores(test), EXACT, settings.toString());
      assertAllClose(expected.numbers("importances"), forest.importances(), EXACT, "importances");
    }
  }

  @Test
  void boostingOfAnySeedIsScikitLearns() {
    GradientBoostingModel model = new GradientBoosting(40, 0.1, 3, 4).fit(train, labels);
    Golden expected = golden.at("boosting");
    assertTable(expected.table("proba"), model.scores(test), EXACT, "boosting");
    assertAllClose(expected.numbers("importances"), model.importances(), EXACT, "importances");
    double[][] binary = new GradientBoosting(25, 0.3, 2, 1).fit(train, only(5)).scores(test);
    double[] second = Arrays.stream(binary).mapToDouble(p -> p[1]).toArray();
    assertAllClose(golden.at("boosting_binary").numbers("proba"), second, EXACT, "binary");
  }

  @Test
  void supportVectorsAreLibsvms() {
    SupportVectorsModel model = SupportVectors.defaults().fit(trainStandard, labels);
    Golden expected = golden.at("svc");
    assertTable(expected.table("decision"), model.scores(testStandard), 1e-3, "decision");
    assertArrayEquals(expected.wholes("predicted"), model.predict(testStandard));
    assertArrayEquals(expected.wholes("support"), model.support());
    SupportVectorsModel binary =
        new SupportVectors(SupportVectors.Kernel.RBF, 5, 0.05, 1e-3).fit(trainStandard, only(9));
    double[] found =
        Arrays.stream(binary.scores(testStandard)).mapToDouble(scores -> scores[1]).toArray();
    assertAllClose(golden.at("svc_binary").numbers("decision"), found, 1e-3, "binary");
  }

  @Test
  void theOthersAreScikitLearns() {
    LogisticRegressionModel logistic =
        LogisticRegression.defaults()
            .withPenalty(0.5)
            .withTolerance(1e-10, 10_000)
            .fit(trainStandard, labels);
    assertTable(golden.at("logistic").table("coef"), logistic.weights(), 1e-6, "coef");
    double[][] bayes = GaussianNaiveBayes.defaults().fit(train, labels).scores(test);
    assertTable(golden.table("bayes"), bayes, EXACT, "bayes");
    NearestNeighbours weighted = new NearestNeighbours(7, NearestNeighbours.Weights.DISTANCE);
    double[][] neighbours = weighted.fit(trainStandard, labels).scores(testStandard);
    assertTable(golden.table("neighbours"), neighbours, EXACT, "neighbours");
  }

  @Test
  void selectionScoresAreScikitLearns() {
    double[][] anova = golden.table("anova");
    assertAllClose(anova[0], FeatureScores.anovaF(train, labels), EXACT, "F");
    assertAllClose(anova[1], FeatureScores.anovaP(train, labels), EXACT, "p");
    // Moved a little, so that no two distances are equal: scikit-learn adds noise against that.
    double[][] untied = new double[train.length][train[0].length];
    for (int i = 0; i < untied.length; i++) {
      for (int j = 0; j < untied[i].length; j++) {
        untied[i][j] = train[i][j] + 1e-4 * Math.sin(7 * i + j);
      }
    }
    double[] information = FeatureScores.mutualInformation(untied, labels, 3);
    assertAllClose(golden.numbers("mutual_information"), information, EXACT, "information");
  }

  @Test
  void theLassoIsScikitLearns() {
    double[] targets = Arrays.stream(labels).asDoubleStream().toArray();
    Lasso tight = Lasso.defaults().withTolerance(1e-10, 100_000);
    Lasso.Fit fit = tight.withAlpha(0.05).fit(trainStandard, targets);
    assertAllClose(golden.at("lasso").numbers("coef"), fit.weights(), 1e-7, "coef");
    assertClose(golden.at("lasso").number("intercept"), fit.intercept(), 1e-7, "intercept");
    double alpha = tight.chooseAlpha(trainStandard, targets, 5);
    assertClose(golden.at("lasso_cv").number("alpha"), alpha, EXACT, "alpha");
    double[] weights = tight.withAlpha(alpha).fit(trainStandard, targets).weights();
    assertAllClose(golden.at("lasso_cv").numbers("coef"), weights, 1e-7, "weights");
  }

  @Test
  void permutationImportanceIsScikitLearns() {
    Classifier neighbours = NearestNeighbours.defaults().fit(trainStandard, labels);
    Importance found = Importance.permutation(neighbours, testStandard, testLabels, 5, 6);
    Golden expected = golden.at("permutation");
    assertAllClose(expected.numbers("mean"), found.means(), EXACT, "mean");
    assertAllClose(expected.numbers("sd"), found.deviations(), EXACT, "sd");
  }

  private void check(String key, List<Folds.Fold> folds) {
    double[][] expected = golden.table(key);
    assertEquals(expected.length, folds.size(), key);
    for (int f = 0; f < expected.length; f++) {
      int[] test = Arrays.stream(expected[f]).mapToInt(v -> (int) v).toArray();
      assertArrayEquals(test, folds.get(f).test(), key + " " + f);
    }
  }

  @Test
  void foldsAreScikitLearns() {
    int[] groups = golden.wholes("groups");
    check("k_fold", Folds.plain(60, 7));
    check("k_fold_shuffled", Folds.shuffled(60, 4, 2));
    check("stratified", Folds.stratified(labels, 4));
    check("stratified_shuffled", Folds.stratified(labels, 4, 9));
    check("stratified_grouped", Folds.stratifiedGrouped(labels, groups, 3));
    double[] sizes =
        Folds.grouped(groups, 3).stream().mapToDouble(fold -> fold.test().length).toArray();
    assertArrayEquals(golden.numbers("group_sizes"), sizes);
  }

  @Test
  void scoresOfProbabilitiesAreScikitLearns() {
    Golden expected = golden.at("scores");
    double[][] p = expected.table("proba");
    int[] truth = Arrays.stream(testLabels).map(y -> y == 2 ? 0 : y == 5 ? 1 : 2).toArray();
    double[] second = Arrays.stream(p).mapToDouble(row -> row[1]).toArray();
    boolean[] isSecond = new boolean[truth.length];
    for (int i = 0; i < truth.length; i++) {
      isSecond[i] = truth[i] == 1;
    }
    double brier = ProbabilityScores.brier(second, isSecond);
    assertClose(expected.number("brier_binary"), brier, EXACT, "brier");
    assertClose(expected.number("log_loss"), ProbabilityScores.logLoss(truth, p), EXACT, "loss");
    MulticlassRoc roc = MulticlassRoc.of(truth, p);
    assertClose(expected.number("auc_ovr"), roc.oneVersusRestMacro(), EXACT, "ovr");
    assertClose(expected.number("auc_ovo"), roc.oneVersusOneMacro(), EXACT, "ovo");
    double precision = RocCurve.of(second, isSecond).averagePrecision();
    assertClose(expected.number("average_precision"), precision, EXACT, "precision");
  }
}
