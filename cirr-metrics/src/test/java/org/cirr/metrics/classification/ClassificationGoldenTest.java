package org.cirr.metrics.classification;

import static org.cirr.metrics.numeric.Golden.assertAllClose;
import static org.cirr.metrics.numeric.Golden.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.cirr.metrics.classification.CohenKappa.Weighting;
import org.cirr.metrics.classification.ConfusionMatrix.Scores;
import org.cirr.metrics.classification.ConfusionMatrix.ZeroDivision;
import org.cirr.metrics.numeric.Golden;
import org.cirr.metrics.statistics.ConfidenceInterval;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** scikit-learn's numbers of goldens/metrics/stats_classification.json. */
class ClassificationGoldenTest {
  private static final double EXACT = 1e-10;
  private static final double QUANTILE = 1e-6;

  private Golden golden;
  private Golden classes;
  private boolean[] positive;
  private double[] s1;
  private double[] s2;

  @BeforeEach
  void read() throws IOException {
    golden = Golden.shared("stats_classification.json");
    classes = golden.at("mc");
    int[] labels = golden.at("roc_data").wholes("label");
    positive = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      positive[i] = labels[i] == 1;
    }
    s1 = golden.at("roc_data").numbers("s1");
    s2 = golden.at("roc_data").numbers("s2");
  }

  private ConfusionMatrix matrix() {
    return ConfusionMatrix.of(classes.wholes("y_true"), classes.wholes("y_pred"));
  }

  @Test
  void theConfusionMatrixAndItsMeansAreScikitLearns() {
    ConfusionMatrix matrix = matrix();
    double[][] expected = classes.table("cm");
    for (int i = 0; i < 3; i++) {
      assertAllClose(
          expected[i], Arrays.stream(matrix.counts()[i]).asDoubleStream().toArray(), 0, "row " + i);
    }
    check("macro", matrix.macro(ZeroDivision.ZERO));
    check("micro", matrix.micro(ZeroDivision.ZERO));
    check("weighted", matrix.weighted(ZeroDivision.ZERO));
    double[][] perClass = classes.table("per_class");
    double[] specificity = classes.numbers("specificity");
    for (int k = 0; k < 3; k++) {
      Scores scores = matrix.scores(k, ZeroDivision.ZERO);
      assertClose(perClass[0][k], scores.precision(), EXACT, "precision");
      assertClose(perClass[1][k], scores.sensitivity(), EXACT, "sensitivity");
      assertClose(perClass[2][k], scores.f1(), EXACT, "f1");
      assertEquals(perClass[3][k], scores.support());
      assertClose(specificity[k], scores.specificity(), EXACT, "specificity");
    }
    assertClose(classes.number("accuracy"), matrix.accuracy(), EXACT, "accuracy");
    assertClose(classes.number("balanced_acc"), matrix.balancedAccuracy(), EXACT, "balanced");
    assertClose(classes.number("mcc"), matrix.matthews(), EXACT, "mcc");
    double kappa = CohenKappa.of(matrix, Weighting.NONE).kappa();
    assertClose(classes.number("kappa"), kappa, EXACT, "kappa");
  }

  private void check(String key, Scores scores) {
    double[] found = {scores.precision(), scores.sensitivity(), scores.f1()};
    assertAllClose(classes.numbers(key), found, EXACT, key);
  }

  /** Twelve cases that give the golden's numbers; the golden names no data. */
  @Test
  void kappaIsScikitLearnsAndStatsmodels() {
    int[] first = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
    int[] second = {0, 1, 2, 0, 1, 2, 0, 1, 2, 1, 2, 1};
    String[] names = {"None", "linear", "quadratic"};
    for (Weighting weighting : Weighting.values()) {
      String key = "cohen_kappa_" + names[weighting.ordinal()];
      double kappa = CohenKappa.of(first, second, weighting).kappa();
      assertClose(golden.number(key), kappa, EXACT, key);
    }
    CohenKappa plain = CohenKappa.of(first, second, Weighting.NONE);
    ConfidenceInterval interval = plain.interval(0.95);
    assertAllClose(
        golden.numbers("cohen_kappa_sm_se"),
        new double[] {plain.kappa(), plain.standardError(), interval.low(), interval.high()},
        QUANTILE,
        "standard error");
  }

  @Test
  void fleissKappaIsThatOfTheEncyclopedia() {
    int[][] counts = {
      {0, 0, 0, 0, 14}, {0, 2, 6, 4, 2}, {0, 0, 3, 5, 6}, {0, 3, 9, 2, 0}, {2, 2, 8, 1, 1},
      {7, 7, 0, 0, 0}, {3, 2, 6, 3, 0}, {2, 5, 3, 2, 2}, {6, 5, 2, 1, 0}, {0, 2, 2, 3, 7}
    };
    assertClose(golden.number("fleiss_kappa_wikipedia"), FleissKappa.of(counts), EXACT, "kappa");
  }

  @Test
  void theRocCurveIsScikitLearns() {
    RocCurve curve = RocCurve.of(s1, positive);
    assertClose(golden.number("auc1"), curve.area(), EXACT, "auc1");
    assertClose(golden.number("auc2"), RocCurve.of(s2, positive).area(), EXACT, "auc2");
    assertClose(golden.number("ap1"), curve.averagePrecision(), EXACT, "ap1");
    RocCurve short1 = curve.withoutCollinear();
    Golden expected = golden.at("roc_curve_dropint");
    assertArrayEquals(expected.numbers("thr"), points(short1, 0), EXACT);
    assertArrayEquals(expected.numbers("fpr"), points(short1, 1), EXACT);
    assertArrayEquals(expected.numbers("tpr"), points(short1, 2), EXACT);
    assertEquals(curve.area(), short1.area(), EXACT);
    RocCurve.Point best = curve.youden();
    assertAllClose(
        golden.numbers("youden_first_max"),
        new double[] {best.threshold(), best.truePositiveRate(), best.falsePositiveRate()},
        EXACT,
        "youden");
  }

  private static double[] points(RocCurve curve, int which) {
    return IntStream.range(0, curve.size())
        .mapToObj(curve::point)
        .mapToDouble(
            p ->
                which == 0
                    ? p.threshold()
                    : which == 1 ? p.falsePositiveRate() : p.truePositiveRate())
        .toArray();
  }

  @Test
  void deLongIsThatOfThePaper() {
    DeLong first = DeLong.of(s1, positive);
    DeLong second = DeLong.of(s2, positive);
    double[][] covariance = golden.table("delong_cov");
    assertClose(golden.numbers("delong_auc")[0], first.area(), EXACT, "auc");
    assertEquals(covariance[0][0], first.variance(), EXACT);
    assertEquals(covariance[1][1], second.variance(), EXACT);
    DeLong.Comparison comparison = DeLong.compare(s1, s2, positive);
    assertEquals(covariance[0][1], comparison.covariance(), EXACT);
    assertClose(golden.numbers("delong_z_p")[0], comparison.z(), EXACT, "z");
    assertClose(golden.numbers("delong_z_p")[1], comparison.p(), EXACT, "p");
    check("delong_ci95_auc1_wald", first.interval(0.95));
    check("delong_ci95_auc1_logit", first.logitInterval(0.95));
    double error = first.hanleyMcNeilError();
    assertClose(golden.number("hanley_mcneil_se_auc1"), error, EXACT, "Hanley");
  }

  private void check(String key, ConfidenceInterval interval) {
    assertAllClose(
        golden.numbers(key), new double[] {interval.low(), interval.high()}, QUANTILE, key);
  }

  @Test
  void areasOfSeveralClassesAreScikitLearns() {
    int[] truth = classes.wholes("y_true");
    double[][] probabilities = classes.table("prob");
    MulticlassRoc roc = MulticlassRoc.of(truth, probabilities);
    assertClose(classes.number("auc_ovr_macro"), roc.oneVersusRestMacro(), EXACT, "ovr");
    assertClose(classes.number("auc_ovr_weighted"), roc.oneVersusRestWeighted(), EXACT, "ovr w");
    assertClose(classes.number("auc_ovr_micro"), roc.oneVersusRestMicro(), EXACT, "ovr micro");
    assertClose(classes.number("auc_ovo_macro"), roc.oneVersusOneMacro(), EXACT, "ovo");
    assertClose(classes.number("auc_ovo_weighted"), roc.oneVersusOneWeighted(), EXACT, "ovo w");
    double loss = ProbabilityScores.logLoss(truth, probabilities);
    assertClose(classes.number("logloss"), loss, EXACT, "log loss");
  }
}
