package org.cirr.nn.preprocess;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.cirr.metrics.ConnectedComponents;
import org.cirr.metrics.Connectivity;
import org.cirr.parallel.Workers;

/**
 * The smallest box that holds every voxel that is not zero in all channels, and which voxels of
 * that box lie inside the body.
 *
 * <p><b>Edge cases</b>: an image of zeros keeps its full size, and none of its voxels is inside.
 * NaN is not zero.
 *
 * <p><b>Source</b>: nnU-Net {@code crop_to_nonzero}; {@code scipy.ndimage.binary_fill_holes}.
 */
public final class NonzeroCrop {
  private final List<float[]> channels;
  private final int[] shape;
  private final Box box;
  private final boolean empty;

  private NonzeroCrop(List<float[]> channels, int[] shape, Box box, boolean empty) {
    this.channels = channels;
    this.shape = shape;
    this.box = box;
    this.empty = empty;
  }

  /**
   * Finds the box.
   *
   * <p><b>Shapes</b>: every channel is {@code [z, y, x]} of the given shape.
   */
  public static NonzeroCrop of(List<float[]> channels, int[] shape, Workers workers) {
    int[][] perSlice = new int[shape[0]][];
    workers.forEach(shape[0], z -> perSlice[z] = sliceBounds(channels, shape, z));
    int[] bounds = {shape[0], 0, shape[1], 0, shape[2], 0};
    for (int z = 0; z < shape[0]; z++) {
      if (perSlice[z][1] > perSlice[z][0]) {
        bounds[0] = Math.min(bounds[0], z);
        bounds[1] = z + 1;
        bounds[2] = Math.min(bounds[2], perSlice[z][0]);
        bounds[3] = Math.max(bounds[3], perSlice[z][1]);
        bounds[4] = Math.min(bounds[4], perSlice[z][2]);
        bounds[5] = Math.max(bounds[5], perSlice[z][3]);
      }
    }
    boolean empty = bounds[1] == 0;
    Box box =
        empty
            ? Box.whole(shape)
            : new Box(
                new int[] {bounds[0], bounds[2], bounds[4]},
                new int[] {bounds[1], bounds[3], bounds[5]});
    return new NonzeroCrop(List.copyOf(channels), shape.clone(), box, empty);
  }

  /** The box, in voxels of the uncropped array. */
  public Box box() {
    return box;
  }

  /** Whether every voxel is zero. */
  public boolean isEmpty() {
    return empty;
  }

  /** Copies the box out of one channel. */
  public float[] crop(int channel) {
    return box.crop(channels.get(channel), shape);
  }

  /**
   * The voxels of the cropped array that are inside: not zero in some channel, or in a hole that
   * has no way out through faces. (nnU-Net calls the others label −1.)
   */
  public BitSet inside() {
    int[] size = box.shape();
    int[] lower = box.lower();
    // Around the box all is zero up to the array's border, so what reaches the border of the box
    // reaches the outside: filling inside the box equals filling inside the whole array.
    BitSet inside = new BitSet(size[0] * size[1] * size[2]);
    inside.set(0, size[0] * size[1] * size[2]);
    ConnectedComponents outside =
        ConnectedComponents.of(
            size, Connectivity.FACES, index -> isZero(channels, flat(index, lower, size)));
    outside.forEachRun(
        (component, first, end) -> {
          if (outside.touchesBorder(component)) {
            inside.clear(first, end);
          }
        });
    return inside;
  }

  private int flat(int index, int[] lower, int[] size) {
    int x = index % size[2];
    int y = index / size[2] % size[1];
    int z = index / size[2] / size[1];
    return ((z + lower[0]) * shape[1] + y + lower[1]) * shape[2] + x + lower[2];
  }

  private static boolean isZero(List<float[]> channels, int index) {
    for (float[] channel : channels) {
      if (channel[index] != 0) {
        return false;
      }
    }
    return true;
  }

  /** The y and x bounds of one slice; upper 0 where the slice is all zero. */
  private static int[] sliceBounds(List<float[]> channels, int[] shape, int z) {
    int[] bounds = {shape[1], 0, shape[2], 0};
    for (float[] channel : channels) {
      for (int y = 0; y < shape[1]; y++) {
        int row = (z * shape[1] + y) * shape[2];
        int first = 0;
        while (first < shape[2] && channel[row + first] == 0) {
          first++;
        }
        if (first == shape[2]) {
          continue;
        }
        int last = shape[2] - 1;
        while (channel[row + last] == 0) {
          last--;
        }
        bounds[0] = Math.min(bounds[0], y);
        bounds[1] = Math.max(bounds[1], y + 1);
        bounds[2] = Math.min(bounds[2], first);
        bounds[3] = Math.max(bounds[3], last + 1);
      }
    }
    return bounds;
  }

  @Override
  public String toString() {
    return "NonzeroCrop[" + Arrays.toString(shape) + " to " + box + "]";
  }
}
