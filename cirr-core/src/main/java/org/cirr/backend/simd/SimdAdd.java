package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Part;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.op.Add;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/**
 * {@link Add} of two tensors of one shape, with an activation fused behind it; either of them may
 * be normalised and rectified while it is read.
 */
/*
 * Design. The plain form is ScalarBroadcast. At the end of a residual block both operands are usually
 * norms; applied here they cost nothing, since memory is slower, and a pass over each is saved:
 *
 *   out = activation(norm(a) + norm(b)),   norm(x) = its activation((x − mean) · factor + shift)
 *
 * An operand that is read as it is has the table (0, 1, 0), unless both are: then it is a plain loop.
 */
final class SimdAdd implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = 1 << 15; // elements

  private final int channels;
  private final int period; // of the tables, see ChannelScale
  private final int samples;
  private final int sample; // elements of a sample
  private final Chunks tasks; // of a sample, or of all elements where nothing is normalised
  private final boolean plain;
  private final float[] identity;
  private final Activation first;
  private final Activation second;
  private final Activation activation;

  SimdAdd(Step step) {
    Shape shape = step.result().shape();
    List<Part> parts = step.parts();
    plain = parts.stream().allMatch(Part::isPlain);
    channels = shape.rank() == 0 ? 1 : Math.max(1, shape.dim(-1));
    ChannelScale tables = new ChannelScale(channels);
    period = tables.period();
    identity = new float[3 * period];
    Arrays.fill(identity, period, 2 * period, 1);
    samples = shape.rank() == 0 ? 1 : shape.dim(0);
    sample = plain ? shape.arrayLength() : shape.arrayLength() / Math.max(1, samples);
    int size = plain ? CHUNK : Math.max(1, CHUNK / period) * period;
    tasks = new Chunks(sample, size);
    first = Activation.of(parts.get(0).activation());
    second = Activation.of(parts.get(1).activation());
    activation = Activation.of(step.activation());
  }

  /** Whether it is an addition of this kind: two operands of one shape, both computed. */
  static boolean fits(Node node) {
    return node.op() instanceof Add
        && node.inputs().size() == 2
        && node.inputs().stream().noneMatch(FixedInputs::fixed)
        && node.inputShapes().stream().allMatch(node.shape()::equals);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View a = operands.inputs[0];
    View b = operands.inputs[1];
    View output = operands.output;
    if (plain) {
      workers.forEach(tasks.count(), i -> add(a, b, output, tasks.from(i), tasks.to(i)));
      return;
    }
    workers.forEach(
        samples * tasks.count(),
        i -> {
          int n = i / tasks.count();
          View tableA = operands.tables[0];
          View tableB = operands.tables[1];
          addNormalised(
              operands,
              n * sample + tasks.from(i % tasks.count()),
              tasks.count(i % tasks.count()),
              tableA == null ? identity : tableA.array,
              tableA == null ? 0 : tableA.offset + n * 3 * period,
              tableB == null ? identity : tableB.array,
              tableB == null ? 0 : tableB.offset + n * 3 * period);
        });
  }

  private void add(View a, View b, View output, int from, int to) {
    int i = from;
    for (; i <= to - LANES; i += LANES) {
      FloatVector x = FloatVector.fromArray(F, a.array, a.offset + i);
      FloatVector y = FloatVector.fromArray(F, b.array, b.offset + i);
      activation.apply(x.add(y)).intoArray(output.array, output.offset + i);
    }
    for (; i < to; i++) {
      output.array[output.offset + i] =
          activation.apply(a.array[a.offset + i] + b.array[b.offset + i]);
    }
  }

  /** Elements of one sample, from channel 0 on. */
  private void addNormalised(
      Operands operands, int from, int count, float[] tableA, int p, float[] tableB, int q) {
    float[] a = operands.inputs[0].array;
    float[] b = operands.inputs[1].array;
    float[] out = operands.output.array;
    int aAt = operands.inputs[0].offset + from;
    int bAt = operands.inputs[1].offset + from;
    int to = operands.output.offset + from;
    int whole = count - count % period;
    for (int i = 0; i < whole; i += period) {
      for (int j = 0; j < period; j += LANES) {
        FloatVector x = FloatVector.fromArray(F, a, aAt + i + j);
        x = x.sub(FloatVector.fromArray(F, tableA, p + j));
        FloatVector factor = FloatVector.fromArray(F, tableA, p + period + j);
        x = first.apply(x.fma(factor, FloatVector.fromArray(F, tableA, p + 2 * period + j)));
        FloatVector y = FloatVector.fromArray(F, b, bAt + i + j);
        y = y.sub(FloatVector.fromArray(F, tableB, q + j));
        factor = FloatVector.fromArray(F, tableB, q + period + j);
        y = second.apply(y.fma(factor, FloatVector.fromArray(F, tableB, q + 2 * period + j)));
        activation.apply(x.add(y)).intoArray(out, to + i + j);
      }
    }
    for (int i = whole; i < count; i++) {
      int c = i % channels;
      float x =
          Math.fma(a[aAt + i] - tableA[p + c], tableA[p + period + c], tableA[p + 2 * period + c]);
      float y =
          Math.fma(b[bAt + i] - tableB[q + c], tableB[q + period + c], tableB[q + 2 * period + c]);
      out[to + i] = activation.apply(first.apply(x) + second.apply(y));
    }
  }

  @Override
  public String describe() {
    return plain ? "one pass" : "one pass, norms applied";
  }
}
