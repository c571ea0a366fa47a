package org.cirr.nn.preprocess;

import java.util.Arrays;
import java.util.BitSet;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Half;

/**
 * Resamples a segmentation label by label, for cascades and for evaluation.
 *
 * <p><b>Formula</b>: splines: a voxel gets the highest label whose resampled mask is at least ½
 * there, else 0. Torch: the label whose mask is above 0.7 there, else the one with the largest mask
 * in half precision, the lowest label winning ties.
 *
 * <p><b>Edge cases</b>: labels may be negative (nnU-Net marks the outside −1).
 *
 * <p><b>Source</b>: nnU-Net {@code resample_data_or_seg_to_shape} and {@code
 * resample_torch_fornnunet} with {@code is_seg}; batchgenerators {@code resize_segmentation}.
 */
public final class LabelResampler {
  private static final float TORCH_SCALE = 1000;
  private static final float TORCH_SURE = 0.7f * TORCH_SCALE;

  private LabelResampler() {}

  /**
   * The labels on the output grid.
   *
   * <p><b>Shapes</b>: {@code [z, y, x]}, {@code grid.in()} to {@code grid.out()}.
   */
  public static short[] resample(
      short[] labels, ResampleGrid grid, ResampleMethod method, Workers workers) {
    if (grid.isIdentity()) {
      return labels;
    }
    if (grid.separateAxis() < 0) {
      return joint(labels, grid, method, workers);
    }
    int axis = grid.separateAxis();
    int[] between = grid.out();
    between[axis] = grid.in()[axis];
    ResampleGrid inPlane = new ResampleGrid(grid.in(), between, axis);
    ResampleGrid along = new ResampleGrid(between, grid.out(), axis);
    short[] planes = inPlane.isIdentity() ? labels : joint(labels, inPlane, method, workers);
    if (along.isIdentity()) {
      return planes;
    }
    if (method instanceof ResampleMethod.Spline spline && spline.orderZ() != 0) {
      ResampleMethod only = new ResampleMethod.Spline(0, spline.orderZ(), spline.separate());
      // nnU-Net rounds half to even before it compares, so exactly one half does not count here.
      return byMask(planes, along, only, Math.nextUp(0.5), workers);
    }
    return lookUp(planes, along, method, workers);
  }

  private static short[] joint(
      short[] labels, ResampleGrid grid, ResampleMethod method, Workers workers) {
    if (method instanceof ResampleMethod.Torch) {
      return byVote(labels, grid, method, workers);
    }
    if (method instanceof ResampleMethod.Spline spline && spline.order() == 0) {
      return lookUp(labels, grid, method, workers);
    }
    return byMask(labels, grid, method, 0.5, workers);
  }

  /** Copies each label from its nearest voxel. */
  private static short[] lookUp(
      short[] labels, ResampleGrid grid, ResampleMethod method, Workers workers) {
    int[] in = grid.in();
    int[] out = grid.out();
    AxisTaps[] taps = new AxisTaps[3];
    Arrays.setAll(
        taps,
        axis ->
            method instanceof ResampleMethod.Torch
                ? AxisTaps.torchNearest(in[axis], out[axis])
                : AxisTaps.nearest(in[axis], out[axis]));
    short[] result = new short[out[0] * out[1] * out[2]];
    workers.forEach(
        out[0],
        z -> {
          int to = z * out[1] * out[2];
          for (int y = 0; y < out[1]; y++) {
            int row = (taps[0].index[0][z] * in[1] + taps[1].index[0][y]) * in[2];
            for (int x = 0; x < out[2]; x++) {
              result[to++] = labels[row + taps[2].index[0][x]];
            }
          }
        });
    return result;
  }

  private static short[] byMask(
      short[] labels, ResampleGrid grid, ResampleMethod method, double least, Workers workers) {
    int[] out = grid.out();
    short[] result = new short[out[0] * out[1] * out[2]];
    for (short label : present(labels)) {
      // In double: a value a hair below one half must not round up to it.
      eachValue(
          labels,
          label,
          1,
          grid,
          method,
          workers,
          (index, value) -> {
            if (value >= least) {
              result[index] = label;
            }
          });
    }
    return result;
  }

  private static short[] byVote(
      short[] labels, ResampleGrid grid, ResampleMethod method, Workers workers) {
    int[] out = grid.out();
    short[] result = new short[out[0] * out[1] * out[2]];
    float[] best = new float[result.length];
    Arrays.fill(best, -1);
    for (short label : present(labels)) {
      eachValue(
          labels,
          label,
          TORCH_SCALE,
          grid,
          method,
          workers,
          (index, value) -> {
            float vote = Half.toFloat(Half.fromDouble(value));
            if (vote > TORCH_SURE) {
              vote = Float.POSITIVE_INFINITY;
            }
            if (vote > best[index]) {
              best[index] = vote;
              result[index] = label;
            }
          });
    }
    return result;
  }

  /** Resamples the mask of one label, {@code scale} inside and 0 outside. */
  private static void eachValue(
      short[] labels,
      short label,
      float scale,
      ResampleGrid grid,
      ResampleMethod method,
      Workers workers,
      SplineKernel.FlatSink sink) {
    int[] in = grid.in();
    int[] out = grid.out();
    SliceKernel kernel = ImageResampler.sliceKernel(grid, method);
    if (kernel == null) {
      float[] mask = new float[labels.length];
      for (int index = 0; index < mask.length; index++) {
        mask[index] = labels[index] == label ? scale : 0;
      }
      SplineKernel.run(mask, grid, (ResampleMethod.Spline) method, sink, workers);
      return;
    }
    RowSource source =
        (z, y, into) -> {
          int index = (z * in[1] + y) * in[2];
          for (int x = 0; x < in[2]; x++) {
            into[x] = labels[index + x] == label ? scale : 0;
          }
        };
    RowSink rows =
        (z, y, row) -> {
          int index = (z * out[1] + y) * out[2];
          for (int x = 0; x < out[2]; x++) {
            sink.write(index + x, row[x]);
          }
        };
    workers.forEach(out[0], k -> kernel.slice(k, source, rows));
  }

  /** The labels that occur, ascending. */
  private static short[] present(short[] labels) {
    BitSet seen = new BitSet(1 << 16);
    for (short label : labels) {
      seen.set(label - Short.MIN_VALUE);
    }
    short[] present = new short[seen.cardinality()];
    int count = 0;
    for (int bit = seen.nextSetBit(0); bit >= 0; bit = seen.nextSetBit(bit + 1)) {
      present[count++] = (short) (bit + Short.MIN_VALUE);
    }
    return present;
  }
}
