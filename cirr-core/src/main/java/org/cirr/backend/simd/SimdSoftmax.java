package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.Softmax}: a few rows at a time, each exponential taken once. */
/*
 * Design. The plain form is ScalarSoftmax. The differences from each row's largest value are written
 * to scratch, one row after another, so that the exponentials are taken in whole vectors whatever the
 * number of channels; sums and quotients follow in plain loops.
 */
final class SimdSoftmax implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = 1 << 12; // elements

  private final Chunks rows;
  private final int channels;

  SimdSoftmax(Step step) {
    channels = step.result().shape().dim(-1);
    int count = step.result().shape().arrayLength() / Math.max(1, channels);
    rows = new Chunks(count, Math.max(1, CHUNK / Math.max(1, channels)));
  }

  @Override
  public long scratchLength() {
    return (long) rows.size() * channels + LANES;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    float[][] scratch = operands.scratch;
    View in = inputs[0];
    workers.forEach(
        rows.count(),
        (slot, chunk) -> {
          int from = rows.from(chunk) * channels;
          int count = rows.count(chunk);
          differences(in.array, in.offset + from, scratch[slot], count);
          exp(scratch[slot], count * channels);
          quotients(scratch[slot], output.array, output.offset + from, count);
        });
  }

  private void differences(float[] in, int from, float[] scratch, int count) {
    for (int row = 0; row < count; row++) {
      int at = from + row * channels;
      float max = Float.NEGATIVE_INFINITY;
      for (int c = 0; c < channels; c++) {
        max = Math.max(max, in[at + c]);
      }
      for (int c = 0; c < channels; c++) {
        scratch[row * channels + c] = in[at + c] - max;
      }
    }
  }

  /** Goes beyond the last value to the end of its vector. */
  private static void exp(float[] values, int count) {
    for (int i = 0; i < count; i += LANES) {
      VectorMath.exp(FloatVector.fromArray(F, values, i)).intoArray(values, i);
    }
  }

  private void quotients(float[] powers, float[] out, int to, int count) {
    for (int row = 0; row < count; row++) {
      int at = row * channels;
      double sum = 0;
      for (int c = 0; c < channels; c++) {
        sum += powers[at + c];
      }
      float factor = (float) (1 / sum);
      for (int c = 0; c < channels; c++) {
        out[to + at + c] = powers[at + c] * factor;
      }
    }
  }

  @Override
  public String describe() {
    return "rows";
  }
}
