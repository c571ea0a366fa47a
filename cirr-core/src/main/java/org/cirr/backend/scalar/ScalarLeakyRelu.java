package org.cirr.backend.scalar;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.LeakyRelu;
import org.cirr.parallel.Workers;

/** {@link LeakyRelu}: {@code x} or {@code slope · x}. */
final class ScalarLeakyRelu implements Kernel {
  private final int length;
  private final float slope;

  ScalarLeakyRelu(LeakyRelu relu, Step step) {
    length = step.result().shape().arrayLength();
    slope = (float) relu.slope();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View in = inputs[0];
    for (int i = 0; i < length; i++) {
      float x = in.array[in.offset + i];
      output.array[output.offset + i] = x >= 0 ? x : slope * x;
    }
  }

  @Override
  public String describe() {
    return "plain loop";
  }
}
