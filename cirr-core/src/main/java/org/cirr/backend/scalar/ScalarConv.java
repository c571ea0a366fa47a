package org.cirr.backend.scalar;

import java.util.function.Function;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** {@link Conv}: for every output value, the sum over kernel and input channels. */
final class ScalarConv implements Kernel {
  private final Extents in;
  private final Extents out;
  private final int[] kernel;
  private final int[] stride;
  private final int[] padding;
  private final int[] dilation;
  private final int groups;
  private final float[] weight; // [Cout][Cin/groups][kz][ky][kx]
  private final float[] bias; // or null

  ScalarConv(Conv conv, Step step, Function<Node, Tensor> parameters) {
    in = Extents.of(step.inputShape());
    out = Extents.of(step.node().shape());
    Tensor weights = parameters.apply(step.node().inputs().get(1));
    kernel = Extents.kernel(weights.shape());
    stride = Extents.three(conv.stride(), 1);
    padding = Extents.three(conv.padding(), 0);
    dilation = Extents.three(conv.dilation(), 1);
    groups = conv.groups();
    weight = weights.array();
    bias =
        step.node().inputs().size() > 2
            ? parameters.apply(step.node().inputs().get(2)).array()
            : null;
  }

  @Override
  public void run(View[] inputs, View output, float[][] scratch, Workers workers) {
    workers.forEach(out.n() * out.d(), slice -> slice(inputs[0], output, slice));
  }

  private void slice(View input, View output, int slice) {
    int n = slice / out.d();
    int z = slice % out.d();
    int at = output.offset + slice * out.h() * out.w() * out.c();
    for (int y = 0; y < out.h(); y++) {
      for (int x = 0; x < out.w(); x++) {
        for (int c = 0; c < out.c(); c++) {
          output.array[at++] = (float) value(input, n, z, y, x, c);
        }
      }
    }
  }

  private double value(View input, int n, int z, int y, int x, int c) {
    int inPerGroup = in.c() / groups;
    int firstChannel = c / (out.c() / groups) * inPerGroup;
    double sum = bias == null ? 0 : bias[c];
    for (int kz = 0; kz < kernel[0]; kz++) {
      int iz = z * stride[0] - padding[0] + kz * dilation[0];
      for (int ky = 0; ky < kernel[1]; ky++) {
        int iy = y * stride[1] - padding[1] + ky * dilation[1];
        for (int kx = 0; kx < kernel[2]; kx++) {
          int ix = x * stride[2] - padding[2] + kx * dilation[2];
          if (iz < 0 || iz >= in.d() || iy < 0 || iy >= in.h() || ix < 0 || ix >= in.w()) {
            continue; // padding counts as zero
          }
          int from =
              input.offset
                  + (((n * in.d() + iz) * in.h() + iy) * in.w() + ix) * in.c()
                  + firstChannel;
          int w = (((c * inPerGroup) * kernel[0] + kz) * kernel[1] + ky) * kernel[2] + kx;
          int wStep = kernel[0] * kernel[1] * kernel[2];
          for (int i = 0; i < inPerGroup; i++) {
            sum += (double) input.array[from + i] * weight[w + i * wStep];
          }
        }
      }
    }
    return sum;
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
