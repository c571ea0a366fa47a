package org.cirr.nn.plot;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of values with round marks.
 *
 * @param low the value at the lower end
 * @param high the value at the upper end
 * @param step the distance of the marks
 */
record Axis(double low, double high, double step) {
  private static final int MARKS = 5;

  /** An axis that holds all finite values, from mark to mark. */
  static Axis of(double... values) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      if (Double.isFinite(value)) {
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    if (least > most) {
      return new Axis(0, 1, 0.2);
    }
    if (most - least <= 1e-9 * Math.max(Math.abs(least), Math.abs(most)) || most == least) {
      double half = least == 0 ? 1 : Math.abs(least) * 0.1;
      least -= half;
      most += half;
    }
    double step = roundStep((most - least) / MARKS);
    return new Axis(Math.floor(least / step) * step, Math.ceil(most / step) * step, step);
  }

  /** 1, 2 or 5 times a power of ten, at least the given width. */
  private static double roundStep(double width) {
    double power = Math.pow(10, Math.floor(Math.log10(width)));
    double share = width / power;
    return power * (share <= 1 ? 1 : share <= 2 ? 2 : share <= 5 ? 5 : 10);
  }

  /** Where a value lies: 0 at the lower end, 1 at the upper end. */
  double place(double value) {
    return (value - low) / (high - low);
  }

  List<Double> marks() {
    List<Double> marks = new ArrayList<>();
    int count = (int) Math.round((high - low) / step);
    for (int i = 0; i <= count; i++) {
      marks.add(low + i * step);
    }
    return marks;
  }

  /** A mark as text, with as many digits as the step needs. */
  String text(double mark) {
    int digits = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
    return new BigDecimal(mark)
        .setScale(digits, java.math.RoundingMode.HALF_UP)
        .toPlainString()
        .replaceAll("^-(0(\\.0*)?)$", "$1");
  }
}
