package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Joint;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Concat;
import org.cirr.parallel.Workers;

/** {@link Concat}: copies, row by row. */
/*
 * Design. The plain form is ScalarConcat. A task is some rows, or a piece of one long row. Within a
 * task the rows are taken a few at a time, input after input, so that what is written stays in the L1
 * cache until it is whole. A block copy costs as much as copying 200 floats in vectors, so only long
 * pieces are left to it.
 */
final class SimdConcat implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Elements of a task. */
  private static final int TASK = 1 << 17;

  /** Elements that are written together. */
  private static final int TOGETHER = 1 << 11;

  /** Shorter pieces are copied vector by vector. */
  private static final int LONG = 256;

  private final Joint joint;
  private final FixedInputs fixed;
  private final Chunks rows;
  private final Chunks pieces; // of a row
  private final int together; // rows

  SimdConcat(Concat op, Step step) {
    joint = Joint.of(op, step);
    fixed = new FixedInputs(step);
    int total = Math.max(1, joint.total());
    rows = new Chunks(joint.rows(), Math.max(1, TASK / total));
    pieces = new Chunks(joint.total(), Math.min(total, TASK));
    together = Math.max(1, TOGETHER / total);
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    workers.forEach(
        rows.count() * pieces.count(),
        task -> {
          int chunk = task / pieces.count();
          int piece = task % pieces.count();
          for (int row = rows.from(chunk); row < rows.to(chunk); row += together) {
            int count = Math.min(together, rows.to(chunk) - row);
            join(operands, row, count, pieces.from(piece), pieces.to(piece));
          }
        });
  }

  /** Elements {@code from} to {@code end} of some rows of the output. */
  private void join(Operands operands, int row, int count, int from, int end) {
    float[] out = operands.output.array;
    int to = operands.output.offset + row * joint.total();
    int first = 0;
    for (int i = 0; i < joint.lengths().length; i++) {
      View in = fixed.get(operands.inputs, i);
      int length = joint.lengths()[i];
      int low = Math.max(from, first);
      int high = Math.min(end, first + length);
      if (low < high) {
        int source = in.offset + row * length + low - first;
        copy(in.array, source, length, out, to + low, joint.total(), high - low, count);
      }
      first += length;
    }
  }

  private static void copy(
      float[] in, int from, int inStep, float[] out, int to, int outStep, int length, int count) {
    if (length >= LONG) {
      for (int row = 0; row < count; row++) {
        System.arraycopy(in, from + row * inStep, out, to + row * outStep, length);
      }
      return;
    }
    for (int row = 0; row < count; row++) {
      int i = from + row * inStep;
      int j = to + row * outStep;
      int c = 0;
      for (; c + LANES <= length; c += LANES) {
        FloatVector.fromArray(F, in, i + c).intoArray(out, j + c);
      }
      for (; c < length; c++) {
        out[j + c] = in[i + c];
      }
    }
  }

  @Override
  public String describe() {
    return "copies";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes();
  }
}
