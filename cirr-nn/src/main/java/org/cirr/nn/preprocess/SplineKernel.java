package org.cirr.nn.preprocess;

import java.util.Arrays;
import org.cirr.parallel.Workers;

/**
 * Resampling by cubic splines, in plane, along a separate axis, or both: the cases in which an
 * output slice depends on the whole channel.
 *
 * <p><b>Source</b>: {@code skimage.resize} (order 3, mode edge, clip) and {@code
 * scipy.ndimage.map_coordinates} (mode nearest).
 */
final class SplineKernel {
  /*
   * The tensor product is done axis by axis; SciPy adds 64 taps, the difference is 1e-15 of the
   * range. Joint: planes z-x for each y, then planes y-x for each output z, so the only array
   * between is [block of output slices][in y][out x] in double, and the block is chosen to keep it
   * at MIDDLE_BYTES; every further block repeats only the prefilter along z.
   */
  private static final long MIDDLE_BYTES = 64L << 20;

  private final int[] in;
  private final int[] out;
  private final CubicLine[] lines = new CubicLine[3];
  private final Workers workers;
  private final long middleBytes;

  private SplineKernel(int[] in, int[] out, Workers workers, long middleBytes) {
    this.in = in;
    this.out = out;
    this.workers = workers;
    this.middleBytes = middleBytes;
    Arrays.setAll(lines, axis -> new CubicLine(in[axis], out[axis]));
  }

  /** The bytes held at once, besides source and result. */
  static long peakBytes(ResampleGrid grid, ResampleMethod.Spline method, int threads) {
    int[] in = grid.in();
    int[] out = grid.out();
    int pad = 2 * AxisTaps.PAD;
    if (grid.separateAxis() < 0) {
      long slice = 8L * in[1] * out[2];
      long perThread = 8L * Math.max((in[0] + pad) * (long) in[2], (in[1] + pad) * (long) out[2]);
      return Math.min(out[0] * slice, Math.max(slice, MIDDLE_BYTES)) + threads * perThread;
    }
    Permuted p = new Permuted(grid);
    long perThread = 8L * ((p.in[1] + pad) * (long) p.in[2] + p.out[1] * (long) p.out[2]);
    long between = method.orderZ() == 0 ? 0 : 8L * p.in[0] * p.out[1] * p.out[2];
    return between + threads * perThread;
  }

  /**
   * Resamples one channel.
   *
   * @param data the values, {@code [z, y, x]}
   * @param sink takes each value of the result once, from any thread
   */
  static void run(
      float[] data,
      ResampleGrid grid,
      ResampleMethod.Spline method,
      FlatSink sink,
      Workers workers) {
    run(data, grid, method, sink, workers, MIDDLE_BYTES);
  }

  static void run(
      float[] data,
      ResampleGrid grid,
      ResampleMethod.Spline method,
      FlatSink sink,
      Workers workers,
      long middleBytes) {
    if (grid.separateAxis() < 0) {
      int[] out = grid.out();
      RowSink rows =
          (z, y, row) -> {
            int index = (z * out[1] + y) * out[2];
            for (int x = 0; x < out[2]; x++) {
              sink.write(index + x, row[x]);
            }
          };
      new SplineKernel(grid.in(), out, workers, middleBytes).joint(data, rows);
      return;
    }
    Permuted p = new Permuted(grid);
    RowSource source =
        (z, y, into) -> {
          int index = z * p.inStep[0] + y * p.inStep[1];
          for (int x = 0; x < p.in[2]; x++, index += p.inStep[2]) {
            into[x] = data[index];
          }
        };
    RowSink rows =
        (z, y, row) -> {
          int index = z * p.outStep[0] + y * p.outStep[1];
          for (int x = 0; x < p.out[2]; x++, index += p.outStep[2]) {
            sink.write(index, row[x]);
          }
        };
    new SplineKernel(p.in, p.out, workers, 0).separate(source, rows, method);
  }

  /** Takes one resampled value at its flat index. */
  @FunctionalInterface
  interface FlatSink {
    void write(int index, double value);
  }

  /** The grid with the separate axis in front; the other two keep their order. */
  private static final class Permuted {
    final int[] in;
    final int[] out;
    final int[] inStep;
    final int[] outStep;

    Permuted(ResampleGrid grid) {
      Transpose front =
          switch (grid.separateAxis()) {
            case 0 -> Transpose.of(0, 1, 2);
            case 1 -> Transpose.of(1, 0, 2);
            default -> Transpose.of(2, 0, 1);
          };
      in = front.apply(grid.in());
      out = front.apply(grid.out());
      inStep = front.steps(grid.in());
      outStep = front.steps(grid.out());
    }
  }

  private void joint(float[] data, RowSink sink) {
    double[] range = range(data);
    RowSource source = RowSource.of(data, in);
    long sliceBytes = 8L * in[1] * out[2];
    int block = (int) Math.min(out[0], Math.max(1, middleBytes / sliceBytes));
    double[] middle = new double[block * in[1] * out[2]];
    Scratch<double[][]> first =
        new Scratch<>(
            () ->
                new double[][] {
                  new double[lines[0].padded() * in[2]],
                  new double[in[2]],
                  new double[lines[2].padded()]
                });
    Scratch<double[][]> second =
        new Scratch<>(
            () -> new double[][] {new double[lines[1].padded() * out[2]], new double[out[2]]});
    for (int start = 0; start < out[0]; start += block) {
      int from = start;
      int slices = Math.min(block, out[0] - start);
      workers.forEach(in[1], y -> alongZAndX(source, y, from, slices, middle, first));
      workers.forEach(slices, k -> alongY(middle, k, from + k, range, sink, second));
    }
  }

  private void alongZAndX(
      RowSource source, int y, int from, int slices, double[] middle, Scratch<double[][]> scratch) {
    double[][] b = scratch.take();
    double[] plane = b[0];
    double[] row = b[1];
    for (int z = 0; z < in[0]; z++) {
      source.read(z, y, row);
      System.arraycopy(row, 0, plane, (AxisTaps.PAD + z) * in[2], in[2]);
    }
    lines[0].pad(plane, in[2]);
    lines[0].prefilter(plane, in[2]);
    for (int k = 0; k < slices; k++) {
      lines[0].evaluate(plane, in[2], from + k, row);
      System.arraycopy(row, 0, b[2], AxisTaps.PAD, in[2]);
      lines[2].line(b[2], middle, (k * in[1] + y) * out[2]);
    }
    scratch.give(b);
  }

  private void alongY(
      double[] middle,
      int k,
      int slice,
      double[] range,
      RowSink sink,
      Scratch<double[][]> scratch) {
    double[][] b = scratch.take();
    int width = out[2];
    System.arraycopy(middle, k * in[1] * width, b[0], AxisTaps.PAD * width, in[1] * width);
    lines[1].pad(b[0], width);
    lines[1].prefilter(b[0], width);
    for (int j = 0; j < out[1]; j++) {
      lines[1].evaluate(b[0], width, j, b[1]);
      clip(b[1], width, range);
      sink.write(slice, j, b[1]);
    }
    scratch.give(b);
  }

  /** Slices perpendicular to axis 0 in plane, then along axis 0. */
  private void separate(RowSource source, RowSink sink, ResampleMethod.Spline method) {
    boolean lookUp = method.orderZ() == 0 || in[0] == out[0];
    AxisTaps nearest = AxisTaps.of(in[0], out[0], 0);
    int plane = out[1] * out[2];
    double[][] planes = new double[lookUp ? 0 : in[0]][];
    Scratch<double[]> results = new Scratch<>(() -> new double[plane]);
    Scratch<double[][]> scratch = new Scratch<>(this::planeBuffers);
    LinearKernel linear = inPlane(method.order());
    workers.forEach(
        in[0],
        z -> {
          double[] result = lookUp ? results.take() : new double[plane];
          if (linear == null) {
            cubicPlane(source, z, result, scratch);
          } else {
            RowSource one = (zero, y, into) -> source.read(z, y, into);
            linear.slice(
                0, one, (zero, y, row) -> System.arraycopy(row, 0, result, y * out[2], out[2]));
          }
          if (lookUp) {
            double[] row = new double[out[2]];
            for (int k = 0; k < out[0]; k++) {
              for (int j = 0; nearest.index[0][k] == z && j < out[1]; j++) {
                System.arraycopy(result, j * out[2], row, 0, out[2]);
                sink.write(k, j, row);
              }
            }
            results.give(result);
          } else {
            planes[z] = result;
          }
        });
    if (!lookUp) {
      workers.forEach(out[1], j -> alongSeparateAxis(planes, j, method.orderZ(), sink));
    }
  }

  /** The in-plane kernel of order 0 or 1 as a volume of one slice, null for order 3. */
  private LinearKernel inPlane(int order) {
    return order == 3
        ? null
        : new LinearKernel(
            new ResampleGrid(new int[] {1, in[1], in[2]}, new int[] {1, out[1], out[2]}, -1),
            order,
            0);
  }

  private double[][] planeBuffers() {
    return new double[][] {
      new double[lines[1].padded() * in[2]], new double[in[2]], new double[lines[2].padded()]
    };
  }

  private void cubicPlane(RowSource source, int z, double[] result, Scratch<double[][]> scratch) {
    double[][] b = scratch.take();
    double[] row = b[1];
    double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    for (int y = 0; y < in[1]; y++) {
      source.read(z, y, row);
      for (int x = 0; x < in[2]; x++) {
        range[0] = row[x] < range[0] ? row[x] : range[0];
        range[1] = row[x] > range[1] ? row[x] : range[1];
      }
      System.arraycopy(row, 0, b[0], (AxisTaps.PAD + y) * in[2], in[2]);
    }
    lines[1].pad(b[0], in[2]);
    lines[1].prefilter(b[0], in[2]);
    for (int j = 0; j < out[1]; j++) {
      lines[1].evaluate(b[0], in[2], j, row);
      System.arraycopy(row, 0, b[2], AxisTaps.PAD, in[2]);
      lines[2].line(b[2], result, j * out[2]);
    }
    clip(result, result.length, range);
    scratch.give(b);
  }

  /** One row j of all planes along axis 0; no clip there. */
  private void alongSeparateAxis(double[][] planes, int j, int order, RowSink sink) {
    int width = out[2];
    double[] rows = new double[lines[0].padded() * width];
    double[] row = new double[width];
    for (int z = 0; z < in[0]; z++) {
      System.arraycopy(planes[z], j * width, rows, (AxisTaps.PAD + z) * width, width);
    }
    if (order == 3) {
      lines[0].pad(rows, width);
      lines[0].prefilter(rows, width);
    }
    AxisTaps linear = order == 3 ? null : AxisTaps.linear(in[0], out[0]);
    for (int k = 0; k < out[0]; k++) {
      if (order == 3) {
        lines[0].evaluate(rows, width, k, row);
      } else {
        int row0 = (AxisTaps.PAD + linear.index[0][k]) * width;
        int row1 = (AxisTaps.PAD + linear.index[1][k]) * width;
        for (int x = 0; x < width; x++) {
          row[x] = rows[row0 + x] * linear.weight[0][k] + rows[row1 + x] * linear.weight[1][k];
        }
      }
      sink.write(k, j, row);
    }
  }

  private static void clip(double[] values, int count, double[] range) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.min(Math.max(values[i], range[0]), range[1]);
    }
  }

  private static double[] range(float[] data) {
    float low = Float.POSITIVE_INFINITY;
    float high = Float.NEGATIVE_INFINITY;
    for (float value : data) {
      low = value < low ? value : low;
      high = value > high ? value : high;
    }
    return new double[] {low, high};
  }
}
