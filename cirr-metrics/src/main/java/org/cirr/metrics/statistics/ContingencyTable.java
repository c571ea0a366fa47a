package org.cirr.metrics.statistics;

import java.util.Arrays;
import org.cirr.metrics.numeric.Distributions;

/**
 * Counts of cases by two properties, and whether these depend on each other.
 *
 * <p><b>Shapes</b>: rows are the values of one property (such as the group), columns those of the
 * other (such as the outcome); two or more of each, all rows of one length.
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for fewer rows or columns, ragged rows,
 * negative counts, and a row or column without a case.
 *
 * <p>Immutable.
 */
public final class ContingencyTable {
  private static final double TIE = 1 + 1e-7; // as likely as what was seen, but for rounding

  private final long[][] counts;
  private final double[] rows;
  private final double[] columns;
  private final double cases;

  private ContingencyTable(long[][] counts) {
    this.counts = counts;
    rows = Arrays.stream(counts).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
    columns = new double[counts[0].length];
    for (long[] row : counts) {
      for (int j = 0; j < columns.length; j++) {
        columns[j] += row[j];
      }
    }
    cases = Arrays.stream(rows).sum();
  }

  /**
   * What a test says.
   *
   * @param statistic χ², or the odds ratio ad/bc
   * @param degrees of freedom; NaN where there are none
   */
  public record Test(double statistic, double p, double degrees) {}

  /** A table of counts. */
  public static ContingencyTable of(long[]... counts) {
    if (counts.length < 2 || counts[0].length < 2) {
      throw new IllegalArgumentException(
          "a table has 2 rows and 2 columns or more, got "
              + counts.length
              + " x "
              + (counts.length == 0 ? 0 : counts[0].length));
    }
    long[][] copy = new long[counts.length][];
    for (int i = 0; i < counts.length; i++) {
      if (counts[i].length != counts[0].length) {
        throw new IllegalArgumentException(
            "all rows have the same length, row 0 has "
                + counts[0].length
                + " counts and row "
                + i
                + " has "
                + counts[i].length);
      }
      if (Arrays.stream(counts[i]).anyMatch(count -> count < 0)) {
        throw new IllegalArgumentException(
            "counts are 0 or more, got " + Arrays.toString(counts[i]) + " in row " + i);
      }
      copy[i] = counts[i].clone();
    }
    return new ContingencyTable(copy);
  }

  /** A table of cases. */
  public static ContingencyTable of(int[] rowOfCase, int[] columnOfCase) {
    if (rowOfCase.length != columnOfCase.length) {
      throw new IllegalArgumentException(
          "every case has a row and a column, got "
              + rowOfCase.length
              + " and "
              + columnOfCase.length);
    }
    int[] rowNames = Arrays.stream(rowOfCase).distinct().sorted().toArray();
    int[] columnNames = Arrays.stream(columnOfCase).distinct().sorted().toArray();
    long[][] counts = new long[rowNames.length][columnNames.length];
    for (int i = 0; i < rowOfCase.length; i++) {
      int row = Arrays.binarySearch(rowNames, rowOfCase[i]);
      counts[row][Arrays.binarySearch(columnNames, columnOfCase[i])]++;
    }
    return of(counts);
  }

  /** The number of cases in a row and a column if the properties did not depend on each other. */
  public double expected(int row, int column) {
    if (row < 0 || row >= rows.length || column < 0 || column >= columns.length) {
      throw new IllegalArgumentException(
          "the table has "
              + rows.length
              + " rows and "
              + columns.length
              + " columns, counted from 0; there is no row "
              + row
              + ", column "
              + column);
    }
    return rows[row] * columns[column] / cases;
  }

  /** Pearson's χ² test, a 2 × 2 table with Yates' correction. */
  public Test chiSquared() {
    return chiSquared(true);
  }

  /**
   * Pearson's χ² test.
   *
   * <p><b>Formula</b>: Σ(n − e)²/e with (rows − 1)(columns − 1) degrees of freedom; with the
   * correction |n − e| is made smaller by ½, or to 0, in a 2 × 2 table.
   *
   * <p><b>Source</b>: {@code scipy.stats.chi2_contingency}. Commons Math's ChiSquareTest has no
   * correction.
   */
  public Test chiSquared(boolean correct2x2) {
    for (double sum : rows) {
      requireCases(sum, "row");
    }
    for (double sum : columns) {
      requireCases(sum, "column");
    }
    double degrees = (rows.length - 1.0) * (columns.length - 1);
    double statistic = 0;
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < columns.length; j++) {
        double difference = Math.abs(counts[i][j] - expected(i, j));
        if (correct2x2 && degrees == 1) {
          difference -= Math.min(0.5, difference);
        }
        statistic += difference * difference / expected(i, j);
      }
    }
    return new Test(statistic, Distributions.chiSquared(statistic, degrees), degrees);
  }

  private static void requireCases(double sum, String what) {
    if (sum == 0) {
      throw new IllegalArgumentException(
          "a " + what + " has no case, so χ² is not defined; leave the " + what + " out");
    }
  }

  /** Cramér's V, the strength of the dependence: √(χ²/(N · (min(rows, columns) − 1))). */
  public double cramersV() {
    double least = Math.min(rows.length, columns.length) - 1.0;
    return Math.sqrt(chiSquared(false).statistic / (cases * least));
  }

  /**
   * Fisher's exact test of a 2 × 2 table.
   *
   * <p><b>Formula</b>: given all sums, the count a of the first cell is hypergeometric. p is the
   * probability of all tables that are not likelier than this one, or with a at most (LESS) or at
   * least (GREATER) as it is. The statistic is the odds ratio ad/bc.
   *
   * <p><b>Edge cases</b>: a row or column without a case: odds ratio NaN, p 1. The odds ratio is
   * infinite when only bc is 0.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} unless the table is 2 × 2.
   *
   * <p><b>Source</b>: {@code scipy.stats.fisher_exact}. Commons Math has none.
   */
  public Test fisherExact(Alternative alternative) {
    if (rows.length != 2 || columns.length != 2) {
      throw new IllegalArgumentException(
          "Fisher's exact test takes a 2 x 2 table, got "
              + rows.length
              + " x "
              + columns.length
              + "; use chiSquared");
    }
    if (rows[0] == 0 || rows[1] == 0 || columns[0] == 0 || columns[1] == 0) {
      return new Test(Double.NaN, 1, Double.NaN);
    }
    double odds = (double) counts[0][0] * counts[1][1] / ((double) counts[0][1] * counts[1][0]);
    long low = (long) Math.max(0, rows[0] - columns[1]);
    long high = (long) Math.min(rows[0], columns[0]);
    long mode = (long) ((rows[0] + 1) * (columns[0] + 1) / (cases + 2));
    mode = Math.max(low, Math.min(high, mode));
    double seen = relative(mode, counts[0][0]);
    double all = 0;
    double wanted = 0;
    // Probabilities relative to the likeliest table, outwards until they vanish: no overflow.
    for (int way = -1; way <= 1; way += 2) {
      double weight = 1;
      for (long a = mode; a >= low && a <= high && weight > 0; a += way) {
        if (way > 0 || a < mode) {
          all += weight;
          wanted += isWanted(alternative, a, weight, seen) ? weight : 0;
        }
        weight *= step(a, way);
      }
    }
    return new Test(odds, Math.min(1, wanted / all), Double.NaN);
  }

  private boolean isWanted(Alternative alternative, long a, double weight, double seen) {
    return switch (alternative) {
      case TWO_SIDED -> weight <= seen * TIE;
      case LESS -> a <= counts[0][0];
      case GREATER -> a >= counts[0][0];
    };
  }

  /** The probability of the first cell being {@code a}, relative to its being {@code from}. */
  private double relative(long from, long a) {
    double weight = 1;
    int way = a < from ? -1 : 1;
    for (long at = from; at != a && weight > 0; at += way) {
      weight *= step(at, way);
    }
    return weight;
  }

  /** How the probability changes from a to a + way. */
  private double step(long a, int way) {
    double b = rows[0] - a;
    double c = columns[0] - a;
    double d = rows[1] - c;
    return way > 0 ? b * c / ((a + 1.0) * (d + 1)) : a * d / ((b + 1) * (c + 1));
  }
}
