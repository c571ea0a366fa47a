package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.TransposedWindow;
import org.cirr.backend.cpu.View;
import org.cirr.op.ConvTranspose;
import org.cirr.parallel.Workers;

/**
 * {@link ConvTranspose}: for every output value, the sum over those kernel positions through which
 * an input voxel reaches it.
 */
final class ScalarConvTranspose implements Kernel {
  private final TransposedWindow window;
  private final Extents in;
  private final Extents out;
  private final int[] kernel;
  private final int groups;
  private float[] weight; // [Cin][Cout/groups][kz][ky][kx]
  private float[] bias; // or null

  ScalarConvTranspose(ConvTranspose conv, Step step) {
    window = TransposedWindow.of(conv, step);
    in = window.in();
    out = window.out();
    kernel = window.kernel();
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
    ScalarOutput.fill(output, out, workers, (n, z, y, x, c) -> value(inputs[0], n, z, y, x, c));
  }

  private double value(View input, int n, int z, int y, int x, int c) {
    int inPerGroup = in.c() / groups;
    int outPerGroup = out.c() / groups;
    int first = c / outPerGroup * inPerGroup;
    double sum = bias == null ? 0 : bias[c];
    for (int kz = 0; kz < kernel[0]; kz++) {
      int iz = window.source(0, z, kz);
      for (int ky = 0; ky < kernel[1]; ky++) {
        int iy = window.source(1, y, ky);
        for (int kx = 0; kx < kernel[2]; kx++) {
          int ix = window.source(2, x, kx);
          if (iz < 0 || iy < 0 || ix < 0) {
            continue;
          }
          int from = input.offset + (((n * in.d() + iz) * in.h() + iy) * in.w() + ix) * in.c();
          for (int i = first; i < first + inPerGroup; i++) {
            int filter = i * outPerGroup + c % outPerGroup;
            int w = ((filter * kernel[0] + kz) * kernel[1] + ky) * kernel[2] + kx;
            sum += (double) input.array[from + i] * weight[w];
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
