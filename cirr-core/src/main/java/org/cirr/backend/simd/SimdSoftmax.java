package org.cirr.backend.simd;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.Softmax}: parallel over rows, each exponential taken once. */
final class SimdSoftmax implements Kernel {
  private static final int CHUNK = 1024; // rows

  private final Chunks rows;
  private final int channels;

  SimdSoftmax(Step step) {
    channels = step.result().shape().dim(-1);
    rows = new Chunks(step.result().shape().arrayLength() / Math.max(1, channels), CHUNK);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    workers.forEach(
        rows.count(),
        chunk -> {
          for (int row = rows.from(chunk); row < rows.to(chunk); row++) {
            row(inputs[0], output, row * channels);
          }
        });
  }

  private void row(View in, View out, int start) {
    int from = in.offset + start;
    int to = out.offset + start;
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < channels; c++) {
      max = Math.max(max, in.array[from + c]);
    }
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      double power = Math.exp(in.array[from + c] - (double) max);
      out.array[to + c] = (float) power;
      sum += power;
    }
    for (int c = 0; c < channels; c++) {
      out.array[to + c] = (float) (out.array[to + c] / sum);
    }
  }

  @Override
  public String describe() {
    return "rows";
  }
}
