package org.cirr.metrics.classification;

import java.util.Arrays;

/**
 * Fleiss' kappa: the agreement of any number of raters, not the same ones for every case.
 *
 * <p><b>Formula</b>: with n_ij of n raters putting case i in class j: κ = (P̄ − P_e)/(1 − P_e), P̄
 * the mean over cases of Σ_j n_ij(n_ij − 1)/(n(n − 1)), P_e = Σ_j p_j² with the overall shares p_j.
 *
 * <p><b>Edge cases</b>: NaN when only one class was ever used.
 *
 * <p><b>Source</b>: Fleiss (1971). Commons Math has none.
 */
public final class FleissKappa {
  private FleissKappa() {}

  /**
   * The agreement in a table of counts.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when there is no case, a count is negative,
   * rows differ in length, or cases differ in their number of raters, which must be 2 or more.
   *
   * @param counts one row per case, one column per class: how many raters chose it
   */
  public static double of(int[][] counts) {
    if (counts.length == 0) {
      throw new IllegalArgumentException("there are no cases to agree on; add cases");
    }
    long raters = Arrays.stream(counts[0]).asLongStream().sum();
    double[] shares = new double[counts[0].length];
    double agreement = 0;
    for (int i = 0; i < counts.length; i++) {
      long here = Arrays.stream(counts[i]).asLongStream().sum();
      boolean negative = Arrays.stream(counts[i]).anyMatch(count -> count < 0);
      if (negative || here != raters || raters < 2 || counts[i].length != shares.length) {
        throw new IllegalArgumentException(
            "every case is put into the same classes by the same number of raters, 2 or more, got "
                + Arrays.toString(counts[0])
                + " for case 0 and "
                + Arrays.toString(counts[i])
                + " for case "
                + i
                + "; leave out cases that not all raters have judged");
      }
      for (int j = 0; j < shares.length; j++) {
        double n = counts[i][j];
        shares[j] += n / raters / counts.length;
        agreement += n * (n - 1) / raters / (raters - 1.0) / counts.length;
      }
    }
    double chance = Arrays.stream(shares).map(share -> share * share).sum();
    return 1 - chance < 1e-15 ? Double.NaN : (agreement - chance) / (1 - chance);
  }
}
