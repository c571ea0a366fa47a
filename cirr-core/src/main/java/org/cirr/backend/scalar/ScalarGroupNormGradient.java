package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.GroupNormGradient;
import org.cirr.parallel.Workers;

/** {@link GroupNormGradient}: one channel of one sample at a time. */
final class ScalarGroupNormGradient implements Kernel {
  private final GroupNormGradient op;
  private final Extents in;
  private final int width; // channels of a group
  private float[] scale; // or null
  private float[] shift; // or null

  ScalarGroupNormGradient(GroupNormGradient op, Step step) {
    this.op = op;
    in = Extents.of(step.inputShape());
    width = in.c() / op.groups();
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    scale = parameters.input(3);
    shift = parameters.input(4);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    workers.forEach(in.n() * in.c(), index -> channel(operands, index / in.c(), index % in.c()));
  }

  private double scale(int c) {
    return scale == null ? 1 : scale[c];
  }

  private void channel(Operands operands, int n, int c) {
    View sums = operands.inputs[2];
    int at = sums.offset + n * 4 * in.c();
    double mean = sums.array[at + c];
    double factor = sums.array[at + in.c() + c];
    double a = 0;
    double b = 0;
    int first = c / width * width;
    for (int other = first; other < first + width; other++) {
      a += scale(other) * sums.array[at + 2 * in.c() + other];
      b += scale(other) * sums.array[at + 3 * in.c() + other];
    }
    double values = (double) in.voxels() * width;
    View x = operands.inputs[0];
    View g = operands.inputs[1];
    View to = operands.output;
    for (int v = 0; v < in.voxels(); v++) {
      int i = (n * in.voxels() + v) * in.c() + c;
      double normal = (x.array[x.offset + i] - mean) * factor;
      double y = normal * scale(c) + (shift == null ? 0 : shift[c]);
      double gradient = g.array[g.offset + i] * (y > 0 ? 1 : op.slope());
      double value = (scale(c) * gradient - (a + normal * b) / values) * factor;
      to.array[to.offset + i] = (float) value;
    }
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
