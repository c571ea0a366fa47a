package org.cirr.backend.scalar;

import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.MatrixProduct;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/**
 * {@link org.cirr.op.MatMul} and {@link org.cirr.op.Linear}: for every output value, the sum over a
 * row of the left matrix and a column of the right one.
 */
final class ScalarMatMul implements Kernel {
  private final MatrixProduct product;
  private final FixedInputs fixed;
  private final boolean biased;

  ScalarMatMul(MatrixProduct product, Step step) {
    this.product = product;
    fixed = new FixedInputs(step);
    biased = step.node().inputs().size() > 2;
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View left = fixed.get(inputs, 0);
    View right = fixed.get(inputs, 1);
    View bias = biased ? fixed.get(inputs, 2) : null;
    int columns = product.columns();
    workers.forEach(
        product.batches() * product.rows(),
        row -> {
          int batch = row / product.rows();
          for (int n = 0; n < columns; n++) {
            double sum = value(left, right, batch, row % product.rows(), n);
            sum += bias == null ? 0 : bias.array[bias.offset + n];
            output.array[output.offset + row * columns + n] = (float) sum;
          }
        });
  }

  private double value(View left, View right, int batch, int m, int n) {
    int depth = product.depth();
    int a = left.offset + product.left()[batch];
    int b = right.offset + product.right()[batch];
    double sum = 0;
    for (int k = 0; k < depth; k++) {
      int i = product.leftTransposed() ? k * product.rows() + m : m * depth + k;
      int j = product.rightTransposed() ? n * depth + k : k * product.columns() + n;
      sum += (double) left.array[a + i] * right.array[b + j];
    }
    return sum;
  }

  @Override
  public String describe() {
    return "plain loops";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes();
  }
}
