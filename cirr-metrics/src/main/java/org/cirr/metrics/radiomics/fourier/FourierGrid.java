package org.cirr.metrics.radiomics.fourier;

import java.util.Arrays;

/** The discrete Fourier transform of complex arrays {@code [z, y, x]} of one shape, in place. */
public final class FourierGrid {
  /** Neighbouring lines that are gathered together: a cache line of doubles. */
  private static final int BLOCK = 8;

  private final int[] shape;
  private final FourierLine[] lines = new FourierLine[3];

  /** Prepares the transform of a shape. */
  public FourierGrid(int... shape) {
    this.shape = shape.clone();
    for (int axis = 0; axis < 3; axis++) {
      lines[axis] = new FourierLine(shape[axis]);
    }
  }

  /** The smallest extent from {@code n} on whose prime factors are 2, 3 and 5. */
  public static int fastExtent(int n) {
    for (int extent = Math.max(1, n); ; extent++) {
      int rest = extent;
      for (int factor : new int[] {2, 3, 5}) {
        while (rest % factor == 0) {
          rest /= factor;
        }
      }
      if (rest == 1) {
        return extent;
      }
    }
  }

  /** The number of values. */
  public int size() {
    return shape[0] * shape[1] * shape[2];
  }

  /**
   * Transforms along all axes.
   *
   * @param sign −1 forwards, 1 backwards; backwards is not divided by the number of values
   */
  public void transform(double[] re, double[] im, int sign) {
    for (int axis = 0; axis < 3; axis++) {
      if (shape[axis] > 1) {
        along(axis, 0, re.length, re, im, sign);
      }
    }
  }

  /**
   * Transforms a grid of one slice of which only some rows are wanted; the others are left half
   * done.
   *
   * @param first the first row that is wanted
   * @param count how many are
   */
  public void transformRows(int first, int count, double[] re, double[] im, int sign) {
    if (shape[0] != 1 || first < 0 || count < 0 || first + count > shape[1]) {
      throw new IllegalArgumentException(
          "rows " + first + " to " + (first + count) + " of " + Arrays.toString(shape));
    }
    along(1, 0, re.length, re, im, sign);
    along(2, first * shape[2], (first + count) * shape[2], re, im, sign);
  }

  /** Transforms the lines along an axis whose blocks begin in a range of indices. */
  private void along(int axis, int from, int to, double[] re, double[] im, int sign) {
    int n = shape[axis];
    int stride = axis == 0 ? shape[1] * shape[2] : axis == 1 ? shape[2] : 1;
    double[][] spare = new double[2][n];
    double[][] blockRe = new double[BLOCK][n];
    double[][] blockIm = new double[BLOCK][n];
    for (int start = from; start < to; start += n * stride) {
      for (int offset = 0; offset < stride; offset += BLOCK) {
        int width = Math.min(BLOCK, stride - offset);
        for (int i = 0, at = start + offset; i < n; i++, at += stride) {
          for (int b = 0; b < width; b++) {
            blockRe[b][i] = re[at + b];
            blockIm[b][i] = im[at + b];
          }
        }
        for (int b = 0; b < width; b++) {
          lines[axis].transform(blockRe[b], blockIm[b], sign, spare);
        }
        for (int i = 0, at = start + offset; i < n; i++, at += stride) {
          for (int b = 0; b < width; b++) {
            re[at + b] = blockRe[b][i];
            im[at + b] = blockIm[b][i];
          }
        }
      }
    }
  }
}
