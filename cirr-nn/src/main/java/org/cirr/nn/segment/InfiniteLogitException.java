package org.cirr.nn.segment;

import java.util.Arrays;

/**
 * The network's output overflowed, so that there is no mask; the message names class and voxel.
 *
 * <p><b>Source</b>: nnU-Net refuses infinite logits too.
 */
public final class InfiniteLogitException extends ArithmeticException {
  private static final long serialVersionUID = 1L;

  /** The refusal. */
  public InfiniteLogitException(String message) {
    super(message);
  }

  /** At a voxel of a slice of half precision. */
  static InfiniteLogitException ofHalf(int label, int slice, int index, int width) {
    return at(
        label, slice, index, width, "half precision holds at most 65504: use precision float32");
  }

  /** At a voxel of a slice of single precision. */
  static InfiniteLogitException ofFloat(int label, int slice, int index, int width) {
    return at(
        label, slice, index, width, "check the intensities of the image and the model's weights");
  }

  private static InfiniteLogitException at(
      int label, int slice, int index, int width, String advice) {
    return new InfiniteLogitException(
        "the logit of class "
            + label
            + " is infinite at voxel "
            + Arrays.toString(new int[] {slice, index / width, index % width})
            + " of the preprocessed image: "
            + advice);
  }
}
