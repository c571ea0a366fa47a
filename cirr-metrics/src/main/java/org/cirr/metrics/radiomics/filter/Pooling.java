package org.cirr.metrics.radiomics.filter;

import java.util.List;
import java.util.function.Function;
import org.cirr.metrics.radiomics.image.Raster;

/**
 * What becomes of the responses to a filter and its rotations by right angles: pseudo-rotational
 * invariance (IBSI O1AQ).
 *
 * <p><b>Source</b>: IBSI reference manual, part 2, section 2.4.
 */
public enum Pooling {
  /** Only the filter as it is given counts. */
  NONE,
  /** The largest response. */
  MAX,
  /** The mean response. */
  MEAN,
  /** The smallest response. */
  MIN;

  /** The pooled responses. */
  Raster over(Raster image, Function<Rotation, double[]> response, boolean inPlane) {
    List<Rotation> rotations = this == NONE ? List.of(Rotation.NONE) : Rotation.all(inPlane);
    double[] pooled = null;
    for (Rotation rotation : rotations) {
      double[] next = response.apply(rotation);
      pooled = pooled == null ? next : pool(pooled, next);
    }
    if (this == MEAN) {
      for (int i = 0; i < pooled.length; i++) {
        pooled[i] /= rotations.size();
      }
    }
    return image.withValues(pooled);
  }

  private double[] pool(double[] pooled, double[] next) {
    for (int i = 0; i < pooled.length; i++) {
      pooled[i] =
          switch (this) {
            case MAX -> Math.max(pooled[i], next[i]);
            case MIN -> Math.min(pooled[i], next[i]);
            case MEAN, NONE -> pooled[i] + next[i];
          };
    }
    return pooled;
  }
}
