package org.cirr.backend.simd;

import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.Softmax}: a few rows at a time, each exponential taken once. */
/*
 * Design. The plain form is ScalarSoftmax; here it is done in passes over some rows that lie in the
 * L1 cache.
 *
 * With fewer channels than lanes (a head of two classes) lanes run along rows: the rows are turned
 * into one line per channel, in plain loops of a load and a store per value, so that largest value,
 * exponentials, sums and quotients are all taken in whole vectors, and turned back. Two channels are
 * not turned: a value's partner lies in the vector that begins one value before or behind.
 *
 * With more channels lanes run along the channels of one row, and the last vector ends where the row
 * ends: it overlaps the one before, which costs nothing, except that the sum must count no channel
 * twice (`fresh`).
 */
final class SimdSoftmax implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final VectorSpecies<Integer> INTS = VectorSpecies.of(int.class, F.vectorShape());
  private static final int[] EVEN = IntStream.range(0, LANES).map(i -> i % 2 - 1).toArray();
  private static final int CHUNK = 1 << 11; // elements
  private static final int TASK = 1 << 15; // elements

  private final int channels;
  private final Chunks tasks; // in rows
  private final int share; // rows of a task that are done together, a multiple of the lanes
  private final float[] fresh; // 1 for a lane of the last vector that is in no other vector, else 0

  SimdSoftmax(Step step) {
    channels = step.result().shape().dim(-1);
    int count = step.result().shape().arrayLength() / Math.max(1, channels);
    int least = (CHUNK / Math.max(1, channels) + LANES - 1) / LANES * LANES;
    share = channels < LANES ? Math.max(LANES, least) : Math.max(1, CHUNK / channels);
    tasks = new Chunks(count, Math.max(1, TASK / Math.max(1, share * channels)) * share);
    fresh = new float[LANES];
    int twice = (LANES - channels % LANES) % LANES;
    for (int lane = twice; lane < LANES; lane++) {
      fresh[lane] = 1;
    }
  }

  @Override
  public long scratchLength() {
    return channels < LANES
        ? (long) share * (channels + 2) + 3 * LANES
        : (long) share * (channels + 1 + LANES) + LANES;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View in = operands.inputs[0];
    View out = operands.output;
    workers.forEach(
        tasks.count(),
        (slot, task) -> {
          float[] scratch = operands.scratch[slot];
          for (int row = tasks.from(task); row < tasks.to(task); row += share) {
            int count = Math.min(share, tasks.to(task) - row);
            int from = in.offset + row * channels;
            int to = out.offset + row * channels;
            if (channels == 2 && finite(in.array, from, 2 * count)) {
              pairs(in.array, from, out.array, to, scratch, count);
            } else if (channels < LANES) {
              alongRows(in.array, from, out.array, to, scratch, count);
            } else {
              alongChannels(in.array, from, out.array, to, scratch, count);
            }
          }
        });
  }

  /** One line of {@code share} rows per channel; lanes behind the last row hold anything. */
  private void alongRows(float[] in, int from, float[] out, int to, float[] scratch, int count) {
    int whole = (count + LANES - 1) / LANES * LANES;
    int sums = channels * share;
    for (int c = 0; c < channels; c++) {
      for (int row = 0; row < count; row++) {
        scratch[c * share + row] = in[from + row * channels + c];
      }
    }
    for (int row = 0; row < whole; row += LANES) {
      FloatVector most = FloatVector.fromArray(F, scratch, row);
      for (int c = 1; c < channels; c++) {
        most = most.max(FloatVector.fromArray(F, scratch, c * share + row));
      }
      most.intoArray(scratch, sums + share + row);
    }
    for (int c = 0; c < channels; c++) {
      powersOfLine(scratch, c * share, sums + share, whole);
    }
    for (int row = 0; row < whole; row += LANES) {
      FloatVector sum = FloatVector.fromArray(F, scratch, row);
      for (int c = 1; c < channels; c++) {
        sum = sum.add(FloatVector.fromArray(F, scratch, c * share + row));
      }
      FloatVector most = FloatVector.fromArray(F, scratch, sums + share + row);
      FloatVector factor = FloatVector.broadcast(F, 1f).div(sum);
      factor.add(most.sub(most)).intoArray(scratch, sums + row); // NaN where most is no number
    }
    for (int c = 0; c < channels; c++) {
      for (int row = 0; row < count; row++) {
        out[to + row * channels + c] = scratch[c * share + row] * scratch[sums + row];
      }
    }
  }

  /**
   * Two channels, lanes along all values: {@code 1/(1 + t)} and {@code t/(1 + t)} with {@code t =
   * exp(−|x − y|)}.
   */
  private static void pairs(float[] in, int from, float[] out, int to, float[] scratch, int count) {
    int length = 2 * count;
    System.arraycopy(in, from, scratch, LANES, length);
    int whole = length - length % LANES;
    for (int i = 0; i < whole; i += LANES) {
      pair(scratch, LANES + i).intoArray(out, to + i);
    }
    if (whole < length) {
      pair(scratch, LANES + whole).intoArray(scratch, 0);
      System.arraycopy(scratch, 0, out, to + whole, length - whole);
    }
  }

  private static FloatVector pair(float[] values, int at) {
    FloatVector d = FloatVector.fromArray(F, values, at).sub(neighbours(values, at));
    FloatVector t = VectorMath.expOfNegative(d.abs());
    FloatVector larger = FloatVector.broadcast(F, 1f).div(t.add(1f));
    return larger.blend(larger.mul(t), d.compare(VectorOperators.LT, 0f));
  }

  /** Whether there is no infinity and no NaN. */
  private static boolean finite(float[] in, int from, int count) {
    FloatVector zero = FloatVector.zero(F);
    FloatVector sum = zero;
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      sum = FloatVector.fromArray(F, in, from + i).fma(zero, sum); // 0 times infinity is NaN
    }
    float rest = sum.reduceLanes(VectorOperators.ADD);
    for (; i < count; i++) {
      rest += 0 * in[from + i];
    }
    return rest == 0;
  }

  /** The value before each odd one and the value behind each even one. */
  private static FloatVector neighbours(float[] values, int at) {
    IntVector even = IntVector.fromArray(INTS, EVEN, 0);
    IntVector behind = FloatVector.fromArray(F, values, at + 1).reinterpretAsInts().and(even);
    IntVector before = FloatVector.fromArray(F, values, at - 1).reinterpretAsInts();
    return before.and(even.not()).or(behind).reinterpretAsFloats();
  }

  private static void powersOfLine(float[] values, int at, int largest, int count) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector x = FloatVector.fromArray(F, values, at + i);
      VectorMath.expOfNegative(FloatVector.fromArray(F, values, largest + i).sub(x))
          .intoArray(values, at + i);
    }
  }

  /** Rows side by side in the scratch, and behind them a vector of sums for each row. */
  private void alongChannels(
      float[] in, int from, float[] out, int to, float[] scratch, int count) {
    int sums = share * channels + LANES;
    for (int row = 0; row < count; row++) {
      float most = differences(in, from + row * channels, scratch, row * channels);
      scratch[sums + row] = most - most; // 0, or NaN where most is no number
    }
    for (int i = 0; i < count * channels; i += LANES) { // and beyond the last value
      VectorMath.expOfNegative(FloatVector.fromArray(F, scratch, i)).intoArray(scratch, i);
    }
    for (int row = 0; row < count; row++) {
      sum(scratch, row * channels, sums + share + row * LANES);
    }
    for (int row = 0; row < count; row++) {
      float sum = scratch[sums + row];
      for (int lane = 0; lane < LANES; lane++) { // in this order, whoever compiles it
        sum += scratch[sums + share + row * LANES + lane];
      }
      scale(scratch, row * channels, 1 / sum, out, to + row * channels);
    }
  }

  /** How far each value lies below the largest one, which is returned. */
  private float differences(float[] in, int at, float[] scratch, int to) {
    int last = channels - LANES;
    FloatVector most = FloatVector.fromArray(F, in, at + last);
    for (int c = 0; c < last; c += LANES) {
      most = most.max(FloatVector.fromArray(F, in, at + c));
    }
    float largest = most.reduceLanes(VectorOperators.MAX);
    FloatVector top = FloatVector.broadcast(F, largest);
    for (int c = 0; c < last; c += LANES) {
      top.sub(FloatVector.fromArray(F, in, at + c)).intoArray(scratch, to + c);
    }
    top.sub(FloatVector.fromArray(F, in, at + last)).intoArray(scratch, to + last);
    return largest;
  }

  private void sum(float[] scratch, int at, int to) {
    int last = channels - LANES;
    FloatVector sum = FloatVector.fromArray(F, scratch, at + last);
    sum = sum.mul(FloatVector.fromArray(F, fresh, 0));
    for (int c = 0; c < last; c += LANES) {
      sum = sum.add(FloatVector.fromArray(F, scratch, at + c));
    }
    sum.intoArray(scratch, to);
  }

  private void scale(float[] scratch, int at, float factor, float[] out, int to) {
    int last = channels - LANES;
    for (int c = 0; c < last; c += LANES) {
      FloatVector.fromArray(F, scratch, at + c).mul(factor).intoArray(out, to + c);
    }
    FloatVector.fromArray(F, scratch, at + last).mul(factor).intoArray(out, to + last);
  }

  @Override
  public String describe() {
    return channels < LANES ? "lanes along rows" : "lanes along channels";
  }
}
