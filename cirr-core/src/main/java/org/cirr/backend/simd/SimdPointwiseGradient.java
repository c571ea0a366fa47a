package org.cirr.backend.simd;

import java.util.function.DoubleUnaryOperator;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Derivative;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Op;
import org.cirr.op.PointwiseGradient;
import org.cirr.parallel.Workers;

/** {@link PointwiseGradient}: rectifiers in vectors, the other functions one value at a time. */
final class SimdPointwiseGradient implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = 1 << 14; // elements

  private final FixedInputs fixed;
  private final Chunks chunks;
  private final boolean rectifier;
  private final float slope;
  private final DoubleUnaryOperator derivative;

  SimdPointwiseGradient(PointwiseGradient op, Step step) {
    fixed = new FixedInputs(step);
    chunks = new Chunks(step.node().shape().arrayLength(), CHUNK);
    Op function = op.function();
    rectifier = Activation.knows(function);
    slope = rectifier ? Activation.of(function).slope() : 1;
    derivative = Derivative.of(function);
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View x = fixed.get(operands.inputs, 0);
    View g = fixed.get(operands.inputs, 1);
    View output = operands.output;
    workers.forEach(
        chunks.count(),
        chunk -> {
          int from = chunks.from(chunk);
          int count = chunks.count(chunk);
          int done = rectifier ? vectors(x, g, output, from, count - count % LANES) : 0;
          for (int i = from + done; i < from + count; i++) {
            double factor = derivative.applyAsDouble(x.array[x.offset + i]);
            output.array[output.offset + i] = (float) (g.array[g.offset + i] * factor);
          }
        });
  }

  private int vectors(View x, View g, View output, int from, int count) {
    float[] in = x.array;
    float[] gradient = g.array;
    float[] out = output.array;
    int p = x.offset + from;
    int q = g.offset + from;
    int to = output.offset + from;
    for (int i = 0; i < count; i += LANES) {
      FloatVector value = FloatVector.fromArray(F, gradient, q + i);
      FloatVector sloped = value.mul(slope);
      FloatVector argument = FloatVector.fromArray(F, in, p + i);
      sloped.blend(value, argument.compare(VectorOperators.GT, 0f)).intoArray(out, to + i);
    }
    return count;
  }

  @Override
  public String describe() {
    return rectifier ? "one pass" : "one by one";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes();
  }
}
