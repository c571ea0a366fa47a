package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.GroupNormSums;
import org.cirr.parallel.Workers;

/** {@link GroupNormSums}: mean, then variance, then the sums; one group of one sample at a time. */
final class ScalarGroupNormSums implements Kernel {
  private final GroupNormSums op;
  private final Extents in;
  private final int width; // channels of a group
  private float[] scale; // or null
  private float[] shift; // or null

  ScalarGroupNormSums(GroupNormSums op, Step step) {
    this.op = op;
    in = Extents.of(step.inputShape());
    width = in.c() / op.groups();
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    scale = parameters.input(2);
    shift = parameters.input(3);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    workers.forEach(
        in.n() * op.groups(),
        index -> group(operands, index / op.groups(), index % op.groups() * width));
  }

  private void group(Operands operands, int n, int first) {
    View x = operands.inputs[0];
    int from = x.offset + n * in.voxels() * in.c() + first;
    double sum = 0;
    for (int v = 0; v < in.voxels(); v++) {
      for (int c = 0; c < width; c++) {
        sum += x.array[from + v * in.c() + c];
      }
    }
    double values = (double) in.voxels() * width;
    double mean = sum / values;
    double squares = 0;
    for (int v = 0; v < in.voxels(); v++) {
      for (int c = 0; c < width; c++) {
        double difference = x.array[from + v * in.c() + c] - mean;
        squares += difference * difference;
      }
    }
    double factor = 1 / Math.sqrt(squares / values + op.epsilon());
    for (int c = first; c < first + width; c++) {
      channel(operands, n, c, mean, factor);
    }
  }

  private void channel(Operands operands, int n, int c, double mean, double factor) {
    View x = operands.inputs[0];
    View g = operands.inputs[1];
    double plain = 0;
    double along = 0;
    for (int v = 0; v < in.voxels(); v++) {
      int at = (n * in.voxels() + v) * in.c() + c;
      double normal = (x.array[x.offset + at] - mean) * factor;
      double y = scale == null ? normal : normal * scale[c] + shift[c];
      double gradient = g.array[g.offset + at] * (y > 0 ? 1 : op.slope());
      plain += gradient;
      along += gradient * normal;
    }
    View to = operands.output;
    int at = to.offset + n * 4 * in.c() + c;
    to.array[at] = (float) mean;
    to.array[at + in.c()] = (float) factor;
    to.array[at + 2 * in.c()] = (float) plain;
    to.array[at + 3 * in.c()] = (float) along;
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
