package org.cirr.benchmarks.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How far apart the contestants' outputs are. */
final class Agreement {
  private Agreement() {}

  /**
   * The largest distance of each output to the median of all, value by value, in parts of the
   * median's range.
   *
   * <p><b>Edge cases</b>: with two outputs the median is their mean, so both are equally far; a NaN
   * or infinite value is infinitely far; 0 for one output.
   */
  static List<Double> differences(List<float[]> outputs) {
    double[] worst = new double[outputs.size()];
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    float[] values = new float[outputs.size()];
    int length = outputs.isEmpty() ? 0 : outputs.get(0).length;
    for (int i = 0; i < length; i++) {
      for (int j = 0; j < values.length; j++) {
        values[j] = outputs.get(j)[i];
      }
      double median = median(values);
      least = Math.min(least, median);
      most = Math.max(most, median);
      for (int j = 0; j < values.length; j++) {
        float value = outputs.get(j)[i];
        double distance = Float.isFinite(value) ? Math.abs(value - median) : Double.MAX_VALUE;
        worst[j] = Math.max(worst[j], distance);
      }
    }
    List<Double> parts = new ArrayList<>();
    for (double distance : worst) {
      parts.add(distance == 0 ? 0 : distance / (most - least));
    }
    return parts;
  }

  private static double median(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + (double) sorted[half]) / 2;
  }
}
