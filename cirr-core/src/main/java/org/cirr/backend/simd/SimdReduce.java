package org.cirr.backend.simd;

import java.util.Arrays;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Reduction;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Reduce;
import org.cirr.parallel.Workers;

/** {@link Reduce}: outputs that lie side by side together, in loops that the JIT vectorises. */
/*
 * Design. The plain form is ScalarReduce. Means over positions (the usual case) have all channels side
 * by side. Float sums run over at most 64 values; these partial sums are added to another row of
 * scratch, so that long sums lose few bits. A reduction of the last axis has groups of one output and
 * is summed in double.
 */
final class SimdReduce implements Kernel {
  private static final int PART = 64; // values summed before the sum is put away
  private static final int CHUNK = 1 << 14; // joined values of a task

  private final Reduce.Kind kind;
  private final Reduction reduction;
  private final Chunks pieces; // of the outputs that lie side by side
  private final Chunks groups;

  SimdReduce(Reduce op, Step step) {
    kind = op.kind();
    reduction = Reduction.of(op, step);
    int inner = reduction.inner();
    pieces = new Chunks(inner, 256);
    int count = inner == 0 ? 0 : reduction.outputs() / inner;
    long work = Math.max(1, (long) inner * reduction.count());
    groups = new Chunks(count, (int) Math.max(1, CHUNK / work));
  }

  @Override
  public long scratchLength() {
    return pieces.size();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    float[][] scratch = operands.scratch;
    workers.forEach(
        groups.count() * pieces.count(),
        (slot, task) -> {
          int piece = task % pieces.count();
          int chunk = task / pieces.count();
          for (int group = groups.from(chunk); group < groups.to(chunk); group++) {
            int first = reduction.start(group) + pieces.from(piece);
            int to = output.offset + group * reduction.inner() + pieces.from(piece);
            if (reduction.inner() == 1) {
              output.array[to] = (float) one(inputs[0], first);
            } else {
              piece(inputs[0], first, output.array, to, pieces.count(piece), scratch[slot]);
            }
          }
        });
  }

  private double one(View in, int first) {
    int count = reduction.count();
    double value = start();
    for (int k = 0; k < count; k++) {
      double x = in.array[in.offset + first + reduction.joined(k)];
      if (kind == Reduce.Kind.MAX) {
        value = Math.max(value, x);
      } else if (kind == Reduce.Kind.MIN) {
        value = Math.min(value, x);
      } else {
        value += x;
      }
    }
    return kind == Reduce.Kind.MEAN ? value / count : value;
  }

  private float start() {
    return switch (kind) {
      case SUM, MEAN -> 0;
      case MAX -> Float.NEGATIVE_INFINITY;
      case MIN -> Float.POSITIVE_INFINITY;
    };
  }

  private void piece(View in, int first, float[] out, int to, int width, float[] part) {
    int count = reduction.count();
    Arrays.fill(out, to, to + width, start());
    for (int k = 0; k < count; k += PART) {
      Arrays.fill(part, 0, width, start());
      for (int i = k; i < Math.min(count, k + PART); i++) {
        join(in.array, in.offset + first + reduction.joined(i), part, 0, width);
      }
      join(part, 0, out, to, width);
    }
    if (kind == Reduce.Kind.MEAN) {
      for (int c = 0; c < width; c++) {
        out[to + c] /= count;
      }
    }
  }

  private void join(float[] from, int i, float[] to, int j, int width) {
    switch (kind) {
      case SUM, MEAN -> {
        for (int c = 0; c < width; c++) {
          to[j + c] += from[i + c];
        }
      }
      case MAX -> {
        for (int c = 0; c < width; c++) {
          to[j + c] = Math.max(to[j + c], from[i + c]);
        }
      }
      case MIN -> {
        for (int c = 0; c < width; c++) {
          to[j + c] = Math.min(to[j + c], from[i + c]);
        }
      }
    }
  }

  @Override
  public String describe() {
    return "groups of " + reduction.inner();
  }
}
