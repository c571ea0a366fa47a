package org.cirr.metrics.radiomics.feature;

import java.util.function.ToDoubleFunction;

/**
 * One feature: its name, its formula in words of mathematics, and the formula itself.
 *
 * @param <T> what it is computed from, such as a texture matrix
 * @param name pyradiomics' name, or cirr's for features that pyradiomics has not
 * @param formula for people; p is the normalised matrix, i a grey level, j a level, run length,
 *     zone size or dependence
 * @param ibsi the feature's code in the IBSI reference manual; empty if it has none
 * @param status whether it is computed when no feature is asked for by name
 * @param compute the value
 */
public record FeatureDefinition<T>(
    String name, String formula, String ibsi, Status status, ToDoubleFunction<? super T> compute) {

  /** Whether a feature is computed by itself. */
  public enum Status {
    /** Computed unless others are asked for by name. */
    DEFAULT,
    /** Computed only when asked for by name: another feature says the same. */
    DEPRECATED,
    /** Belongs to IBSI and not to pyradiomics; computed in IBSI mode or when asked for by name. */
    IBSI
  }
}
