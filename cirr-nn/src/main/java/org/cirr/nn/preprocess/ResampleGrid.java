package org.cirr.nn.preprocess;

import java.util.Arrays;

/**
 * From which voxels to which: two shapes, and the axis that is resampled on its own.
 *
 * @param in the extents before
 * @param out the extents after
 * @param separateAxis the axis resampled apart from the others, or −1
 */
public record ResampleGrid(int[] in, int[] out, int separateAxis) {
  /** A spacing more than this many times another counts as anisotropic. */
  private static final double ANISOTROPY = 3;

  public ResampleGrid {
    in = in.clone();
    out = out.clone();
    if (in.length != 3 || out.length != 3 || separateAxis < -1 || separateAxis > 2) {
      throw new IllegalArgumentException(
          "resampling takes three axes, got "
              + Arrays.toString(in)
              + " to "
              + Arrays.toString(out)
              + " with axis "
              + separateAxis);
    }
    for (int axis = 0; axis < 3; axis++) {
      if (in[axis] < 1 || out[axis] < 1) {
        throw new IllegalArgumentException(
            "resampling from "
                + Arrays.toString(in)
                + " to "
                + Arrays.toString(out)
                + " voxels leaves nothing: check the spacing of image and model");
      }
    }
  }

  /** The grid with the axis that nnU-Net would choose. */
  public static ResampleGrid of(
      int[] in, int[] out, double[] currentSpacing, double[] newSpacing, SeparateZ separate) {
    return new ResampleGrid(in, out, separateAxis(currentSpacing, newSpacing, separate));
  }

  /** A copy of the extents before. */
  @Override
  public int[] in() {
    return in.clone();
  }

  /** A copy of the extents after. */
  @Override
  public int[] out() {
    return out.clone();
  }

  /** Whether nothing changes. */
  public boolean isIdentity() {
    return Arrays.equals(in, out);
  }

  /**
   * The axis to resample on its own, or −1.
   *
   * <p>It is the axis of the largest current spacing when that is more than three times the
   * smallest, else the axis of the largest new spacing by the same rule.
   *
   * <p><b>Edge cases</b>: where two or three axes tie for the largest, none is separate, even when
   * forced.
   *
   * <p><b>Source</b>: nnU-Net {@code determine_do_sep_z_and_axis}.
   */
  public static int separateAxis(double[] current, double[] next, SeparateZ separate) {
    return switch (separate) {
      case NEVER -> -1;
      case ALWAYS -> onlyLargest(current);
      case AUTO ->
          isAnisotropic(current)
              ? onlyLargest(current)
              : isAnisotropic(next) ? onlyLargest(next) : -1;
    };
  }

  /**
   * The extents at another spacing.
   *
   * <p><b>Formula</b>: rint(current / next · extent), evaluated in this order in double.
   *
   * <p><b>Edge cases</b>: at least 1, where nnU-Net would fail on an empty array.
   */
  public static int[] targetShape(int[] shape, double[] current, double[] next) {
    int[] target = new int[shape.length];
    for (int axis = 0; axis < shape.length; axis++) {
      double extent = Math.rint(current[axis] / next[axis] * shape[axis]);
      if (!(extent <= Integer.MAX_VALUE)) {
        throw new IllegalArgumentException(
            String.format(
                "axis %d of %d voxels at %s mm would have %.0f voxels at %s mm: check the spacing"
                    + " of image and model",
                axis, shape[axis], current[axis], extent, next[axis]));
      }
      target[axis] = Math.max(1, (int) extent);
    }
    return target;
  }

  private static boolean isAnisotropic(double[] spacing) {
    double largest = Arrays.stream(spacing).max().orElseThrow();
    double smallest = Arrays.stream(spacing).min().orElseThrow();
    return largest / smallest > ANISOTROPY;
  }

  private static int onlyLargest(double[] spacing) {
    double largest = Arrays.stream(spacing).max().orElseThrow();
    int found = -1;
    for (int axis = 0; axis < 3; axis++) {
      if (largest / spacing[axis] == 1) {
        if (found >= 0) {
          return -1;
        }
        found = axis;
      }
    }
    return found;
  }
}
