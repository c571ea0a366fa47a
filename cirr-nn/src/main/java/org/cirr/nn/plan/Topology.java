package org.cirr.nn.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a U-Net goes down: where it halves which axis, and with which kernels.
 *
 * <p>An axis is halved as long as its feature map keeps 4 voxels and its spacing is less than twice
 * the finest. A kernel is 1 along an axis until that axis' spacing has come within a factor of two
 * of the finest, then 3.
 *
 * <p><b>Source</b>: nnU-Net {@code get_pool_and_conv_props}.
 *
 * @param strides each stage's stride per axis; the first is 1
 * @param kernels each stage's kernel per axis
 * @param patch the patch, padded up to what the strides divide
 * @param divisibleBy the product of the strides per axis
 */
record Topology(List<int[]> strides, List<int[]> kernels, int[] patch, int[] divisibleBy) {
  private static final int LEAST_EDGE = 4;

  /**
   * The topology for a patch.
   *
   * @param patchSize the extents, which may be fractions: medians of an even number of cases are
   */
  static Topology of(double[] spacing, double[] patchSize) {
    int axes = spacing.length;
    double[] at = spacing.clone();
    double[] size = patchSize.clone();
    int[] kernel = new int[axes];
    int[] divisibleBy = new int[axes];
    Arrays.fill(kernel, 1);
    Arrays.fill(divisibleBy, 1);
    List<int[]> strides = new ArrayList<>();
    List<int[]> kernels = new ArrayList<>();
    strides.add(divisibleBy.clone());
    for (boolean[] halved = halved(at, size); halved != null; halved = halved(at, size)) {
      double finest = Arrays.stream(at).min().orElseThrow();
      int[] stride = new int[axes];
      for (int axis = 0; axis < axes; axis++) {
        if (at[axis] / finest < 2) {
          kernel[axis] = 3;
        }
        stride[axis] = halved[axis] ? 2 : 1;
      }
      for (int axis = 0; axis < axes; axis++) {
        if (halved[axis]) {
          at[axis] *= 2;
          size[axis] = Math.ceil(size[axis] / 2);
          divisibleBy[axis] *= 2;
        }
      }
      strides.add(stride);
      kernels.add(kernel.clone());
    }
    int[] bottleneck = new int[axes];
    Arrays.fill(bottleneck, 3);
    kernels.add(bottleneck);
    return new Topology(strides, kernels, padded(patchSize, divisibleBy), divisibleBy);
  }

  /** The axes that the next stage halves; null when there are none. */
  private static boolean[] halved(double[] spacing, double[] size) {
    double finest = Double.POSITIVE_INFINITY;
    for (int axis = 0; axis < size.length; axis++) {
      if (size[axis] >= 2 * LEAST_EDGE) {
        finest = Math.min(finest, spacing[axis]);
      }
    }
    boolean[] halved = new boolean[size.length];
    int count = 0;
    int only = -1;
    for (int axis = 0; axis < size.length; axis++) {
      halved[axis] = size[axis] >= 2 * LEAST_EDGE && spacing[axis] / finest < 2;
      if (halved[axis]) {
        count++;
        only = axis;
      }
    }
    boolean tooSmall = count == 1 && size[only] < 3 * LEAST_EDGE;
    return count == 0 || tooSmall ? null : halved;
  }

  private static int[] padded(double[] size, int[] divisibleBy) {
    int[] padded = new int[size.length];
    for (int axis = 0; axis < size.length; axis++) {
      double rest = size[axis] % divisibleBy[axis];
      padded[axis] = (int) (rest == 0 ? size[axis] : size[axis] + divisibleBy[axis] - rest);
    }
    return padded;
  }
}
