package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.backend.cpu.Window;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;

/** {@link Conv}: for every output value, the sum over kernel and input channels. */
final class ScalarConv implements Kernel {
  private final Window window;
  private final int groups;
  private float[] weight; // [Cout][Cin/groups][kz][ky][kx]
  private float[] bias; // or null

  ScalarConv(Conv conv, Step step) {
    window = Window.of(conv, step);
    groups = conv.groups();
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    weight = parameters.input(1);
    bias = parameters.input(2);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    ScalarOutput.fill(
        output, window.out(), workers, (n, z, y, x, c) -> value(inputs[0], n, z, y, x, c));
  }

  private double value(View input, int n, int z, int y, int x, int c) {
    int inPerGroup = window.in().c() / groups;
    int firstChannel = c / (window.out().c() / groups) * inPerGroup;
    int[] kernel = window.kernel();
    int taps = window.taps();
    double sum = bias == null ? 0 : bias[c];
    for (int kz = 0; kz < kernel[0]; kz++) {
      for (int ky = 0; ky < kernel[1]; ky++) {
        for (int kx = 0; kx < kernel[2]; kx++) {
          int source = window.source(n, z, y, x, kz, ky, kx);
          if (source < 0) {
            continue; // padding counts as zero
          }
          int from = input.offset + source + firstChannel;
          int w = c * inPerGroup * taps + (kz * kernel[1] + ky) * kernel[2] + kx;
          for (int i = 0; i < inPerGroup; i++) {
            sum += (double) input.array[from + i] * weight[w + i * taps];
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
