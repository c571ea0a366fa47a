package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.backend.cpu.Window;
import org.cirr.op.ConvWeightGradient;
import org.cirr.parallel.Workers;

/** {@link ConvWeightGradient} of {@link SimdFewOutputs}, such as a network's last layer. */
/*
 * Design. The plain form is ScalarConvWeightGradient. A vector of input channels times one number for
 * each output: 2 of the lanes that SimdConvWeightGradient gives to the outputs would be used. A task
 * takes some voxels at a time, which stay in the L1 cache while one vector of their channels after
 * another is normalised and summed in registers. Every task has sums of its own; they are added in
 * order at the end.
 */
final class SimdFewOutputsGradient implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Tasks that keep any machine busy. */
  private static final int TASKS = 16;

  private final int channels;
  private final int outputs;
  private final int samples;
  private final Chunks voxels; // of a sample
  private final Activation activation; // or null: the input is read as it is

  SimdFewOutputsGradient(ConvWeightGradient op, Step step) {
    Window window = Window.of(op, step);
    channels = window.in().c();
    outputs = window.out().c();
    samples = window.in().n();
    voxels = new Chunks(window.in().voxels(), Math.max(1, SimdFewOutputs.BAND / channels));
    boolean plain = step.parts().get(0).isPlain();
    activation = plain ? null : Activation.of(step.parts().get(0).activation());
  }

  /** Whether this kernel is the one for the gradient. */
  static boolean computes(ConvWeightGradient op, Step step) {
    Window window = Window.of(op, step);
    return SimdFewOutputs.isPointwise(op.groups(), window)
        && step.parts().size() == 2
        && window.in().c() > 0
        && window.in().c() % LANES == 0
        && window.out().c() <= SimdFewOutputs.MOST_OUTPUTS;
  }

  /** Floats that all threads share: the sums of all tasks. */
  static long sharedLength(Step step) {
    return TASKS * step.node().shape().elements();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    int length = outputs * channels;
    View sums = operands.shared;
    workers.forEach(TASKS, task -> part(operands, task, sums.offset + task * length));
    View out = operands.output;
    Arrays.fill(out.array, out.offset, out.offset + length, 0);
    for (int task = 0; task < TASKS; task++) {
      for (int i = 0; i < length; i++) {
        out.array[out.offset + i] += sums.array[sums.offset + task * length + i];
      }
    }
  }

  /** The sums of a task, over its share of all chunks of voxels. */
  private void part(Operands operands, int task, int at) {
    View in = operands.inputs[0];
    View gradient = operands.inputs[1];
    float[] sums = operands.shared.array;
    Arrays.fill(sums, at, at + outputs * channels, 0);
    long all = (long) samples * voxels.count();
    for (int k = (int) (all * task / TASKS); k < all * (task + 1) / TASKS; k++) {
      int n = k / voxels.count();
      int chunk = k % voxels.count();
      int first = n * voxels.length() + voxels.from(chunk);
      int p = in.offset + first * channels;
      int q = gradient.offset + first * outputs;
      for (int c = 0; c < channels; c += LANES) {
        if (activation == null) {
          add(in.array, p + c, voxels.count(chunk), gradient.array, q, sums, at + c);
        } else {
          View table = operands.tables[0];
          int norm = table.offset + n * NormTable.length(channels) + c;
          int count = voxels.count(chunk);
          add(in.array, p + c, count, table.array, norm, gradient.array, q, sums, at + c);
        }
      }
    }
  }

  /** Adds the products of a vector of channels. A single output is computed twice. */
  private void add(float[] in, int p, int count, float[] gradient, int q, float[] sums, int at) {
    int next = outputs - 1;
    FloatVector a = FloatVector.fromArray(F, sums, at);
    FloatVector b = FloatVector.fromArray(F, sums, at + next * channels);
    for (int v = 0; v < count; v++) {
      FloatVector x = FloatVector.fromArray(F, in, p + v * channels);
      a = x.fma(FloatVector.broadcast(F, gradient[q + v * outputs]), a);
      b = x.fma(FloatVector.broadcast(F, gradient[q + v * outputs + next]), b);
    }
    b.intoArray(sums, at + next * channels);
    a.intoArray(sums, at);
  }

  /** The same of {@code activation((in − mean) · factor + shift)}. */
  private void add(
      float[] in,
      int p,
      int count,
      float[] table,
      int norm,
      float[] gradient,
      int q,
      float[] sums,
      int at) {
    int next = outputs - 1;
    FloatVector mean = FloatVector.fromArray(F, table, norm);
    FloatVector factor = FloatVector.fromArray(F, table, norm + channels);
    FloatVector shift = FloatVector.fromArray(F, table, norm + 2 * channels);
    FloatVector a = FloatVector.fromArray(F, sums, at);
    FloatVector b = FloatVector.fromArray(F, sums, at + next * channels);
    for (int v = 0; v < count; v++) {
      FloatVector x = FloatVector.fromArray(F, in, p + v * channels).sub(mean);
      x = activation.apply(x.fma(factor, shift));
      a = x.fma(FloatVector.broadcast(F, gradient[q + v * outputs]), a);
      b = x.fma(FloatVector.broadcast(F, gradient[q + v * outputs + next]), b);
    }
    b.intoArray(sums, at + next * channels);
    a.intoArray(sums, at);
  }

  @Override
  public String describe() {
    return "few outputs, one pass in " + TASKS + " parts";
  }
}
