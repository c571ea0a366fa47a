package org.cirr.metrics.statistics;

import static org.cirr.metrics.numeric.Golden.assertAllClose;
import static org.cirr.metrics.numeric.Golden.assertClose;
import static org.cirr.metrics.numeric.Golden.assertRelative;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.cirr.metrics.numeric.Golden;
import org.cirr.metrics.statistics.IntraclassCorrelation.Form;
import org.cirr.metrics.statistics.WilcoxonSignedRank.Zeros;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SciPy's and statsmodels' numbers of goldens/metrics/stats_classification.json. */
class StatisticsGoldenTest {
  /** The specification's tolerances: statistics and p-values, and intervals with quantiles. */
  private static final double EXACT = 1e-10;

  private static final double QUANTILE = 1e-6;

  private Golden golden;
  private double[] a;
  private double[] b;
  private double[] c;

  @BeforeEach
  void read() throws IOException {
    golden = Golden.shared("stats_classification.json");
    a = golden.at("data").numbers("a");
    b = golden.at("data").numbers("b");
    c = golden.at("data").numbers("c");
  }

  private void check(String key, TTest test) {
    double[] expected = golden.numbers(key);
    assertClose(expected[0], test.statistic(), EXACT, key);
    assertRelative(expected[1], test.p(), EXACT, key + " p");
    assertClose(expected[2], test.degrees(), EXACT, key + " df");
  }

  private static void check(double[] expected, ConfidenceInterval interval, String what) {
    assertClose(expected[0], interval.low(), QUANTILE, what);
    assertClose(expected[1], interval.high(), QUANTILE, what);
  }

  @Test
  void tTestsAreSciPys() {
    check("t_1samp_mu11", TTest.oneSample(a, 11, Alternative.TWO_SIDED));
    TTest pooled = TTest.student(a, c, Alternative.TWO_SIDED);
    check("t_ind_pooled", pooled);
    check(golden.numbers("t_ind_pooled_ci95"), pooled.interval(0.95), "pooled");
    TTest welch = TTest.welch(a, c, Alternative.TWO_SIDED);
    check("t_ind_welch", welch);
    check(golden.numbers("t_ind_welch_ci95"), welch.interval(0.95), "welch");
    TTest paired = TTest.paired(a, b, Alternative.TWO_SIDED);
    check("t_paired", paired);
    check(golden.numbers("t_paired_ci95"), paired.interval(0.95), "paired");
  }

  private void check(String key, WilcoxonSignedRank test) {
    assertClose(golden.numbers(key)[0], test.statistic(), EXACT, key);
    assertRelative(golden.numbers(key)[1], test.p(), EXACT, key + " p");
  }

  @Test
  void theSignedRankTestIsSciPys() {
    check("wilcoxon_exact_two-sided", WilcoxonSignedRank.of(a, b, Alternative.TWO_SIDED));
    check("wilcoxon_exact_less", WilcoxonSignedRank.of(a, b, Alternative.LESS));
    check("wilcoxon_exact_greater", WilcoxonSignedRank.of(a, b, Alternative.GREATER));
    Alternative both = Alternative.TWO_SIDED;
    check(
        "wilcoxon_asym_nocorr", WilcoxonSignedRank.of(a, b, both, Zeros.DROP, PValueMethod.NORMAL));
    check(
        "wilcoxon_asym_corr",
        WilcoxonSignedRank.of(a, b, both, Zeros.DROP, PValueMethod.NORMAL_CONTINUITY));
    double[] ta = golden.at("ties").numbers("a");
    double[] tb = golden.at("ties").numbers("b");
    PValueMethod auto = PValueMethod.AUTO;
    check("wilcoxon_ties_asym_wilcox", WilcoxonSignedRank.of(ta, tb, both, Zeros.DROP, auto));
    check(
        "wilcoxon_ties_asym_pratt",
        WilcoxonSignedRank.of(ta, tb, both, Zeros.RANK_THEN_DROP, auto));
    check("wilcoxon_ties_asym_zsplit", WilcoxonSignedRank.of(ta, tb, both, Zeros.SPLIT, auto));
  }

  @Test
  void theRankSumTestIsSciPys() {
    PValueMethod[] methods = {
      PValueMethod.EXACT, PValueMethod.NORMAL_CONTINUITY, PValueMethod.NORMAL
    };
    String[] keys = {"mwu_exact", "mwu_asym_cc", "mwu_asym_nocc"};
    for (int i = 0; i < keys.length; i++) {
      MannWhitney test = MannWhitney.of(a, c, Alternative.TWO_SIDED, methods[i]);
      assertClose(golden.numbers(keys[i])[0], test.statistic(), EXACT, keys[i]);
      assertRelative(golden.numbers(keys[i])[1], test.p(), EXACT, keys[i]);
    }
  }

  @Test
  void correlationsAreSciPys() {
    double[] expected = golden.numbers("pearson");
    Correlation pearson = Correlation.pearson(a, b);
    assertClose(expected[0], pearson.coefficient(), EXACT, "r");
    assertRelative(expected[1], pearson.p(), EXACT, "p");
    ConfidenceInterval interval = pearson.interval(0.95);
    check(new double[] {expected[2], expected[3]}, interval, "r");
    Correlation spearman = Correlation.spearman(a, b);
    assertClose(golden.numbers("spearman")[0], spearman.coefficient(), EXACT, "rho");
    assertRelative(golden.numbers("spearman")[1], spearman.p(), EXACT, "rho p");
    Correlation kendall = Correlation.kendall(a, b);
    assertClose(golden.numbers("kendall_b")[0], kendall.coefficient(), EXACT, "tau");
    assertRelative(golden.numbers("kendall_b")[1], kendall.p(), EXACT, "tau p");
    LinearRegression line = LinearRegression.of(a, b);
    double[] found = {
      line.slope(),
      line.intercept(),
      line.correlation(),
      line.p(),
      line.slopeError(),
      line.interceptError()
    };
    assertAllClose(golden.numbers("linregress"), found, EXACT, "line");
  }

  @Test
  void blandAltmanIsThatOfThePapers() {
    Golden expected = golden.at("bland_altman");
    BlandAltman found = BlandAltman.of(a, b);
    assertClose(expected.number("bias"), found.bias(), EXACT, "bias");
    assertClose(expected.number("sd"), found.sd(), EXACT, "sd");
    assertClose(expected.number("loa_lo"), found.lowerLimit(), EXACT, "lower");
    assertClose(expected.number("loa_hi"), found.upperLimit(), EXACT, "upper");
    assertClose(expected.number("loa_se_sqrt3s2n"), found.limitErrorApproximate(), EXACT, "sqrt 3");
    assertClose(expected.number("loa_se_exact_BA1999"), found.limitError(), EXACT, "1999");
    check(expected.numbers("bias_ci95"), found.biasInterval(0.95), "bias");
  }

  @Test
  void groupTestsAreSciPys() {
    GroupTest anova = GroupTest.anova(a, b, c);
    GroupTest kruskal = GroupTest.kruskalWallis(a, b, c);
    GroupTest levene = GroupTest.levene(a, c);
    assertAllClose(
        golden.numbers("anova"), new double[] {anova.statistic(), anova.p()}, EXACT, "anova");
    assertAllClose(
        golden.numbers("kruskal"), new double[] {kruskal.statistic(), kruskal.p()}, EXACT, "H");
    assertAllClose(
        golden.numbers("levene_median"),
        new double[] {levene.statistic(), levene.p()},
        EXACT,
        "levene");
  }

  @Test
  void mcNemarIsStatsmodels() {
    String key = "mcnemar_[[59,6],[16,19]]_";
    McNemar.Method[] methods = {
      McNemar.Method.AUTO, McNemar.Method.CHI_SQUARED_CONTINUITY, McNemar.Method.CHI_SQUARED
    };
    String[] names = {"exactTrue_corrTrue", "exactFalse_corrTrue", "exactFalse_corrFalse"};
    for (int i = 0; i < 3; i++) {
      McNemar found = McNemar.of(6, 16, methods[i]);
      assertAllClose(
          golden.numbers(key + names[i]),
          new double[] {found.statistic(), found.p()},
          EXACT,
          names[i]);
    }
    assertEquals(McNemar.Method.EXACT, McNemar.of(6, 16, McNemar.Method.AUTO).method());
  }

  @Test
  void proportionsAreStatsmodels() {
    Proportion share = new Proportion(17, 23);
    Proportion.Method[] methods = {
      Proportion.Method.NORMAL,
      Proportion.Method.AGRESTI_COULL,
      Proportion.Method.CLOPPER_PEARSON,
      Proportion.Method.WILSON,
      Proportion.Method.JEFFREYS
    };
    String[] names = {"normal", "agresti_coull", "beta", "wilson", "jeffreys"};
    for (int i = 0; i < names.length; i++) {
      check(
          golden.numbers("prop_ci_17_of_23_" + names[i]),
          share.interval(methods[i], 0.95),
          names[i]);
    }
  }

  @Test
  void intraclassCorrelationIsThatOfShroutAndFleiss() {
    double[][] ratings = {
      {9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}
    };
    IntraclassCorrelation icc = IntraclassCorrelation.of(ratings);
    Golden expected = golden.at("icc_shrout_fleiss");
    assertClose(expected.number("MSR"), icc.betweenSubjects(), EXACT, "MSR");
    assertClose(expected.number("MSC"), icc.betweenRaters(), EXACT, "MSC");
    assertClose(expected.number("MSE"), icc.residual(), EXACT, "MSE");
    assertClose(expected.number("MSW"), icc.withinSubjects(), EXACT, "MSW");
    String[] names = {"icc1_1", "icc2_1", "icc3_1", "icc1_k", "icc2_k", "icc3_k"};
    for (int i = 0; i < names.length; i++) {
      assertClose(expected.number(names[i]), icc.coefficient(Form.values()[i]), EXACT, names[i]);
    }
    for (int i = 0; i < 3; i++) {
      ConfidenceInterval single = icc.interval(Form.values()[i], 0.95);
      check(golden.numbers(names[i] + "_ci95"), single, names[i]);
      ConfidenceInterval mean = icc.interval(Form.values()[i + 3], 0.95);
      assertEquals(4 * single.low() / (1 + 3 * single.low()), mean.low(), EXACT, names[i]);
      assertTrue(mean.contains(icc.coefficient(Form.values()[i + 3])), names[i]);
    }
  }

  @Test
  void adjustmentsAreStatsmodels() {
    double[] p = golden.numbers("pvals");
    String[] names = {"bonferroni", "holm", "fdr_bh", "fdr_by"};
    for (int i = 0; i < names.length; i++) {
      double[] adjusted = MultipleTesting.values()[i].adjust(p);
      assertAllClose(golden.numbers("adjust_" + names[i]), adjusted, EXACT, names[i]);
    }
  }

  @Test
  void descriptionsAreNumpys() {
    Descriptive found = Descriptive.of(a);
    Golden moments = golden.at("moments_a");
    assertClose(moments.number("mean"), found.mean(), EXACT, "mean");
    assertClose(moments.number("var_ddof1"), found.sd() * found.sd(), EXACT, "variance");
    assertClose(moments.number("skew_pop"), found.skewness(), EXACT, "skewness");
    assertClose(moments.number("kurt_excess_pop"), found.excessKurtosis(), EXACT, "kurtosis");
    double[] shares = {0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975};
    double[] expected = golden.numbers("pct_linear_a");
    for (int i = 0; i < expected.length; i++) {
      assertClose(expected[i], Descriptive.quantile(a, shares[i]), EXACT, "quantile " + shares[i]);
    }
  }
}
