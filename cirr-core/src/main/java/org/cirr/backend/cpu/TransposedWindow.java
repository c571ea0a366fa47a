package org.cirr.backend.cpu;

import org.cirr.op.ConvTranspose;

/**
 * How the window of a transposed convolution moves, for the axes d, h, w: the way back of {@link
 * Window}.
 *
 * @param in the activation it reads
 * @param out the activation it makes
 */
public record TransposedWindow(
    Extents in, Extents out, int[] kernel, int[] stride, int[] padding, int[] dilation) {
  /** The window of a step's transposed convolution. */
  public static TransposedWindow of(ConvTranspose conv, Step step) {
    return new TransposedWindow(
        Extents.of(step.inputShape()),
        Extents.of(step.node().shape()),
        Extents.kernel(step.node().inputs().get(1).shape()),
        Extents.three(conv.stride(), 1),
        Extents.three(conv.padding(), 0),
        Extents.three(conv.dilation(), 1));
  }

  /** The positions of the kernel: kz · ky · kx. */
  public int taps() {
    return kernel[0] * kernel[1] * kernel[2];
  }

  /**
   * The input index along an axis (0 to 2) that reaches an output index through kernel position k,
   * or −1 when none does.
   */
  public int source(int axis, int outIndex, int k) {
    int extent = axis == 0 ? in.d() : axis == 1 ? in.h() : in.w();
    int scaled = outIndex + padding[axis] - k * dilation[axis];
    return scaled < 0 || scaled % stride[axis] != 0 || scaled / stride[axis] >= extent
        ? -1
        : scaled / stride[axis];
  }
}
