package org.cirr.nn.preprocess;

import java.util.Arrays;

/**
 * Resampling by splines of order 0 and 1, joint or with a separate axis, one output slice at a
 * time, in double precision.
 *
 * <p><b>Formula</b>: out = Σ ((v · w_z) · w_y) · w_x over the taps, slowest axis first, added one
 * after another. Along a separate axis of order 1 the sums of the other two axes come first.
 *
 * <p><b>Source</b>: the order of the operations is that of {@code NI_ZoomShift} of SciPy, so that
 * not even the last bit differs; a different order moves exact ties of the later rounding to half
 * precision.
 */
final class LinearKernel implements SliceKernel {
  /*
   * The plain form is eight taps a voxel, 3 multiplications each. Here v·w_z is one pass over the
   * two input slices, (v·w_z)·w_y one pass over the four input rows of an output row, and only the
   * last product and the sum are per output voxel: the same roundings in the same order.
   *
   * skimage clips to the input's range afterwards. The weights of order 0 and 1 are not negative
   * and add up to 1, so a clip could only undo a rounding of 1e-16, which no float or half sees.
   */
  private final int inHeight;
  private final int inWidth;
  private final int outHeight;
  private final int outWidth;
  private final AxisTaps zTaps;
  private final AxisTaps yTaps;
  private final AxisTaps xTaps;
  private final int nested; // the separate axis if it has two taps, else -1
  private final Scratch<Buffers> scratch;

  LinearKernel(ResampleGrid grid, int order, int orderZ) {
    AxisTaps[] taps = new AxisTaps[3];
    for (int axis = 0; axis < 3; axis++) {
      int axisOrder = axis == grid.separateAxis() ? orderZ : order;
      taps[axis] = AxisTaps.of(grid.in()[axis], grid.out()[axis], axisOrder);
    }
    zTaps = taps[0];
    yTaps = taps[1];
    xTaps = taps[2];
    inHeight = grid.in()[1];
    inWidth = grid.in()[2];
    outHeight = grid.out()[1];
    outWidth = grid.out()[2];
    int separate = grid.separateAxis();
    nested = separate >= 0 && taps[separate].count == 2 ? separate : -1;
    scratch = new Scratch<>(() -> new Buffers(zTaps.count, inHeight * inWidth, inWidth, outWidth));
  }

  private static final class Buffers {
    final double[][] planes;
    final double[] line;
    final double[] row;
    final double[] part;

    Buffers(int taps, int plane, int inWidth, int outWidth) {
      planes = new double[taps][plane];
      line = new double[inWidth];
      row = new double[Math.max(inWidth, outWidth)];
      part = new double[Math.max(inWidth, outWidth)];
    }
  }

  @Override
  public int first(int k) {
    return zTaps.first(k);
  }

  @Override
  public int last(int k) {
    return zTaps.last(k);
  }

  @Override
  public long scratchBytes() {
    return 8L * (zTaps.count * (long) inHeight * inWidth + 4L * Math.max(inWidth, outWidth));
  }

  @Override
  public void slice(int k, RowSource in, RowSink out) {
    Buffers b = scratch.take();
    for (int t = 0; t < zTaps.count; t++) {
      double weight = nested == 0 ? 1 : zTaps.weight[t][k];
      for (int y = 0; y < inHeight; y++) {
        in.read(zTaps.index[t][k], y, b.line);
        int base = y * inWidth;
        for (int x = 0; x < inWidth; x++) {
          b.planes[t][base + x] = b.line[x] * weight;
        }
      }
    }
    for (int j = 0; j < outHeight; j++) {
      switch (nested) {
        case 0 -> alongZ(b, k, j);
        case 1 -> alongY(b, j);
        case 2 -> alongX(b, j);
        default -> joint(b, j);
      }
      out.write(k, j, b.row);
    }
    scratch.give(b);
  }

  private void joint(Buffers b, int j) {
    Arrays.fill(b.row, 0, outWidth, 0);
    for (int zt = 0; zt < zTaps.count; zt++) {
      for (int yt = 0; yt < yTaps.count; yt++) {
        weigh(b, b.planes[zt], yTaps.index[yt][j], yTaps.weight[yt][j]);
        gather(b.line, b.row);
      }
    }
  }

  private void alongZ(Buffers b, int k, int j) {
    Arrays.fill(b.row, 0, outWidth, 0);
    for (int zt = 0; zt < zTaps.count; zt++) {
      Arrays.fill(b.part, 0, outWidth, 0);
      for (int yt = 0; yt < yTaps.count; yt++) {
        weigh(b, b.planes[zt], yTaps.index[yt][j], yTaps.weight[yt][j]);
        gather(b.line, b.part);
      }
      add(b.part, zTaps.weight[zt][k], b.row);
    }
  }

  private void alongY(Buffers b, int j) {
    Arrays.fill(b.row, 0, outWidth, 0);
    for (int yt = 0; yt < yTaps.count; yt++) {
      Arrays.fill(b.part, 0, outWidth, 0);
      for (int zt = 0; zt < zTaps.count; zt++) {
        weigh(b, b.planes[zt], yTaps.index[yt][j], 1);
        gather(b.line, b.part);
      }
      add(b.part, yTaps.weight[yt][j], b.row);
    }
  }

  private void alongX(Buffers b, int j) {
    Arrays.fill(b.part, 0, inWidth, 0);
    for (int zt = 0; zt < zTaps.count; zt++) {
      for (int yt = 0; yt < yTaps.count; yt++) {
        weigh(b, b.planes[zt], yTaps.index[yt][j], yTaps.weight[yt][j]);
        for (int x = 0; x < inWidth; x++) {
          b.part[x] += b.line[x];
        }
      }
    }
    Arrays.fill(b.row, 0, outWidth, 0);
    gather(b.part, b.row);
  }

  /** line = row y of the plane · weight. */
  private void weigh(Buffers b, double[] plane, int y, double weight) {
    int base = y * inWidth;
    for (int x = 0; x < inWidth; x++) {
      b.line[x] = plane[base + x] * weight;
    }
  }

  /** row += the taps along x of the line. */
  private void gather(double[] line, double[] row) {
    int[] index0 = xTaps.index[0];
    double[] weight0 = xTaps.weight[0];
    if (xTaps.count == 1) {
      for (int x = 0; x < outWidth; x++) {
        row[x] += line[index0[x]] * weight0[x];
      }
      return;
    }
    int[] index1 = xTaps.index[1];
    double[] weight1 = xTaps.weight[1];
    for (int x = 0; x < outWidth; x++) {
      row[x] = row[x] + line[index0[x]] * weight0[x] + line[index1[x]] * weight1[x];
    }
  }

  private void add(double[] part, double weight, double[] row) {
    for (int x = 0; x < outWidth; x++) {
      row[x] += part[x] * weight;
    }
  }
}
