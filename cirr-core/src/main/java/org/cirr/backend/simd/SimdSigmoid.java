package org.cirr.backend.simd;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.Sigmoid}: parallel, but one element at a time. */
final class SimdSigmoid implements Kernel {
  private static final int CHUNK = 1 << 15; // elements

  private final Chunks chunks;

  SimdSigmoid(Step step) {
    chunks = new Chunks(step.result().shape().arrayLength(), CHUNK);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    workers.forEach(
        chunks.count(), chunk -> chunk(inputs, output, chunks.from(chunk), chunks.to(chunk)));
  }

  private void chunk(View[] inputs, View output, int from, int to) {
    View in = inputs[0];
    for (int i = from; i < to; i++) {
      output.array[output.offset + i] = (float) (1 / (1 + Math.exp(-in.array[in.offset + i])));
    }
  }

  @Override
  public String describe() {
    return "one pass";
  }
}
