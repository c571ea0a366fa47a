package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.LogSoftmax}: the rows turned into lines, one per channel. */
/*
 * Design. The plain form is SoftmaxKernel. Lines of a share of rows, then the line of the largest
 * values and that of the sums: x becomes d = largest − x, the sum of exp(−d) is taken channel by
 * channel, and the result is −(d + ln sum).
 */
final class SimdLogSoftmax implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  private final RowLines rows;
  private final int largestAt;
  private final int sumsAt;

  SimdLogSoftmax(Step step) {
    rows = RowLines.of(step);
    largestAt = Operands.FIRST + rows.length();
    sumsAt = largestAt + rows.share();
  }

  @Override
  public long scratchLength() {
    return sumsAt + rows.share();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View in = operands.inputs[0];
    View out = operands.output;
    workers.forEach(
        rows.tasks().count(),
        (slot, task) -> {
          float[] own = operands.scratch[slot];
          int end = rows.tasks().to(task);
          for (int row = rows.tasks().from(task); row < end; row += rows.share()) {
            int count = rows.count(task, row);
            int at = row * rows.channels();
            rows.read(in.array, in.offset + at, count, own, Operands.FIRST);
            logarithms(own, RowLines.whole(count));
            rows.write(own, Operands.FIRST, count, out.array, out.offset + at);
          }
        });
  }

  private void logarithms(float[] own, int whole) {
    int end = Operands.FIRST + rows.length();
    System.arraycopy(own, Operands.FIRST, own, largestAt, whole);
    for (int line = Operands.FIRST + rows.share(); line < end; line += rows.share()) {
      largest(own, line, whole);
    }
    Arrays.fill(own, sumsAt, sumsAt + whole, 0);
    for (int line = Operands.FIRST; line < end; line += rows.share()) {
      power(own, line, whole);
    }
    logarithm(own, whole);
    for (int line = Operands.FIRST; line < end; line += rows.share()) {
      subtract(own, line, whole);
    }
  }

  private void largest(float[] own, int line, int whole) {
    for (int i = 0; i < whole; i += LANES) {
      FloatVector before = FloatVector.fromArray(F, own, largestAt + i);
      before.max(FloatVector.fromArray(F, own, line + i)).intoArray(own, largestAt + i);
    }
  }

  private void power(float[] own, int line, int whole) {
    for (int i = 0; i < whole; i += LANES) {
      FloatVector largest = FloatVector.fromArray(F, own, largestAt + i);
      FloatVector below = largest.sub(FloatVector.fromArray(F, own, line + i));
      below.intoArray(own, line + i);
      FloatVector before = FloatVector.fromArray(F, own, sumsAt + i);
      before.add(VectorMath.expOfNegative(below)).intoArray(own, sumsAt + i);
    }
  }

  private void logarithm(float[] own, int whole) {
    for (int i = 0; i < whole; i += LANES) {
      FloatVector largest = FloatVector.fromArray(F, own, largestAt + i);
      FloatVector log = VectorMath.logOfLarge(FloatVector.fromArray(F, own, sumsAt + i));
      log.add(largest.sub(largest)).intoArray(own, sumsAt + i); // NaN where it is no number
    }
  }

  private void subtract(float[] own, int line, int whole) {
    for (int i = 0; i < whole; i += LANES) {
      FloatVector log = FloatVector.fromArray(F, own, sumsAt + i);
      FloatVector.fromArray(F, own, line + i).add(log).neg().intoArray(own, line + i);
    }
  }

  @Override
  public String describe() {
    return "lanes along rows";
  }
}
