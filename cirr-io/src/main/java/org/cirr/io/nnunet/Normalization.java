package org.cirr.io.nnunet;

import java.util.Arrays;
import org.cirr.io.file.MalformedFileException;

/**
 * How one input channel is normalised.
 *
 * @param scheme the formula
 * @param useMask whether mean and deviation are those of the voxels inside the non-zero mask, and
 *     only these are changed; z-score only
 */
public record Normalization(Scheme scheme, boolean useMask) {
  /** The formulas that plans can name. */
  public enum Scheme {
    /** (x − mean) / max(standard deviation, 1e-8). */
    ZSCORE("ZScoreNormalization"),
    /** Clip to the plan's percentiles, then its mean and standard deviation. */
    CT("CTNormalization"),
    /** Unchanged. */
    NONE("NoNormalization"),
    /** To the range 0 to 1 of the image. */
    RESCALE_0_1("RescaleTo01Normalization"),
    /** Divided by 255. */
    RGB_0_1("RGBTo01Normalization");

    private final String className;

    Scheme(String className) {
      this.className = className;
    }
  }

  static Normalization of(JsonNode className, boolean useMask) throws MalformedFileException {
    String name = className.text();
    for (Scheme scheme : Scheme.values()) {
      if (scheme.className.equals(name)) {
        return new Normalization(scheme, useMask && scheme == Scheme.ZSCORE);
      }
    }
    throw className.wrong(
        "one of " + Arrays.stream(Scheme.values()).map(scheme -> scheme.className).toList());
  }
}
