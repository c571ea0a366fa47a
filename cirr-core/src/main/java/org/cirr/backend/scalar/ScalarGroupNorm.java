package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.GroupNorm;
import org.cirr.parallel.Workers;

/** {@link GroupNorm}: mean, then variance, then the values; one group of one sample at a time. */
final class ScalarGroupNorm implements Kernel {
  private final Extents in;
  private final int groups;
  private final double epsilon;
  private float[] scale; // or null
  private float[] shift; // or null

  ScalarGroupNorm(GroupNorm norm, Step step) {
    in = Extents.of(step.inputShape());
    groups = norm.groups();
    epsilon = norm.epsilon();
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    scale = parameters.input(1);
    shift = parameters.input(2);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    workers.forEach(
        in.n() * groups, index -> group(inputs[0], output, index / groups, index % groups));
  }

  private void group(View input, View output, int n, int group) {
    int width = in.c() / groups;
    int first = n * in.voxels() * in.c() + group * width;
    double sum = 0;
    for (int v = 0; v < in.voxels(); v++) {
      for (int c = 0; c < width; c++) {
        sum += input.array[input.offset + first + v * in.c() + c];
      }
    }
    double count = (double) in.voxels() * width;
    double mean = sum / count;
    double squares = 0;
    for (int v = 0; v < in.voxels(); v++) {
      for (int c = 0; c < width; c++) {
        double difference = input.array[input.offset + first + v * in.c() + c] - mean;
        squares += difference * difference;
      }
    }
    double factor = 1 / Math.sqrt(squares / count + epsilon);
    for (int v = 0; v < in.voxels(); v++) {
      for (int c = 0; c < width; c++) {
        int channel = group * width + c;
        double x = (input.array[input.offset + first + v * in.c() + c] - mean) * factor;
        output.array[output.offset + first + v * in.c() + c] =
            (float) (scale == null ? x : x * scale[channel] + shift[channel]);
      }
    }
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
