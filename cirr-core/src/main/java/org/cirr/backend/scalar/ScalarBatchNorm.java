package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.BatchNorm;
import org.cirr.parallel.Workers;

/** {@link BatchNorm}: every channel by its stored statistics. */
final class ScalarBatchNorm implements Kernel {
  private final int length;
  private final int channels;
  private final double epsilon;
  private float[] scale;
  private float[] shift;
  private float[] mean;
  private float[] variance;

  ScalarBatchNorm(BatchNorm norm, Step step) {
    length = step.result().shape().arrayLength();
    channels = step.result().shape().dim(-1);
    epsilon = norm.epsilon();
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    scale = parameters.input(1);
    shift = parameters.input(2);
    mean = parameters.input(3);
    variance = parameters.input(4);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View in = inputs[0];
    for (int i = 0; i < length; i++) {
      int c = i % channels;
      double x = (in.array[in.offset + i] - mean[c]) / Math.sqrt(variance[c] + epsilon);
      output.array[output.offset + i] = (float) (x * scale[c] + shift[c]);
    }
  }

  @Override
  public String describe() {
    return "plain loop";
  }
}
