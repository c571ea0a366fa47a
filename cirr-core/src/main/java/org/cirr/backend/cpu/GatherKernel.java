package org.cirr.backend.cpu;

import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/** {@link org.cirr.op.Gather} on both backends: one block copy per row. */
public final class GatherKernel implements Kernel {
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
    for (int i = 0; i < count; i++) {
      int row = Math.max(0, Math.min(rows - 1, (int) numbers.array[numbers.offset + i]));
      int from = table.offset + row * width;
      System.arraycopy(table.array, from, output.array, output.offset + i * width, width);
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
