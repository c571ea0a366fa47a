package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.Relu} and {@link org.cirr.op.LeakyRelu} that stand alone. */
final class SimdRectifier implements Kernel {
  private static final int CHUNK = 1 << 15; // elements

  private final Chunks chunks;
  private final Activation activation;

  SimdRectifier(Step step) {
    chunks = new Chunks(step.result().shape().arrayLength(), CHUNK);
    activation = Activation.of(step.node().op());
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    workers.forEach(
        chunks.count(), chunk -> chunk(inputs, output, chunks.from(chunk), chunks.to(chunk)));
  }

  private void chunk(View[] inputs, View output, int from, int to) {
    VectorSpecies<Float> species = Lanes.F;
    View in = inputs[0];
    int i = from;
    for (; i <= to - Lanes.COUNT; i += Lanes.COUNT) {
      FloatVector x = FloatVector.fromArray(species, in.array, in.offset + i);
      activation.apply(x).intoArray(output.array, output.offset + i);
    }
    for (; i < to; i++) {
      output.array[output.offset + i] = activation.apply(in.array[in.offset + i]);
    }
  }

  @Override
  public String describe() {
    return "one pass";
  }
}
