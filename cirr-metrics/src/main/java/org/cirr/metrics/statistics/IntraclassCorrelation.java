package org.cirr.metrics.statistics;

import org.cirr.metrics.numeric.Distributions;
import org.cirr.metrics.numeric.Samples;

/**
 * Intraclass correlation: how much of the variance of ratings is the subjects' own.
 *
 * <p><b>Formula</b>: from the two-way analysis of variance of n subjects (rows) by k raters
 * (columns), with mean squares between subjects MSR, between raters MSC, of the residual MSE and
 * within subjects MSW:
 *
 * <ul>
 *   <li>ICC(1,1) = (MSR − MSW)/(MSR + (k − 1)MSW), ICC(1,k) = (MSR − MSW)/MSR
 *   <li>ICC(2,1) = (MSR − MSE)/(MSR + (k − 1)MSE + k(MSC − MSE)/n), ICC(2,k) = (MSR − MSE)/(MSR +
 *       (MSC − MSE)/n)
 *   <li>ICC(3,1) = (MSR − MSE)/(MSR + (k − 1)MSE), ICC(3,k) = (MSR − MSE)/MSR
 * </ul>
 *
 * The intervals are the F-based ones of McGraw and Wong; those of ICC(2,k) are the bounds of
 * ICC(2,1) stepped up by Spearman and Brown.
 *
 * <p><b>Edge cases</b>: negative values are reported as they are; when nothing varies the
 * coefficient is 0/0, NaN; perfect agreement is 1 with interval [1, 1].
 *
 * <p><b>Errors</b>: {@link IllegalArgumentException} for fewer than two subjects or raters, rows of
 * unequal length and values that are not finite (leave such subjects out).
 *
 * <p><b>Source</b>: Shrout and Fleiss (1979), McGraw and Wong (1996). Commons Math has none.
 */
public final class IntraclassCorrelation {
  /** The six forms of Shrout and Fleiss. */
  public enum Form {
    /** ICC(1,1): each subject has other raters; one rating. */
    ONE_WAY_SINGLE,
    /** ICC(2,1): raters are a sample of raters; absolute agreement of one rating. */
    AGREEMENT_SINGLE,
    /** ICC(3,1): these raters only; consistency of one rating. */
    CONSISTENCY_SINGLE,
    /** ICC(1,k): as ICC(1,1), for the mean of the k ratings. */
    ONE_WAY_MEAN,
    /** ICC(2,k): as ICC(2,1), for the mean of the k ratings. */
    AGREEMENT_MEAN,
    /** ICC(3,k): as ICC(3,1), for the mean of the k ratings. */
    CONSISTENCY_MEAN
  }

  private final int subjects;
  private final int raters;
  private final double msr;
  private final double msc;
  private final double mse;
  private final double msw;

  private IntraclassCorrelation(double[][] ratings) {
    subjects = ratings.length;
    raters = ratings[0].length;
    double[] columns = new double[raters];
    double[] rows = new double[subjects];
    for (int i = 0; i < subjects; i++) {
      rows[i] = Samples.mean(ratings[i]);
      for (int j = 0; j < raters; j++) {
        columns[j] += ratings[i][j] / subjects;
      }
    }
    double grand = Samples.mean(rows);
    double within = 0;
    double residual = 0;
    for (int i = 0; i < subjects; i++) {
      for (int j = 0; j < raters; j++) {
        double fromRow = ratings[i][j] - rows[i];
        double rest = fromRow - (columns[j] - grand);
        within += fromRow * fromRow;
        residual += rest * rest;
      }
    }
    msr = raters * Samples.squares(rows) / (subjects - 1);
    msc = subjects * Samples.squares(columns) / (raters - 1);
    msw = within / (subjects * (raters - 1.0));
    mse = residual / ((subjects - 1.0) * (raters - 1));
  }

  /** Takes a table of ratings, one row per subject, one column per rater. */
  public static IntraclassCorrelation of(double[][] ratings) {
    if (ratings.length < 2 || ratings[0].length < 2) {
      throw new IllegalArgumentException(
          "intraclass correlation needs at least 2 subjects (rows) and 2 raters (columns), got "
              + ratings.length
              + " and "
              + (ratings.length == 0 ? 0 : ratings[0].length));
    }
    for (int i = 0; i < ratings.length; i++) {
      if (ratings[i].length != ratings[0].length) {
        throw new IllegalArgumentException(
            "subject 0 has "
                + ratings[0].length
                + " ratings and subject "
                + i
                + " has "
                + ratings[i].length
                + "; leave out subjects that not all raters have rated");
      }
      Samples.require("the ratings of subject " + i, ratings[i], 2);
    }
    return new IntraclassCorrelation(ratings);
  }

  /** The mean square between subjects, MSR. */
  public double betweenSubjects() {
    return msr;
  }

  /** The mean square between raters, MSC. */
  public double betweenRaters() {
    return msc;
  }

  /** The residual mean square, MSE. */
  public double residual() {
    return mse;
  }

  /** The mean square within subjects, MSW. */
  public double withinSubjects() {
    return msw;
  }

  /** The coefficient. */
  public double coefficient(Form form) {
    double raterShare = (msc - mse) / subjects;
    return switch (form) {
      case ONE_WAY_SINGLE -> (msr - msw) / (msr + (raters - 1) * msw);
      case ONE_WAY_MEAN -> (msr - msw) / msr;
      case AGREEMENT_SINGLE -> (msr - mse) / (msr + (raters - 1) * mse + raters * raterShare);
      case AGREEMENT_MEAN -> (msr - mse) / (msr + raterShare);
      case CONSISTENCY_SINGLE -> (msr - mse) / (msr + (raters - 1) * mse);
      case CONSISTENCY_MEAN -> (msr - mse) / msr;
    };
  }

  /** P of the null hypothesis that the coefficient is zero (F test, upper tail). */
  public double p(Form form) {
    boolean oneWay = form == Form.ONE_WAY_SINGLE || form == Form.ONE_WAY_MEAN;
    return Distributions.fisher(msr / (oneWay ? msw : mse), subjects - 1, errorDegrees(oneWay));
  }

  private double errorDegrees(boolean oneWay) {
    return (oneWay ? subjects : subjects - 1.0) * (raters - 1);
  }

  /** The interval of the coefficient. */
  public ConfidenceInterval interval(Form form, double level) {
    ConfidenceInterval.requireLevel(level);
    double coefficient = coefficient(form);
    if (Double.isNaN(coefficient) || coefficient == 1) {
      return new ConfidenceInterval(coefficient, coefficient, level);
    }
    return switch (form) {
      case ONE_WAY_SINGLE -> stepped(oneError(msr / msw, errorDegrees(true), level), 1.0 / raters);
      case ONE_WAY_MEAN -> oneError(msr / msw, errorDegrees(true), level);
      case CONSISTENCY_SINGLE ->
          stepped(oneError(msr / mse, errorDegrees(false), level), 1.0 / raters);
      case CONSISTENCY_MEAN -> oneError(msr / mse, errorDegrees(false), level);
      case AGREEMENT_SINGLE -> agreement(level);
      case AGREEMENT_MEAN -> stepped(agreement(level), raters);
    };
  }

  /** The interval of 1 − 1/F for the mean of k ratings. */
  private ConfidenceInterval oneError(double f, double degrees, double level) {
    double upper = 0.5 + level / 2;
    double low = f / Distributions.fisherQuantile(upper, subjects - 1, degrees);
    double high = f * Distributions.fisherQuantile(upper, degrees, subjects - 1);
    return new ConfidenceInterval(1 - 1 / low, 1 - 1 / high, level);
  }

  /** Spearman and Brown: the reliability of {@code factor} times as many ratings. */
  private static ConfidenceInterval stepped(ConfidenceInterval interval, double factor) {
    return new ConfidenceInterval(
        step(interval.low(), factor), step(interval.high(), factor), interval.level());
  }

  private static double step(double reliability, double factor) {
    return factor * reliability / (1 + (factor - 1) * reliability);
  }

  private ConfidenceInterval agreement(double level) {
    double n = subjects;
    double k = raters;
    double rho = coefficient(Form.AGREEMENT_SINGLE);
    double a = k * rho / (n * (1 - rho));
    double b = 1 + k * rho * (n - 1) / (n * (1 - rho));
    double sum = a * msc + b * mse;
    double degrees =
        sum * sum / (a * msc * a * msc / (k - 1) + b * mse * b * mse / ((n - 1) * (k - 1)));
    double upper = 0.5 + level / 2;
    double below = Distributions.fisherQuantile(upper, n - 1, degrees);
    double above = Distributions.fisherQuantile(upper, degrees, n - 1);
    double rest = k * msc + (k * n - k - n) * mse;
    return new ConfidenceInterval(
        n * (msr - below * mse) / (below * rest + n * msr),
        n * (above * msr - mse) / (rest + n * above * msr),
        level);
  }
}
