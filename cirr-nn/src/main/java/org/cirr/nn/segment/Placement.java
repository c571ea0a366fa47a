package org.cirr.nn.segment;

import java.util.Arrays;
import org.cirr.nn.preprocess.Box;
import org.cirr.nn.preprocess.Transpose;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;

/**
 * Where the voxels of the cropped, transposed array lie in the image that was read.
 *
 * <p><b>Source</b>: nnU-Net {@code convert_predicted_logits_to_segmentation_with_correct_shape}:
 * insert at the box, then {@code transpose_backward}.
 */
public final class Placement {
  private final int first;
  private final int[] step;
  private final int[] size;

  /**
   * A placement.
   *
   * @param shape the extents of the image as read
   * @param transpose {@code transpose_forward} of the plans
   * @param box the crop, in transposed axes
   */
  public Placement(int[] shape, Transpose transpose, Box box) {
    int[] transposed = transpose.apply(shape);
    int[] lower = box.lower();
    for (int axis = 0; axis < 3; axis++) {
      if (box.upper()[axis] > transposed[axis]) {
        throw new IllegalArgumentException(
            "the box " + box + " does not fit the transposed shape " + Arrays.toString(transposed));
      }
    }
    step = transpose.steps(shape);
    size = box.shape();
    first = lower[0] * step[0] + lower[1] * step[1] + lower[2] * step[2];
  }

  /**
   * A label map of background with nnU-Net's number of bytes: one for fewer than 255 foreground
   * labels, else two.
   */
  public static LabelMap background(Geometry geometry, int foregroundLabels) {
    return LabelMap.zeros(geometry, foregroundLabels < 255 ? 0xff : LabelMap.MAX_LABEL);
  }

  /** Writes the labels of slice {@code slice} of the cropped array. */
  public void labels(int slice, short[] labels, LabelMap target) {
    int in = 0;
    for (int y = 0; y < size[1]; y++) {
      int out = first + slice * step[0] + y * step[1];
      for (int x = 0; x < size[2]; x++, out += step[2]) {
        target.set(out, labels[in++] & 0xffff);
      }
    }
  }

  /** Writes one channel of slice {@code slice} of the cropped array. */
  public void values(int slice, float[] values, float[] target) {
    int in = 0;
    for (int y = 0; y < size[1]; y++) {
      int out = first + slice * step[0] + y * step[1];
      for (int x = 0; x < size[2]; x++, out += step[2]) {
        target[out] = values[in++];
      }
    }
  }
}
