package org.cirr.metrics.radiomics.image;

import java.util.Arrays;
import java.util.List;

/** How values between voxels are made; in the order of SimpleITK's numbers, from 1. */
public enum Interpolator {
  /** The nearest voxel. */
  NEAREST("sitkNearestNeighbor"),
  /** Linear between neighbours. */
  LINEAR("sitkLinear"),
  /** Cubic B-spline through the voxels. */
  BSPLINE("sitkBSpline"),
  /** The mean under a Gaussian of 0.8 voxels, cut off at 4 SD. */
  GAUSSIAN("sitkGaussian"),
  /** The value with the largest share under a Gaussian of a voxel, cut off at 1 SD; for labels. */
  LABEL_GAUSSIAN("sitkLabelGaussian"),
  /** Sinc under Hamming's window 0.54 + 0.46 cos(πx/5). */
  HAMMING("sitkHammingWindowedSinc"),
  /** Sinc under the window cos(πx/10). */
  COSINE("sitkCosineWindowedSinc"),
  /** Sinc under Welch's window 1 − x²/25. */
  WELCH("sitkWelchWindowedSinc"),
  /** Sinc under Lanczos's window sinc(x/5). */
  LANCZOS("sitkLanczosWindowedSinc"),
  /** Sinc under Blackman's window 0.42 + 0.5 cos(πx/5) + 0.08 cos(2πx/5). */
  BLACKMAN("sitkBlackmanWindowedSinc");

  /** The samples on either side that a windowed sinc sees. */
  static final int SINC_RADIUS = 5;

  private final String key;

  Interpolator(String key) {
    this.key = key;
  }

  /** The name in parameter files. */
  public String key() {
    return key;
  }

  /** The names in parameter files. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(Interpolator::key).toList();
  }

  /** The interpolator of one of the {@link #keys}. */
  public static Interpolator named(String key) {
    return values()[keys().indexOf(key)];
  }

  /** The window at x, |x| ≤ {@link #SINC_RADIUS}. */
  double window(double x) {
    double angle = Math.PI * x / SINC_RADIUS;
    return switch (this) {
      case HAMMING -> 0.54 + 0.46 * Math.cos(angle);
      case COSINE -> Math.cos(angle / 2);
      case WELCH -> 1 - x * x / (SINC_RADIUS * SINC_RADIUS);
      case LANCZOS -> x == 0 ? 1 : Math.sin(angle) / angle;
      case BLACKMAN -> 0.42 + 0.5 * Math.cos(angle) + 0.08 * Math.cos(2 * angle);
      default -> throw new IllegalStateException(this + " has no window");
    };
  }
}
