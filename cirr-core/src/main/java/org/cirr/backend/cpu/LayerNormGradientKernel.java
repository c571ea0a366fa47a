package org.cirr.backend.cpu;

import org.cirr.op.LayerNormGradient;
import org.cirr.parallel.Workers;

/** {@link LayerNormGradient} on both backends: one position after another, sums in double. */
public final class LayerNormGradientKernel implements Kernel {
  private static final int ROWS = 16; // of a task

  private final LayerNormGradient op;
  private final int rows;
  private final int channels;
  private float[] scale; // or null

  /** The kernel of a step. */
  public LayerNormGradientKernel(LayerNormGradient op, Step step) {
    this.op = op;
    channels = step.inputShape().dim(-1);
    rows = channels == 0 ? 0 : step.inputShape().arrayLength() / channels;
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    scale = parameters.input(2);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    workers.forEach(
        (rows + ROWS - 1) / ROWS,
        task -> {
          for (int row = task * ROWS; row < Math.min(rows, (task + 1) * ROWS); row++) {
            row(operands, row * channels);
          }
        });
  }

  private void row(Operands operands, int first) {
    float[] x = operands.inputs[0].array;
    float[] g = operands.inputs[1].array;
    int from = operands.inputs[0].offset + first;
    int at = operands.inputs[1].offset + first;
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += x[from + c];
    }
    double mean = op.centred() ? sum / channels : 0;
    double squares = 0;
    double a = 0;
    double b = 0;
    for (int c = 0; c < channels; c++) {
      double difference = x[from + c] - mean;
      double scaled = scale == null ? g[at + c] : (double) scale[c] * g[at + c];
      squares += difference * difference;
      a += scaled;
      b += scaled * difference;
    }
    double variance = squares / channels + op.epsilon();
    double factor = 1 / Math.sqrt(variance);
    double both = op.centred() ? a / channels : 0;
    double along = b / channels / variance;
    int to = operands.output.offset + first;
    for (int c = 0; c < channels; c++) {
      double scaled = scale == null ? g[at + c] : (double) scale[c] * g[at + c];
      double value = (scaled - both - (x[from + c] - mean) * along) * factor;
      operands.output.array[to + c] = (float) value;
    }
  }

  @Override
  public String describe() {
    return "row by row";
  }
}
