package org.cirr.metrics.statistics;

import static org.cirr.metrics.numeric.Golden.assertAllClose;
import static org.cirr.metrics.numeric.Golden.assertClose;
import static org.cirr.metrics.numeric.Golden.assertRelative;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import org.cirr.metrics.numeric.Golden;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SciPy's numbers of oracle.json: one-sided tests, ties, exact sizes, the bootstrap. */
class StatisticsOracleTest {
  private static final double EXACT = 1e-10;

  private Golden golden;
  private double[] a;
  private double[] b;
  private double[] c;

  @BeforeEach
  void read() throws IOException {
    golden = Golden.oracle("statistics");
    a = golden.numbers("a");
    b = golden.numbers("b");
    c = golden.numbers("c");
  }

  @Test
  void oneSidedTestsAreSciPys() {
    for (Alternative side : new Alternative[] {Alternative.LESS, Alternative.GREATER}) {
      String name = side.name().toLowerCase(Locale.ROOT);
      TTest t = TTest.welch(a, b, side);
      assertAllClose(golden.numbers("t_" + name), new double[] {t.statistic(), t.p()}, EXACT, name);
      double[] ends = golden.numbers("t_ci_" + name);
      ConfidenceInterval interval = t.interval(0.95);
      double finite = side == Alternative.LESS ? interval.high() : interval.low();
      double infinite = side == Alternative.LESS ? interval.low() : interval.high();
      assertClose(ends[side == Alternative.LESS ? 1 : 0], finite, 1e-6, name);
      assertEquals(ends[side == Alternative.LESS ? 0 : 1], infinite);
      double[] few = Arrays.copyOf(b, 6);
      MannWhitney exact = MannWhitney.of(a, few, side);
      assertAllClose(
          golden.numbers("mwu_" + name), new double[] {exact.statistic(), exact.p()}, EXACT, name);
      MannWhitney normal = MannWhitney.of(a, b, side);
      assertAllClose(
          golden.numbers("mwu_normal_" + name),
          new double[] {normal.statistic(), normal.p()},
          EXACT,
          name);
      WilcoxonSignedRank ranks =
          WilcoxonSignedRank.of(
              a, c, side, WilcoxonSignedRank.Zeros.DROP, PValueMethod.NORMAL_CONTINUITY);
      assertAllClose(
          golden.numbers("wilcoxon_normal_" + name),
          new double[] {ranks.statistic(), ranks.p()},
          EXACT,
          name);
    }
  }

  @Test
  void exactRankSumsOfAllSizesAreSciPys() {
    double[][] sizes = golden.table("mwu_sizes");
    double[] shifts = golden.numbers("mwu_shift");
    for (int i = 0; i < sizes.length; i++) {
      double shift = shifts[i];
      double[] x = new double[(int) sizes[i][0]];
      Arrays.setAll(x, j -> j + 0.5 - shift);
      double[] y = new double[(int) sizes[i][1]];
      Arrays.setAll(y, j -> j);
      MannWhitney test = MannWhitney.of(x, y, Alternative.TWO_SIDED, PValueMethod.EXACT);
      assertClose(sizes[i][2], test.statistic(), EXACT, "U of sizes " + i);
      assertRelative(sizes[i][3], test.p(), 1e-9, "p of sizes " + i);
    }
  }

  @Test
  void tiesAreCorrectedAsSciPyDoes() {
    double[] x = Arrays.stream(a).map(Math::rint).toArray();
    double[] y = Arrays.stream(c).map(Math::rint).toArray();
    double[] z = Arrays.stream(b).map(Math::rint).toArray();
    Correlation kendall = Correlation.kendall(x, y);
    assertAllClose(
        golden.numbers("kendall_ties"),
        new double[] {kendall.coefficient(), kendall.p()},
        EXACT,
        "kendall");
    Correlation spearman = Correlation.spearman(x, y);
    assertAllClose(
        golden.numbers("spearman_ties"),
        new double[] {spearman.coefficient(), spearman.p()},
        EXACT,
        "spearman");
    GroupTest kruskal = GroupTest.kruskalWallis(x, y, z);
    assertAllClose(
        golden.numbers("kruskal_ties"),
        new double[] {kruskal.statistic(), kruskal.p()},
        EXACT,
        "kruskal");
    MannWhitney ranks = MannWhitney.of(x, z, Alternative.TWO_SIDED);
    assertAllClose(
        golden.numbers("mwu_ties"), new double[] {ranks.statistic(), ranks.p()}, EXACT, "mwu");
  }

  @Test
  void theBootstrapGivesSciPysIntervalsForItsSeed() {
    String[] names = {"percentile", "basic", "BCa"};
    for (int i = 0; i < names.length; i++) {
      Bootstrap mean = new Bootstrap(999, 3, Bootstrap.Method.values()[i], 0.95);
      Bootstrap.Estimate found =
          mean.of(a, values -> Arrays.stream(values).average().getAsDouble());
      check("bootstrap_mean_" + names[i], found);
      Bootstrap pearson = new Bootstrap(500, 11, Bootstrap.Method.values()[i], 0.95);
      found =
          pearson.cases(
              a.length,
              cases ->
                  Correlation.pearson(
                          Arrays.stream(cases).mapToDouble(j -> a[j]).toArray(),
                          Arrays.stream(cases).mapToDouble(j -> c[j]).toArray())
                      .coefficient());
      check("bootstrap_pearson_" + names[i], found);
    }
  }

  private void check(String key, Bootstrap.Estimate found) {
    double[] actual = {found.interval().low(), found.interval().high(), found.standardError()};
    assertAllClose(golden.numbers(key), actual, 1e-9, key);
  }
}
