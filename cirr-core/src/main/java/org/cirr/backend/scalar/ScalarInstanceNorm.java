package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.InstanceNorm;
import org.cirr.parallel.Workers;

/**
 * {@link InstanceNorm}: mean, then variance, then the values; one channel of one sample at a time.
 */
final class ScalarInstanceNorm implements Kernel {
  private final Extents in;
  private final double epsilon;
  private float[] scale; // or null
  private float[] shift; // or null

  ScalarInstanceNorm(InstanceNorm norm, Step step) {
    in = Extents.of(step.inputShape());
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
        in.n() * in.c(), index -> channel(inputs[0], output, index / in.c(), index % in.c()));
  }

  private void channel(View input, View output, int n, int c) {
    int voxels = in.voxels();
    int first = n * voxels * in.c() + c;
    double sum = 0;
    for (int v = 0; v < voxels; v++) {
      sum += input.array[input.offset + first + v * in.c()];
    }
    double mean = sum / voxels;
    double squares = 0;
    for (int v = 0; v < voxels; v++) {
      double difference = input.array[input.offset + first + v * in.c()] - mean;
      squares += difference * difference;
    }
    double factor = 1 / Math.sqrt(squares / voxels + epsilon);
    for (int v = 0; v < voxels; v++) {
      double x = (input.array[input.offset + first + v * in.c()] - mean) * factor;
      output.array[output.offset + first + v * in.c()] =
          (float) (scale == null ? x : x * scale[c] + shift[c]);
    }
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
