package org.cirr.metrics.statistics;

import org.cirr.metrics.numeric.Distributions;

/** What a test holds against the null hypothesis. */
public enum Alternative {
  /** The effect is not zero. */
  TWO_SIDED,
  /** The effect is below zero: the first sample tends to be smaller. */
  LESS,
  /** The effect is above zero: the first sample tends to be larger. */
  GREATER;

  /** P of a standard normal statistic. */
  double normal(double z) {
    return switch (this) {
      case TWO_SIDED -> Math.min(1, 2 * Distributions.normalUpper(Math.abs(z)));
      case LESS -> Distributions.normalLower(z);
      case GREATER -> Distributions.normalUpper(z);
    };
  }

  /** P of Student's t. */
  double student(double t, double degrees) {
    double both = Distributions.studentBoth(t, degrees);
    return switch (this) {
      case TWO_SIDED -> both;
      case LESS -> t < 0 ? both / 2 : 1 - both / 2;
      case GREATER -> t > 0 ? both / 2 : 1 - both / 2;
    };
  }
}
