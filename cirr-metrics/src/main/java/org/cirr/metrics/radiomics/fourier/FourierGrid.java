package org.cirr.metrics.radiomics.fourier;

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
        along(axis, re, im, sign);
      }
    }
  }

  private void along(int axis, double[] re, double[] im, int sign) {
    int n = shape[axis];
    int stride = axis == 0 ? shape[1] * shape[2] : axis == 1 ? shape[2] : 1;
    double[][] spare = new double[2][n];
    double[][] blockRe = new double[BLOCK][n];
    double[][] blockIm = new double[BLOCK][n];
    for (int start = 0; start < re.length; start += n * stride) {
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
