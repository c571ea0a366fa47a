package org.cirr.backend.cpu;

import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/** {@link org.cirr.op.Gather} on both backends: row by row. */
public final class GatherKernel implements Kernel {
  /** Rows of a task. */
  private static final int PIECE = 1 << 12;

  /** Values of a row, as of a one-hot label, that are too few for a call of System.arraycopy. */
  private static final int FEW = 8;

  private final FixedInputs fixed;
  private final int rows;
  private final int width;
  private final int count;

  /** The kernel of a step. */
  public GatherKernel(Step step) {
    fixed = new FixedInputs(step);
    Shape table = step.node().inputShapes().get(0);
    rows = table.dim(0);
    width = table.dim(1);
    count = step.node().inputShapes().get(1).arrayLength();
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View table = fixed.get(inputs, 0);
    View numbers = fixed.get(inputs, 1);
    int pieces = count == 0 ? 0 : (count - 1) / PIECE + 1; // up to the largest array
    workers.forEach(
        pieces,
        piece -> {
          int start = piece * PIECE;
          int end = start + Math.min(PIECE, count - start);
          for (int i = start; i < end; i++) {
            int row = Math.max(0, Math.min(rows - 1, (int) numbers.array[numbers.offset + i]));
            int from = table.offset + row * width;
            copy(table.array, from, output.array, output.offset + i * width);
          }
        });
  }

  private void copy(float[] table, int from, float[] out, int to) {
    if (width > FEW) {
      System.arraycopy(table, from, out, to, width);
      return;
    }
    for (int c = 0; c < width; c++) {
      out[to + c] = table[from + c];
    }
  }

  @Override
  public String describe() {
    return "block copies";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes();
  }
}
