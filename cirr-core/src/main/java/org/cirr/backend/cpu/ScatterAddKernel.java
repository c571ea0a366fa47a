package org.cirr.backend.cpu;

import java.util.Arrays;
import org.cirr.op.ScatterAdd;
import org.cirr.parallel.Workers;

/** {@link ScatterAdd} on both backends: one row after another. */
public final class ScatterAddKernel implements Kernel {
  private final FixedInputs fixed;
  private final int rows;
  private final int width;
  private final int count;

  /** The kernel of a step. */
  public ScatterAddKernel(ScatterAdd op, Step step) {
    fixed = new FixedInputs(step);
    rows = op.rows();
    width = step.node().shape().dim(1);
    count = step.node().inputShapes().get(0).arrayLength();
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View numbers = fixed.get(operands.inputs, 0);
    View added = fixed.get(operands.inputs, 1);
    View to = operands.output;
    Arrays.fill(to.array, to.offset, to.offset + rows * width, 0);
    for (int i = 0; i < count; i++) {
      int row = Math.max(0, Math.min(rows - 1, (int) numbers.array[numbers.offset + i]));
      for (int c = 0; c < width; c++) {
        to.array[to.offset + row * width + c] += added.array[added.offset + i * width + c];
      }
    }
  }

  @Override
  public String describe() {
    return "row by row";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes();
  }
}
