package org.cirr.backend.cpu;

import org.cirr.parallel.Workers;

/** {@link org.cirr.op.ArgMax} on both backends: a loop over each row. */
public final class ArgMaxKernel implements Kernel {
  private static final int CHUNK = 256; // rows

  private final int rows;
  private final int width;

  /** The kernel of a step. */
  public ArgMaxKernel(Step step) {
    width = step.inputShape().dim(-1);
    rows = step.node().shape().arrayLength();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View in = inputs[0];
    workers.forEach(
        (rows + CHUNK - 1) / CHUNK,
        chunk -> {
          for (int row = chunk * CHUNK; row < Math.min(rows, (chunk + 1) * CHUNK); row++) {
            int from = in.offset + row * width;
            int best = 0;
            for (int c = 1; c < width; c++) {
              float x = in.array[from + c];
              float most = in.array[from + best];
              if (x > most || (x != x && most == most)) {
                best = c;
              }
            }
            output.array[output.offset + row] = best;
          }
        });
  }

  @Override
  public String describe() {
    return "rows";
  }
}
