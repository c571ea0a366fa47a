package org.cirr.nn.preprocess;

/**
 * Whether one coarse axis is resampled apart from the other two.
 *
 * <p><b>Source</b>: {@code force_separate_z} of nnU-Net plans.
 */
public enum SeparateZ {
  /** {@code null}: when a spacing is more than three times another. */
  AUTO,
  /** {@code true}. */
  ALWAYS,
  /** {@code false}. */
  NEVER;

  /** The value for {@code force_separate_z}. */
  public static SeparateZ of(Boolean force) {
    return force == null ? AUTO : force ? ALWAYS : NEVER;
  }
}
