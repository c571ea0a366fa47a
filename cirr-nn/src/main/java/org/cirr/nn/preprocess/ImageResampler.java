package org.cirr.nn.preprocess;

import java.util.Arrays;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/**
 * Resamples one channel of an image as a whole.
 *
 * <p><b>Edge cases</b>: equal shapes return the same array, whatever the method.
 */
public final class ImageResampler {
  private ImageResampler() {}

  /**
   * The channel on the output grid, computed in double (in float by {@link ResampleMethod.Torch})
   * and rounded to float once.
   *
   * <p><b>Shapes</b>: {@code [z, y, x]}, {@code grid.in()} to {@code grid.out()}.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the method resamples nothing but the
   * shapes differ.
   */
  public static float[] resample(
      float[] channel, ResampleGrid grid, ResampleMethod method, Workers workers) {
    requireLength(channel.length, grid);
    if (grid.isIdentity()) {
      return channel;
    }
    int[] out = grid.out();
    float[] result = new float[Shape.of(out).arrayLength()];
    SliceKernel kernel = sliceKernel(grid, method);
    if (kernel == null) {
      SplineKernel.run(
          channel,
          grid,
          (ResampleMethod.Spline) method,
          (index, value) -> result[index] = (float) value,
          workers);
      return result;
    }
    RowSource source = RowSource.of(channel, grid.in());
    RowSink sink =
        (z, y, row) -> {
          int index = (z * out[1] + y) * out[2];
          for (int x = 0; x < out[2]; x++) {
            result[index + x] = (float) row[x];
          }
        };
    workers.forEach(out[0], k -> kernel.slice(k, source, sink));
    return result;
  }

  /** The bytes that one call holds at once, source and result included. */
  public static long peakBytes(ResampleGrid grid, ResampleMethod method, int threads) {
    if (grid.isIdentity()) {
      return 4 * elements(grid.in());
    }
    SliceKernel kernel = sliceKernel(grid, method);
    long working =
        kernel != null
            ? threads * kernel.scratchBytes()
            : SplineKernel.peakBytes(grid, (ResampleMethod.Spline) method, threads);
    return 4 * (elements(grid.in()) + elements(grid.out())) + working;
  }

  /** The kernel that works slice by slice, null where a slice depends on all others. */
  static SliceKernel sliceKernel(ResampleGrid grid, ResampleMethod method) {
    if (method instanceof ResampleMethod.Torch) {
      return new TorchKernel(grid);
    }
    if (method instanceof ResampleMethod.Spline spline) {
      boolean cubic = spline.order() == 3 || grid.separateAxis() >= 0 && spline.orderZ() == 3;
      return cubic ? null : new LinearKernel(grid, spline.order(), spline.orderZ());
    }
    throw new IllegalArgumentException(
        "the plans resample nothing, but the array has "
            + Arrays.toString(grid.in())
            + " voxels and must get "
            + Arrays.toString(grid.out())
            + ": give an image at the model's spacing");
  }

  private static void requireLength(int length, ResampleGrid grid) {
    if (length != elements(grid.in())) {
      throw new IllegalArgumentException(
          "the channel has "
              + length
              + " values but the grid "
              + Arrays.toString(grid.in())
              + " has "
              + elements(grid.in()));
    }
  }

  private static long elements(int[] shape) {
    return (long) shape[0] * shape[1] * shape[2];
  }
}
