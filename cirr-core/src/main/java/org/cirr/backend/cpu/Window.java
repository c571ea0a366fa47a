package org.cirr.backend.cpu;

import org.cirr.op.Conv;
import org.cirr.op.ConvWeightGradient;
import org.cirr.tensor.Shape;

/**
 * How a window moves over an activation, for the axes d, h, w.
 *
 * @param in the activation it reads
 * @param out the activation it makes
 */
public record Window(
    Extents in, Extents out, int[] kernel, int[] stride, int[] padding, int[] dilation) {
  /** The window of a convolution. */
  public static Window of(Conv conv, Step step) {
    Shape weight = step.node().inputs().get(1).shape();
    return new Window(
        Extents.of(step.inputShape()),
        Extents.of(step.node().shape()),
        Extents.kernel(weight),
        Extents.three(conv.stride(), 1),
        Extents.three(conv.padding(), 0),
        Extents.three(conv.dilation(), 1));
  }

  /** The window of the convolution whose weight's gradient an op is. */
  public static Window of(ConvWeightGradient op, Step step) {
    return new Window(
        Extents.of(step.inputShape()),
        Extents.of(step.node().inputs().get(1).shape()),
        Extents.kernel(step.node().shape()),
        Extents.three(op.stride(), 1),
        Extents.three(op.padding(), 0),
        Extents.three(op.dilation(), 1));
  }

  /** The positions of the kernel: kz · ky · kx. */
  public int taps() {
    return kernel[0] * kernel[1] * kernel[2];
  }

  /** Where along an axis (0 to 2) kernel position k of an output index reads; may lie outside. */
  public int source(int axis, int outIndex, int k) {
    return outIndex * stride[axis] - padding[axis] + k * dilation[axis];
  }

  /** The flat index of channel 0 of the voxel under a kernel position, or −1 in the padding. */
  public int source(int n, int z, int y, int x, int kz, int ky, int kx) {
    int iz = source(0, z, kz);
    int iy = source(1, y, ky);
    int ix = source(2, x, kx);
    return iz < 0 || iz >= in.d() || iy < 0 || iy >= in.h() || ix < 0 || ix >= in.w()
        ? -1
        : (((n * in.d() + iz) * in.h() + iy) * in.w() + ix) * in.c();
  }
}
