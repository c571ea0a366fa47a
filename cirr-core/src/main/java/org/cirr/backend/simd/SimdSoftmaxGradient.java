package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.SoftmaxGradient;
import org.cirr.parallel.Workers;

/** {@link SoftmaxGradient}: the rows turned into lines, one per channel. */
/*
 * Design. The plain form is SoftmaxKernel. Lines of results and of gradients of a share of rows, and
 * the line of their sums, which are taken channel by channel.
 */
final class SimdSoftmaxGradient implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  private final boolean logarithmic;
  private final RowLines rows;
  private final int gradientAt;
  private final int sumsAt;

  SimdSoftmaxGradient(SoftmaxGradient op, Step step) {
    logarithmic = op.logarithmic();
    rows = RowLines.of(step);
    gradientAt = Operands.FIRST + rows.length();
    sumsAt = gradientAt + rows.length();
  }

  @Override
  public long scratchLength() {
    return sumsAt + rows.share();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View result = operands.inputs[0];
    View gradient = operands.inputs[1];
    View out = operands.output;
    workers.forEach(
        rows.tasks().count(),
        (slot, task) -> {
          float[] own = operands.scratch[slot];
          int end = rows.tasks().to(task);
          for (int row = rows.tasks().from(task); row < end; row += rows.share()) {
            int count = rows.count(task, row);
            int at = row * rows.channels();
            rows.read(result.array, result.offset + at, count, own, Operands.FIRST);
            rows.read(gradient.array, gradient.offset + at, count, own, gradientAt);
            gradients(own, RowLines.whole(count));
            rows.write(own, gradientAt, count, out.array, out.offset + at);
          }
        });
  }

  /** Puts the gradients of the input in the place of those of the result. */
  private void gradients(float[] own, int whole) {
    Arrays.fill(own, sumsAt, sumsAt + whole, 0);
    for (int line = 0; line < rows.length(); line += rows.share()) {
      if (logarithmic) {
        sum(own, gradientAt + line, whole);
      } else {
        sumOfProducts(own, Operands.FIRST + line, gradientAt + line, whole);
      }
    }
    for (int line = 0; line < rows.length(); line += rows.share()) {
      if (logarithmic) {
        ofLogarithm(own, Operands.FIRST + line, gradientAt + line, whole);
      } else {
        ofSoftmax(own, Operands.FIRST + line, gradientAt + line, whole);
      }
    }
  }

  private void sum(float[] own, int line, int whole) {
    for (int i = 0; i < whole; i += LANES) {
      FloatVector before = FloatVector.fromArray(F, own, sumsAt + i);
      before.add(FloatVector.fromArray(F, own, line + i)).intoArray(own, sumsAt + i);
    }
  }

  private void sumOfProducts(float[] own, int result, int gradient, int whole) {
    for (int i = 0; i < whole; i += LANES) {
      FloatVector y = FloatVector.fromArray(F, own, result + i);
      FloatVector g = FloatVector.fromArray(F, own, gradient + i);
      y.fma(g, FloatVector.fromArray(F, own, sumsAt + i)).intoArray(own, sumsAt + i);
    }
  }

  private void ofLogarithm(float[] own, int result, int gradient, int whole) {
    for (int i = 0; i < whole; i += LANES) {
      FloatVector power = VectorMath.exp(FloatVector.fromArray(F, own, result + i));
      FloatVector g = FloatVector.fromArray(F, own, gradient + i);
      FloatVector sum = FloatVector.fromArray(F, own, sumsAt + i);
      g.sub(power.mul(sum)).intoArray(own, gradient + i);
    }
  }

  private void ofSoftmax(float[] own, int result, int gradient, int whole) {
    for (int i = 0; i < whole; i += LANES) {
      FloatVector y = FloatVector.fromArray(F, own, result + i);
      FloatVector g = FloatVector.fromArray(F, own, gradient + i);
      y.mul(g.sub(FloatVector.fromArray(F, own, sumsAt + i))).intoArray(own, gradient + i);
    }
  }

  @Override
  public String describe() {
    return "lanes along rows";
  }
}
