package org.cirr.backend.scalar;

import java.util.function.Function;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.op.LayerNorm;
import org.cirr.op.RmsNorm;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/**
 * {@link LayerNorm}: mean, then variance, then the values, one position at a time; and {@link
 * RmsNorm}, which is the same with a mean of 0.
 */
final class ScalarLayerNorm implements Kernel {
  private final int rows;
  private final int channels;
  private final boolean centred;
  private final double epsilon;
  private final float[] scale; // or null
  private final float[] shift; // or null

  ScalarLayerNorm(LayerNorm norm, Step step, Function<Node, Tensor> parameters) {
    this(step, parameters, true, norm.epsilon());
  }

  ScalarLayerNorm(RmsNorm norm, Step step, Function<Node, Tensor> parameters) {
    this(step, parameters, false, norm.epsilon());
  }

  private ScalarLayerNorm(
      Step step, Function<Node, Tensor> parameters, boolean centred, double epsilon) {
    this.centred = centred;
    this.epsilon = epsilon;
    channels = step.inputShape().dim(-1);
    rows = channels == 0 ? 0 : step.inputShape().arrayLength() / channels;
    int given = step.node().inputs().size();
    scale = given > 1 ? parameters.apply(step.node().inputs().get(1)).array() : null;
    shift = given > 2 ? parameters.apply(step.node().inputs().get(2)).array() : null;
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
