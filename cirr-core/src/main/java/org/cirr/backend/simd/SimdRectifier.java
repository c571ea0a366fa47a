package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.Relu} and {@link org.cirr.op.LeakyRelu} that stand alone. */
final class SimdRectifier implements Kernel {
  private static final int CHUNK = 1 << 15; // elements

  private final int length;
  private final Activation activation;

  SimdRectifier(Step step) {
    length = step.result().shape().arrayLength();
    activation = Activation.of(step.node().op());
  }

  @Override
  public void run(View[] inputs, View output, float[][] scratch, Workers workers) {
    workers.forEach(
        (length + CHUNK - 1) / CHUNK,
        chunk -> chunk(inputs, output, chunk * CHUNK, Math.min(length, (chunk + 1) * CHUNK)));
  }

  private void chunk(View[] inputs, View output, int from, int to) {
    VectorSpecies<Float> species = Lanes.F;
    View in = inputs[0];
    int i = from;
    for (; i + Lanes.COUNT <= to; i += Lanes.COUNT) {
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
