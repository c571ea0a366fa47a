package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.LayerNorm;
import org.cirr.op.RmsNorm;
import org.cirr.parallel.Workers;

/**
 * {@link LayerNorm}: mean, then variance, then the values, one position at a time; and {@link
 * RmsNorm}, which is the same with a mean of 0.
 */
final class ScalarLayerNorm implements Kernel {
  private final int rows;
  private final int channels;
  private final boolean centred;
  private final double epsilon;
  private float[] scale; // or null
  private float[] shift; // or null

  ScalarLayerNorm(LayerNorm norm, Step step) {
    this(step, true, norm.epsilon());
  }

  ScalarLayerNorm(RmsNorm norm, Step step) {
    this(step, false, norm.epsilon());
  }

  private ScalarLayerNorm(Step step, boolean centred, double epsilon) {
    this.centred = centred;
    this.epsilon = epsilon;
    channels = step.inputShape().dim(-1);
    rows = channels == 0 ? 0 : step.inputShape().arrayLength() / channels;
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
    workers.forEach(rows, row -> row(inputs[0], output, row * channels));
  }

  private void row(View input, View output, int first) {
    int from = input.offset + first;
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += input.array[from + c];
    }
    double mean = centred ? sum / channels : 0;
    double squares = 0;
    for (int c = 0; c < channels; c++) {
      double difference = input.array[from + c] - mean;
      squares += difference * difference;
    }
    double factor = 1 / Math.sqrt(squares / channels + epsilon);
    for (int c = 0; c < channels; c++) {
      double x = (input.array[from + c] - mean) * factor;
      double scaled = scale == null ? x : x * scale[c];
      output.array[output.offset + first + c] =
          (float) (shift == null ? scaled : scaled + shift[c]);
    }
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
