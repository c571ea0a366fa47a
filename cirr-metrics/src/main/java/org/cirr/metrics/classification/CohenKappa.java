package org.cirr.metrics.classification;

import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.statistics.ConfidenceInterval;

/**
 * Cohen's kappa: the agreement of two raters beyond what chance would give.
 *
 * <p><b>Formula</b>: κ = 1 − Σw_ij p_ij / Σw_ij p_i· p_·j with the disagreement w_ij of 0 and 1, |i
 * − j| or (i − j)², i and j the places of the labels. The standard error is that of Fleiss, Cohen
 * and Everitt.
 *
 * <p><b>Edge cases</b>: NaN when both raters use one and the same class only.
 *
 * <p><b>Source</b>: Cohen (1960, 1968), Fleiss, Cohen and Everitt (1969); scikit-learn's {@code
 * cohen_kappa_score}, statsmodels' {@code cohens_kappa}. Commons Math has none.
 *
 * @param standardError for intervals, not for the test of κ = 0
 */
public record CohenKappa(double kappa, double standardError, Weighting weighting) {
  /** How much it counts that classes are apart; the labels must be ordered for all but NONE. */
  public enum Weighting {
    /** Any two classes disagree alike. */
    NONE,
    /** By their distance. */
    LINEAR,
    /** By their squared distance. */
    QUADRATIC
  }

  /** The agreement of two raters on the same cases. */
  public static CohenKappa of(int[] first, int[] second, Weighting weighting) {
    return of(ConfusionMatrix.of(first, second), weighting);
  }

  /** The agreement in a matrix of counts. */
  public static CohenKappa of(ConfusionMatrix matrix, Weighting weighting) {
    long[][] counts = matrix.counts();
    int k = counts.length;
    double n = matrix.total();
    double[] rows = new double[k];
    double[] columns = new double[k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        rows[i] += counts[i][j] / n;
        columns[j] += counts[i][j] / n;
      }
    }
    double observed = 0; // agreement, 1 − w / largest w
    double expected = 0;
    double[] rowMean = new double[k];
    double[] columnMean = new double[k];
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        double agreement = agreement(i, j, k, weighting);
        observed += agreement * counts[i][j] / n;
        expected += agreement * rows[i] * columns[j];
        rowMean[i] += agreement * columns[j];
        columnMean[j] += agreement * rows[i];
      }
    }
    if (1 - expected < 1e-15) {
      return new CohenKappa(Double.NaN, Double.NaN, weighting);
    }
    double kappa = (observed - expected) / (1 - expected);
    double squares = 0;
    for (int i = 0; i < k; i++) {
      for (int j = 0; j < k; j++) {
        double term = agreement(i, j, k, weighting) - (rowMean[i] + columnMean[j]) * (1 - kappa);
        squares += counts[i][j] / n * term * term;
      }
    }
    double middle = kappa - expected * (1 - kappa);
    double variance = (squares - middle * middle) / (n * (1 - expected) * (1 - expected));
    return new CohenKappa(kappa, Math.sqrt(Math.max(0, variance)), weighting);
  }

  private static double agreement(int i, int j, int k, Weighting weighting) {
    double distance = k == 1 ? 0 : Math.abs(i - j) / (k - 1.0);
    return switch (weighting) {
      case NONE -> i == j ? 1 : 0;
      case LINEAR -> 1 - distance;
      case QUADRATIC -> 1 - distance * distance;
    };
  }

  /** κ ± the normal quantile times the standard error, not cut to [−1, 1]. */
  public ConfidenceInterval interval(double level) {
    double reach = Distributions.normalQuantile(0.5 + level / 2) * standardError;
    return new ConfidenceInterval(kappa - reach, kappa + reach, level);
  }
}
