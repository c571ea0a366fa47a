package org.cirr.backend.cpu;

import org.cirr.op.LogSoftmax;
import org.cirr.op.Op;
import org.cirr.op.SoftmaxGradient;
import org.cirr.parallel.Workers;

/** {@link LogSoftmax} and {@link SoftmaxGradient} in plain loops: row by row, sums in double. */
public final class SoftmaxKernel implements Kernel {
  private static final int ROWS = 256; // of a task

  private final Op op;
  private final int rows;
  private final int channels;

  /** The kernel of a step. */
  public SoftmaxKernel(Step step) {
    op = step.node().op();
    channels = step.node().shape().dim(-1);
    rows = channels == 0 ? 0 : step.node().shape().arrayLength() / channels;
  }

  /** Whether it computes the op. */
  public static boolean knows(Op op) {
    return op instanceof LogSoftmax || op instanceof SoftmaxGradient;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View to = operands.output;
    View first = operands.inputs[0];
    workers.forEach(
        (rows + ROWS - 1) / ROWS,
        task -> {
          for (int row = task * ROWS; row < Math.min(rows, (task + 1) * ROWS); row++) {
            int at = row * channels;
            if (op instanceof SoftmaxGradient gradient) {
              View g = operands.inputs[1];
              if (gradient.logarithmic()) {
                ofLogarithm(first, g, to, at);
              } else {
                ofSoftmax(first, g, to, at);
              }
            } else {
              logarithm(first, to, at);
            }
          }
        });
  }

  private void logarithm(View x, View to, int at) {
    double max = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < channels; c++) {
      max = Math.max(max, x.array[x.offset + at + c]);
    }
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += Math.exp(x.array[x.offset + at + c] - max);
    }
    double log = max + Math.log(sum);
    for (int c = 0; c < channels; c++) {
      to.array[to.offset + at + c] = (float) (x.array[x.offset + at + c] - log);
    }
  }

  private void ofSoftmax(View y, View g, View to, int at) {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += (double) y.array[y.offset + at + c] * g.array[g.offset + at + c];
    }
    for (int c = 0; c < channels; c++) {
      double value = y.array[y.offset + at + c] * (g.array[g.offset + at + c] - sum);
      to.array[to.offset + at + c] = (float) value;
    }
  }

  private void ofLogarithm(View y, View g, View to, int at) {
    double sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += g.array[g.offset + at + c];
    }
    for (int c = 0; c < channels; c++) {
      double value = g.array[g.offset + at + c] - Math.exp(y.array[y.offset + at + c]) * sum;
      to.array[to.offset + at + c] = (float) value;
    }
  }

  @Override
  public String describe() {
    return "row by row";
  }
}
