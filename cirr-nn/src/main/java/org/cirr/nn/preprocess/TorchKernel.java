package org.cirr.nn.preprocess;

/**
 * Linear resampling in single precision, nearest along a separate axis, one output slice at a time.
 *
 * <p><b>Formula</b>: out = Σ_z w_z · (Σ_y w_y · (Σ_x w_x · v)), every product and sum a float.
 *
 * <p><b>Source</b>: {@code torch.nn.functional.interpolate} on a CPU, modes {@code bilinear},
 * {@code trilinear} and {@code nearest-exact}.
 */
final class TorchKernel implements SliceKernel {
  private final int inHeight;
  private final int inWidth;
  private final int outHeight;
  private final int outWidth;
  private final AxisTaps zTaps;
  private final AxisTaps yTaps;
  private final AxisTaps xTaps;
  private final float[] xWeight0;
  private final float[] xWeight1;
  private final Scratch<Buffers> scratch;

  TorchKernel(ResampleGrid grid) {
    AxisTaps[] taps = new AxisTaps[3];
    for (int axis = 0; axis < 3; axis++) {
      int in = grid.in()[axis];
      int out = grid.out()[axis];
      taps[axis] =
          axis == grid.separateAxis()
              ? AxisTaps.torchNearest(in, out)
              : AxisTaps.torchLinear(in, out);
    }
    zTaps = taps[0];
    yTaps = taps[1];
    xTaps = taps[2];
    inHeight = grid.in()[1];
    inWidth = grid.in()[2];
    outHeight = grid.out()[1];
    outWidth = grid.out()[2];
    xWeight0 = floats(xTaps.weight[0]);
    xWeight1 = floats(xTaps.weight[xTaps.count - 1]);
    scratch = new Scratch<>(() -> new Buffers(zTaps.count, inHeight * outWidth, inWidth, outWidth));
  }

  private static final class Buffers {
    final float[][] planes; // interpolated along x
    final double[] line;
    final double[] row;

    Buffers(int taps, int plane, int inWidth, int outWidth) {
      planes = new float[taps][plane];
      line = new double[inWidth];
      row = new double[outWidth];
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
    return 4L * zTaps.count * inHeight * outWidth + 8L * (inWidth + outWidth);
  }

  @Override
  public void slice(int k, RowSource in, RowSink out) {
    Buffers b = scratch.take();
    for (int t = 0; t < zTaps.count; t++) {
      for (int y = 0; y < inHeight; y++) {
        in.read(zTaps.index[t][k], y, b.line);
        alongX(b.line, b.planes[t], y * outWidth);
      }
    }
    for (int j = 0; j < outHeight; j++) {
      for (int x = 0; x < outWidth; x++) {
        float value = alongY(b.planes[0], j, x);
        if (zTaps.count == 2) {
          value = value * (float) zTaps.weight[0][k];
          value += alongY(b.planes[1], j, x) * (float) zTaps.weight[1][k];
        }
        b.row[x] = value;
      }
      out.write(k, j, b.row);
    }
    scratch.give(b);
  }

  private void alongX(double[] line, float[] plane, int base) {
    int[] index0 = xTaps.index[0];
    if (xTaps.count == 1) {
      for (int x = 0; x < outWidth; x++) {
        plane[base + x] = (float) line[index0[x]];
      }
      return;
    }
    int[] index1 = xTaps.index[1];
    for (int x = 0; x < outWidth; x++) {
      float value = (float) line[index0[x]] * xWeight0[x];
      plane[base + x] = value + (float) line[index1[x]] * xWeight1[x];
    }
  }

  private float alongY(float[] plane, int j, int x) {
    float first = plane[yTaps.index[0][j] * outWidth + x];
    if (yTaps.count == 1) {
      return first;
    }
    float second = plane[yTaps.index[1][j] * outWidth + x];
    return first * (float) yTaps.weight[0][j] + second * (float) yTaps.weight[1][j];
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
