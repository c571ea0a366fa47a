package org.cirr.metrics.radiomics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured on one region, in pyradiomics' order.
 *
 * @param diagnostics about image, mask and settings, keys as pyradiomics' ({@code
 *     diagnostics_Mask-original_VoxelNum}); values are String, Double, Long or List of numbers
 * @param features the values
 * @param warnings what was left out, and why
 */
public record RadiomicsResult(
    Map<String, Object> diagnostics, List<Value> features, List<String> warnings) {

  /**
   * One value.
   *
   * @param image the name of the image it was computed on: {@code original}, {@code wavelet-LLH},
   *     ...
   * @param feature the feature's name without image and class
   * @param value NaN when the feature is not defined for this region
   */
  public record Value(String image, FeatureClass featureClass, String feature, double value) {
    /** The name as pyradiomics has it: {@code original_glcm_Idm}. */
    public String key() {
      return image + "_" + featureClass.key() + "_" + feature;
    }
  }

  public RadiomicsResult {
    diagnostics = Collections.unmodifiableMap(new LinkedHashMap<>(diagnostics));
    features = List.copyOf(features);
    warnings = List.copyOf(warnings);
  }

  /** The features by key, in order. */
  public Map<String, Double> toMap() {
    Map<String, Double> map = new LinkedHashMap<>();
    features.forEach(value -> map.put(value.key(), value.value()));
    return map;
  }

  /**
   * The value of a key such as {@code original_glcm_Idm}.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when it was not computed.
   */
  public double value(String key) {
    for (Value value : features) {
      if (value.key().equals(key)) {
        return value.value();
      }
    }
    throw new IllegalArgumentException(
        "'"
            + key
            + "' is not among the "
            + features.size()
            + " computed features; enable its class and image type");
  }
}
