package org.cirr.io.nnunet;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One channel's intensities inside the foreground of a data set, as the fingerprint and the plans
 * keep them.
 *
 * @param max the largest
 * @param mean the mean
 * @param median the median
 * @param min the smallest
 * @param percentile005 the 0.5th percentile
 * @param percentile995 the 99.5th percentile
 * @param std the population standard deviation
 */
public record IntensityStatistics(
    double max,
    double mean,
    double median,
    double min,
    double percentile005,
    double percentile995,
    double std) {
  /** The values under nnU-Net's keys, in its order. */
  public Map<String, Double> byKey() {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("max", max);
    values.put("mean", mean);
    values.put("median", median);
    values.put("min", min);
    values.put("percentile_00_5", percentile005);
    values.put("percentile_99_5", percentile995);
    values.put("std", std);
    return values;
  }
}
