package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Reduction;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.Reduce;
import org.cirr.parallel.Workers;

/** {@link Reduce}: outputs that lie side by side together, a vector of them in a register. */
/*
 * Design. The plain form is ScalarReduce. Means over positions (the usual case) have all channels side
 * by side. Float sums run over at most 64 values; these partial sums are added to another row of
 * scratch, so that long sums lose few bits. A reduction of the last axis has groups of one output and
 * is summed in double.
 *
 * With few outputs, what is joined is cut into parts too, each with a row of its own in shared memory;
 * the rows are joined in their order, in double. All this follows from the shapes alone.
 */
final class SimdReduce implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int PART = 64; // values summed before the sum is put away
  private static final int CHUNK = 1 << 14; // joined values of a task
  private static final int TASKS = 64; // that keep any machine busy

  private final Reduce.Kind kind;
  private final Reduction reduction;
  private final Chunks pieces; // of the outputs that lie side by side
  private final Chunks groups;
  private final Chunks parts; // of the joined values

  SimdReduce(Reduce op, Step step) {
    kind = op.kind();
    reduction = Reduction.of(op, step);
    pieces = pieces(reduction);
    groups = groups(reduction);
    parts = parts(reduction);
  }

  private static Chunks pieces(Reduction reduction) {
    return new Chunks(reduction.inner(), 256);
  }

  private static Chunks groups(Reduction reduction) {
    int inner = reduction.inner();
    int count = inner == 0 ? 0 : reduction.outputs() / inner;
    long work = Math.max(1, (long) inner * reduction.count());
    return new Chunks(count, (int) Math.max(1, CHUNK / work));
  }

  private static Chunks parts(Reduction reduction) {
    int count = reduction.count();
    long tasks = Math.max(1, (long) groups(reduction).count() * pieces(reduction).count());
    long wanted = (long) count * Math.min(256, reduction.inner()) / CHUNK;
    long parts = Math.max(1, Math.min(TASKS / tasks, wanted));
    return new Chunks(count, (int) Math.max(1, (count + parts - 1) / parts));
  }

  /** Floats that all threads share: two rows for each part, where there are several. */
  static long sharedLength(Reduce op, Step step) {
    Reduction reduction = Reduction.of(op, step);
    int parts = parts(reduction).count();
    return parts <= 1 ? 0 : 2L * parts * reduction.outputs();
  }

  @Override
  public long scratchLength() {
    return pieces.size();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View in = operands.inputs[0];
    boolean whole = parts.count() <= 1;
    View target = whole ? operands.output : operands.shared;
    int count = Math.max(1, parts.count());
    workers.forEach(
        groups.count() * pieces.count() * count,
        (slot, task) -> {
          int part = task % count;
          int piece = task / count % pieces.count();
          int chunk = task / count / pieces.count();
          int from = whole ? 0 : parts.from(part);
          int end = whole ? reduction.count() : parts.to(part);
          int row = target.offset + (whole ? 0 : 2 * part * reduction.outputs());
          for (int group = groups.from(chunk); group < groups.to(chunk); group++) {
            int first = reduction.start(group) + pieces.from(piece);
            int to = row + group * reduction.inner() + pieces.from(piece);
            if (reduction.inner() == 1) {
              double value = one(in, first, from, end);
              target.array[to] = (float) (whole ? finished(value) : value);
              if (!whole) { // the bits that a float has no room for
                target.array[to + reduction.outputs()] = (float) (value - target.array[to]);
              }
            } else {
              int width = pieces.count(piece);
              piece(in, first, from, end, target.array, to, width, operands.scratch[slot]);
              for (int c = 0; c < width && whole && kind == Reduce.Kind.MEAN; c++) {
                target.array[to + c] /= reduction.count();
              }
            }
          }
        });
    if (!whole) {
      joinParts(operands.shared, operands.output);
    }
  }

  private double finished(double value) {
    return kind == Reduce.Kind.MEAN ? value / reduction.count() : value;
  }

  private void joinParts(View shared, View output) {
    int outputs = reduction.outputs();
    for (int c = 0; c < outputs; c++) {
      double value = start();
      for (int part = 0; part < parts.count(); part++) {
        int at = shared.offset + 2 * part * outputs + c;
        value = join(value, shared.array[at]);
        value += reduction.inner() == 1 && sums() ? shared.array[at + outputs] : 0;
      }
      output.array[output.offset + c] = (float) finished(value);
    }
  }

  private boolean sums() {
    return kind == Reduce.Kind.SUM || kind == Reduce.Kind.MEAN;
  }

  private double join(double a, double b) {
    return switch (kind) {
      case SUM, MEAN -> a + b;
      case MAX -> Math.max(a, b);
      case MIN -> Math.min(a, b);
    };
  }

  /** The values from {@code from} to {@code end} of a group of one output. */
  private double one(View in, int first, int from, int end) {
    int base = in.offset + first;
    if (reduction.extents().length == 1 && sums()) {
      int step = reduction.strides()[0];
      return sum(in.array, base + from * step, step, end - from);
    }
    double value = start();
    for (int k = from; k < end; k++) {
      value = join(value, in.array[base + reduction.joined(k)]);
    }
    return value;
  }

  private static double sum(float[] in, int p, int step, int count) {
    double even = 0; // two sums, so that one addition need not wait for the other
    double odd = 0;
    int k = 0;
    for (; k + 1 < count; k += 2) {
      even += in[p + k * step];
      odd += in[p + (k + 1) * step];
    }
    return k < count ? even + odd + in[p + k * step] : even + odd;
  }

  private float start() {
    return switch (kind) {
      case SUM, MEAN -> 0;
      case MAX -> Float.NEGATIVE_INFINITY;
      case MIN -> Float.POSITIVE_INFINITY;
    };
  }

  private void piece(
      View in, int first, int from, int end, float[] out, int to, int width, float[] part) {
    Arrays.fill(out, to, to + width, start());
    int base = in.offset + first;
    boolean even = reduction.extents().length == 1 && sums();
    for (int k = from; k < end; k += PART) {
      Arrays.fill(part, 0, width, start());
      int last = Math.min(end, k + PART);
      if (even) {
        int step = reduction.strides()[0];
        sumRows(in.array, base + k * step, step, last - k, part, width);
      } else {
        for (int i = k; i < last; i++) {
          join(in.array, base + reduction.joined(i), part, 0, width);
        }
      }
      join(part, 0, out, to, width);
    }
  }

  /** Adds rows that are {@code step} apart. */
  private static void sumRows(float[] in, int p, int step, int rows, float[] sums, int width) {
    int c = 0;
    for (; c + LANES <= width; c += LANES) {
      column(in, p + c, step, rows, sums, c);
    }
    for (; c < width; c++) {
      float sum = sums[c];
      for (int row = 0; row < rows; row++) {
        sum += in[p + c + row * step];
      }
      sums[c] = sum;
    }
  }

  private static void column(float[] in, int p, int step, int rows, float[] sums, int at) {
    FloatVector sum = FloatVector.fromArray(F, sums, at);
    for (int row = 0; row < rows; row++) {
      sum = sum.add(FloatVector.fromArray(F, in, p));
      p += step;
    }
    sum.intoArray(sums, at);
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
