package org.cirr.metrics.statistics;

import static org.cirr.metrics.numeric.Golden.assertAllClose;
import static org.cirr.metrics.numeric.Golden.assertClose;
import static org.cirr.metrics.numeric.Golden.assertRelative;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.cirr.metrics.numeric.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** SciPy's Shapiro-Wilk, Friedman, χ² and Fisher tests, and what they refuse. */
class MoreTestsOracleTest {
  private static final double EXACT = 1e-10;

  /** SciPy's normal quantiles inside this test have seven to nine digits. */
  private static final double ROYSTON = 1e-7;

  private static long[][] counts(Golden golden) {
    return Arrays.stream(golden.table("table"))
        .map(row -> Arrays.stream(row).mapToLong(value -> (long) value).toArray())
        .toArray(long[][]::new);
  }

  @Test
  void shapiroAndWilksTestIsSciPys() throws IOException {
    for (Golden expected : Golden.oracle("more").all("shapiro")) {
      int n = (int) expected.number("n");
      double[] values = expected.numbers("x");
      if (values.length == 0) {
        values = new double[n];
        Arrays.setAll(values, i -> Math.sqrt(i + 1));
      }
      ShapiroWilk test = ShapiroWilk.of(values);
      assertClose(expected.number("w"), test.statistic(), ROYSTON, "W of " + n);
      assertRelative(expected.number("p"), test.p(), 1e-5, "p of " + n);
    }
  }

  @Test
  void friedmansTestIsSciPys() throws IOException {
    Golden expected = Golden.oracle("more").at("friedman");
    GroupTest test = GroupTest.friedman(expected.table("rows"));
    assertAllClose(
        expected.numbers("result"), new double[] {test.statistic(), test.p()}, EXACT, "friedman");
  }

  @Test
  void chiSquaredIsSciPys() throws IOException {
    for (Golden expected : Golden.oracle("more").all("chi_squared")) {
      ContingencyTable table = ContingencyTable.of(counts(expected));
      ContingencyTable.Test test = table.chiSquared(expected.text("yates").equals("true"));
      double[] found = {test.statistic(), test.p(), test.degrees()};
      assertAllClose(expected.numbers("result"), found, EXACT, "chi squared");
    }
    ContingencyTable one = ContingencyTable.of(new long[][] {{20, 0}, {0, 20}});
    assertEquals(1, one.cramersV(), EXACT);
  }

  @Test
  void fishersTestIsSciPys() throws IOException {
    for (Golden expected : Golden.oracle("more").all("fisher")) {
      ContingencyTable table = ContingencyTable.of(counts(expected));
      double[] p = expected.numbers("p");
      for (int i = 0; i < 3; i++) {
        ContingencyTable.Test test = table.fisherExact(Alternative.values()[i]);
        String where = Arrays.deepToString(counts(expected)) + " " + Alternative.values()[i];
        assertEquals(expected.number("odds"), test.statistic(), EXACT, where);
        assertRelative(p[i], test.p(), 1e-9, where);
      }
    }
    ContingencyTable empty = ContingencyTable.of(new long[][] {{0, 0}, {3, 4}});
    assertEquals(1, empty.fisherExact(Alternative.TWO_SIDED).p());
  }

  @Test
  void tablesCanBeMadeOfCases() {
    int[] group = {7, 7, 3, 3, 3, 7};
    int[] outcome = {1, 0, 0, 0, 1, 1};
    assertEquals(
        ContingencyTable.of(new long[][] {{2, 1}, {1, 2}}).chiSquared(),
        ContingencyTable.of(group, outcome).chiSquared());
  }

  @Test
  void bigTablesDoNotOverflow() {
    ContingencyTable huge = ContingencyTable.of(new long[][] {{1_000_000, 0}, {0, 1_000_000}});
    assertEquals(0, huge.fisherExact(Alternative.TWO_SIDED).p());
    assertEquals(1, huge.fisherExact(Alternative.LESS).p(), EXACT);
  }

  @Test
  void whatTheyCannotTestIsRefused() {
    Stream<Object[]> cases =
        Stream.of(
            refused("values has 2 values, at least 3", () -> ShapiroWilk.of(1, 2)),
            refused("all 3 values are 4.0", () -> ShapiroWilk.of(4, 4, 4)),
            refused("values[1] is NaN", () -> ShapiroWilk.of(4, Double.NaN, 4)),
            refused(
                "2 cases and 3 treatments or more, got 2 x 2",
                () -> GroupTest.friedman(new double[2][2])),
            refused(
                "row 1 has 4 values, row 0 has 3",
                () -> GroupTest.friedman(new double[][] {{1, 2, 3}, {1, 2, 3, 4}})),
            refused("got 1 x 2", () -> ContingencyTable.of(new long[][] {{1, 2}})),
            refused("got 0 x 0", () -> ContingencyTable.of(new long[0][])),
            refused(
                "row 0 has 2 counts and row 1 has 1",
                () -> ContingencyTable.of(new long[][] {{1, 2}, {1}})),
            refused(
                "counts are 0 or more, got [1, -2] in row 1",
                () -> ContingencyTable.of(new long[][] {{1, 2}, {1, -2}})),
            refused("got 2 and 1", () -> ContingencyTable.of(new int[2], new int[1])),
            refused(
                "a column has no case",
                () -> ContingencyTable.of(new long[][] {{1, 0}, {1, 0}}).chiSquared()),
            refused(
                "takes a 2 x 2 table, got 2 x 3",
                () ->
                    ContingencyTable.of(new long[][] {{1, 2, 3}, {1, 2, 3}})
                        .fisherExact(Alternative.LESS)));
    cases.forEach(
        each -> {
          String message =
              assertThrows(IllegalArgumentException.class, (Executable) each[1]).getMessage();
          assertEquals(true, message.contains((String) each[0]), message);
        });
  }

  private static Object[] refused(String part, Executable call) {
    return new Object[] {part, call};
  }
}
