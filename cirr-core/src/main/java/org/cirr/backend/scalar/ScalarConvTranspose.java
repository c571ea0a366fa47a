package org.cirr.backend.scalar;

import java.util.function.Function;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.op.ConvTranspose;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/**
 * {@link ConvTranspose}: for every output value, the sum over those kernel positions through which
 * an input voxel reaches it.
 */
final class ScalarConvTranspose implements Kernel {
  private final Extents in;
  private final Extents out;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;
  private final float[] weight; // [Cin][Cout][kz][ky][kx]
  private final float[] bias; // or null

  ScalarConvTranspose(ConvTranspose conv, Step step, Function<Node, Tensor> parameters) {
    in = Extents.of(step.inputShape());
    out = Extents.of(step.node().shape());
    Tensor weights = parameters.apply(step.node().inputs().get(1));
    kernel = Extents.kernel(weights.shape());
    stride = Extents.three(conv.stride(), 1);
    padding = Extents.three(conv.padding(), 0);
    weight = weights.array();
    bias =
        step.node().inputs().size() > 2
            ? parameters.apply(step.node().inputs().get(2)).array()
            : null;
  }

  @Override
  public void run(View[] inputs, View output, float[][] scratch, Workers workers) {
    ScalarOutput.fill(output, out, workers, (n, z, y, x, c) -> value(inputs[0], n, z, y, x, c));
  }

  private double value(View input, int n, int z, int y, int x, int c) {
    double sum = bias == null ? 0 : bias[c];
    for (int kz = 0; kz < kernel[0]; kz++) {
      int iz = source(z, kz, 0, in.d());
      for (int ky = 0; ky < kernel[1]; ky++) {
        int iy = source(y, ky, 1, in.h());
        for (int kx = 0; kx < kernel[2]; kx++) {
          int ix = source(x, kx, 2, in.w());
          if (iz < 0 || iy < 0 || ix < 0) {
            continue;
          }
          int from = input.offset + (((n * in.d() + iz) * in.h() + iy) * in.w() + ix) * in.c();
          for (int i = 0; i < in.c(); i++) {
            int w = (((i * out.c() + c) * kernel[0] + kz) * kernel[1] + ky) * kernel[2] + kx;
            sum += (double) input.array[from + i] * weight[w];
          }
        }
      }
    }
    return sum;
  }

  /** The input index that reaches an output index through a kernel position, or −1. */
  private int source(int outIndex, int k, int axis, int extent) {
    int scaled = outIndex + padding[axis] - k;
    return scaled < 0 || scaled % stride[axis] != 0 || scaled / stride[axis] >= extent
        ? -1
        : scaled / stride[axis];
  }

  @Override
  public String describe() {
    return "plain loops";
  }

  @Override
  public long weightBytes() {
    return 4L * weight.length;
  }
}
