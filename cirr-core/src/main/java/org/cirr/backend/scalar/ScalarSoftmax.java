package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.Softmax}: over the last axis, in double. */
final class ScalarSoftmax implements Kernel {
  private final int rows;
  private final int channels;

  ScalarSoftmax(Step step) {
    channels = step.result().shape().dim(-1);
    rows = channels == 0 ? 0 : step.result().shape().arrayLength() / channels;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View in = inputs[0];
    for (int row = 0; row < rows; row++) {
      int from = in.offset + row * channels;
      int to = output.offset + row * channels;
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < channels; c++) {
        max = Math.max(max, in.array[from + c]);
      }
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += Math.exp(in.array[from + c] - max);
      }
      for (int c = 0; c < channels; c++) {
        output.array[to + c] = (float) (Math.exp(in.array[from + c] - max) / sum);
      }
    }
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
