package org.cirr.nn.preprocess;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Half;

/**
 * Resamples logits one output slice after another, from the few input slices that each needs.
 *
 * <p>For an output slice {@code k} the caller keeps the input slices {@link #first(int)} to {@link
 * #last(int)}; both never fall as {@code k} rises, so a rolling window is enough. Where a cubic
 * spline makes every slice depend on all others, the range is the whole input, and a channel is
 * resampled on its first use and kept until its last slice was read ({@link #heldBytes()}).
 *
 * <p>Values of {@link ResampleMethod.Spline} are rounded from double to half once where the caller
 * asks for half precision, as NumPy casts the result to the type of nnU-Net's logits; those of
 * {@link ResampleMethod.Torch} stay float. With equal shapes the logits come out untouched.
 *
 * <p>Different channels may be resampled by different threads at once.
 */
public final class SliceResampler {
  private final ResampleGrid grid;
  private final ResampleMethod method;
  private final boolean half;
  private final SliceKernel kernel; // null: identity, or the whole channel at once
  private final AtomicReferenceArray<float[]> whole; // null unless a whole channel is needed
  private final Scratch<double[]> lines;

  /**
   * A resampler of channels of equal shape.
   *
   * @param half whether logits are half precision
   */
  public SliceResampler(ResampleGrid grid, ResampleMethod method, int channels, boolean half) {
    this.grid = grid;
    this.method = method;
    this.half = half && method instanceof ResampleMethod.Spline;
    kernel = grid.isIdentity() ? null : ImageResampler.sliceKernel(grid, method);
    whole = kernel == null && !grid.isIdentity() ? new AtomicReferenceArray<>(channels) : null;
    lines = new Scratch<>(() -> new double[grid.in()[2]]);
  }

  /** From which to which voxels. */
  public ResampleGrid grid() {
    return grid;
  }

  /** Whether output slices need less than all input slices. */
  public boolean streams() {
    return whole == null;
  }

  /** The first input slice that output slice {@code k} needs. */
  public int first(int k) {
    return whole != null ? 0 : kernel == null ? k : kernel.first(k);
  }

  /** The last input slice that output slice {@code k} needs. */
  public int last(int k) {
    return whole != null ? grid.in()[0] - 1 : kernel == null ? k : kernel.last(k);
  }

  /** The bytes held for whole channels; 0 when streaming. */
  public long heldBytes() {
    int[] out = grid.out();
    return whole == null ? 0 : 4L * whole.length() * out[0] * out[1] * out[2];
  }

  /** The bytes of working memory of each thread. */
  public long scratchBytes() {
    if (kernel != null) {
      return kernel.scratchBytes();
    }
    int[] in = grid.in();
    return whole == null
        ? 8L * in[2]
        : 4L * in[0] * in[1] * in[2]
            + SplineKernel.peakBytes(grid, (ResampleMethod.Spline) method, 1);
  }

  /**
   * Computes output slice {@code k} of one channel.
   *
   * <p><b>Shapes</b>: {@code into} takes {@code out[1] · out[2]} values.
   *
   * @param in the channel's input slices {@code first(k)} to {@code last(k)}
   */
  public void slice(int k, int channel, RowSource in, float[] into) {
    int height = grid.out()[1];
    int width = grid.out()[2];
    if (whole != null) {
      float[] values = whole.get(channel);
      if (values == null) {
        values = wholeChannel(in);
        whole.set(channel, values);
      }
      System.arraycopy(values, k * height * width, into, 0, height * width);
      if (k == grid.out()[0] - 1) {
        whole.set(channel, null);
      }
      return;
    }
    RowSink sink = half && kernel != null ? halfRows(into, width) : floatRows(into, width);
    if (kernel != null) {
      kernel.slice(k, in, sink);
      return;
    }
    double[] line = lines.take();
    for (int y = 0; y < height; y++) {
      in.read(k, y, line);
      sink.write(k, y, line);
    }
    lines.give(line);
  }

  private static RowSink floatRows(float[] into, int width) {
    return (z, y, row) -> {
      for (int x = 0, index = y * width; x < width; x++, index++) {
        into[index] = (float) row[x];
      }
    };
  }

  private static RowSink halfRows(float[] into, int width) {
    return (z, y, row) -> {
      for (int x = 0, index = y * width; x < width; x++, index++) {
        into[index] = Half.toFloat(Half.fromDouble(row[x]));
      }
    };
  }

  private float[] wholeChannel(RowSource in) {
    int[] from = grid.in();
    int[] to = grid.out();
    float[] values = new float[from[0] * from[1] * from[2]];
    double[] line = new double[from[2]];
    int index = 0;
    for (int z = 0; z < from[0]; z++) {
      for (int y = 0; y < from[1]; y++) {
        in.read(z, y, line);
        for (int x = 0; x < from[2]; x++) {
          values[index++] = (float) line[x];
        }
      }
    }
    float[] result = new float[to[0] * to[1] * to[2]];
    SplineKernel.FlatSink sink =
        half
            ? (at, value) -> result[at] = Half.toFloat(Half.fromDouble(value))
            : (at, value) -> result[at] = (float) value;
    SplineKernel.run(values, grid, (ResampleMethod.Spline) method, sink, Workers.single());
    return result;
  }
}
