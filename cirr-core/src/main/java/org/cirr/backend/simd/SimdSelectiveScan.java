package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.FixedInputs;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.SelectiveScan;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/** {@link SelectiveScan}: a vector of channels at a time, one time step after another. */
/*
 * Design. The plain form is ScalarSelectiveScan. A task is one vector of channels of one group and
 * sample, over all time steps; lanes run along channels, so B and C are one number for all lanes. Its
 * states stay in the L1 cache. What a time step needs of each channel (step, step · u) is computed for
 * a tile of steps first, in rows of one vector, which also gives every number of channels whole
 * vectors. Nearly all time goes into the exponentials, one per channel, state and step.
 */
final class SimdSelectiveScan implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int TILE = 32; // time steps

  private final SelectiveScan op;
  private final FixedInputs fixed;
  private final int samples;
  private final int length;
  private final int channels;
  private final int states;
  private final Chunks vectors; // of a group

  SimdSelectiveScan(SelectiveScan op, Step step) {
    this.op = op;
    fixed = new FixedInputs(step);
    Shape u = step.inputShape();
    samples = u.dim(0);
    length = u.dim(1);
    channels = u.dim(2);
    states = step.node().inputShapes().get(op.logInput()).dim(1);
    vectors = new Chunks(channels / op.groups(), LANES);
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    fixed.bind(parameters);
  }

  /** [states: −exp(A_log)][states: h][D][step bias][tile: u][tile: step][tile: gate]. */
  @Override
  public long scratchLength() {
    return (2L * states + 2 + 3 * TILE) * LANES;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    float[][] scratch = operands.scratch;
    workers.forEach(
        samples * op.groups() * vectors.count(),
        (slot, task) -> {
          int vector = task % vectors.count();
          int group = task / vectors.count() % op.groups();
          int n = task / vectors.count() / op.groups();
          int first = group * vectors.length() + vectors.from(vector);
          scan(inputs, output, scratch[slot], n, group, first, vectors.count(vector));
        });
  }

  private void scan(
      View[] inputs, View output, float[] scratch, int n, int group, int first, int count) {
    int constants = 2 * states * LANES;
    int tileAt = constants + 2 * LANES;
    Arrays.fill(scratch, 0, (int) scratchLength(), 0);
    View log = fixed.get(inputs, op.logInput());
    for (int c = 0; c < count; c++) {
      for (int s = 0; s < states; s++) {
        double a = log.array[log.offset + (first + c) * states + s];
        scratch[s * LANES + c] = (float) -Math.exp(a);
      }
    }
    int next = op.logInput() + 1;
    if (op.skip()) {
      copy(fixed.get(inputs, next++), first, scratch, constants, count);
    }
    if (op.stepBias()) {
      copy(fixed.get(inputs, next), first, scratch, constants + LANES, count);
    }
    View b = fixed.get(inputs, 2);
    View c = fixed.get(inputs, 3);
    for (int from = 0; from < length; from += TILE) {
      int steps = Math.min(TILE, length - from);
      for (int t = 0; t < steps; t++) {
        int at = (n * length + from + t) * channels + first;
        copy(fixed.get(inputs, 0), at, scratch, tileAt + t * LANES, count);
        copy(fixed.get(inputs, 1), at, scratch, tileAt + (TILE + t) * LANES, count);
        if (op.gated()) {
          copy(fixed.get(inputs, 4), at, scratch, tileAt + (2 * TILE + t) * LANES, count);
        }
      }
      softplus(scratch, tileAt + TILE * LANES, steps, constants + LANES);
      for (int t = 0; t < steps; t++) {
        int row = ((n * length + from + t) * op.groups() + group) * states;
        step(
            scratch,
            tileAt + t * LANES,
            b.array,
            b.offset + row,
            c.array,
            c.offset + row,
            constants);
      }
      if (op.gated()) {
        gate(scratch, tileAt, steps);
      }
      for (int t = 0; t < steps; t++) {
        int to = output.offset + (n * length + from + t) * channels + first;
        System.arraycopy(scratch, tileAt + t * LANES, output.array, to, count);
      }
    }
  }

  private static void copy(View in, int from, float[] scratch, int to, int count) {
    System.arraycopy(in.array, in.offset + from, scratch, to, count);
  }

  private static void softplus(float[] scratch, int at, int rows, int biasAt) {
    for (int t = 0; t < rows; t++) {
      FloatVector x = FloatVector.fromArray(F, scratch, at + t * LANES);
      FloatVector bias = FloatVector.fromArray(F, scratch, biasAt);
      VectorMath.softplus(x.add(bias)).intoArray(scratch, at + t * LANES);
    }
  }

  /** One time step: u in the tile becomes y. */
  private void step(float[] scratch, int at, float[] b, int bAt, float[] c, int cAt, int skipAt) {
    // VectorMath.exp written out for numbers up to 0. Long on purpose, see SimdAttention.powers.
    FloatVector u = FloatVector.fromArray(F, scratch, at);
    FloatVector delta = FloatVector.fromArray(F, scratch, at + TILE * LANES);
    FloatVector product = delta.mul(u);
    FloatVector limit = FloatVector.broadcast(F, -86f);
    FloatVector log2e = FloatVector.broadcast(F, VectorMath.LOG2_E);
    FloatVector round = FloatVector.broadcast(F, VectorMath.ROUND);
    FloatVector high = FloatVector.broadcast(F, -VectorMath.LN2_HIGH);
    FloatVector low = FloatVector.broadcast(F, -VectorMath.LN2_LOW);
    FloatVector c6 = FloatVector.broadcast(F, VectorMath.C6);
    FloatVector c5 = FloatVector.broadcast(F, VectorMath.C5);
    FloatVector c4 = FloatVector.broadcast(F, VectorMath.C4);
    FloatVector c3 = FloatVector.broadcast(F, VectorMath.C3);
    FloatVector half = FloatVector.broadcast(F, 0.5f);
    FloatVector one = FloatVector.broadcast(F, 1f);
    FloatVector y = u.mul(FloatVector.fromArray(F, scratch, skipAt));
    int h = states * LANES;
    for (int s = 0; s < states; s++) {
      FloatVector x = delta.mul(FloatVector.fromArray(F, scratch, s * LANES));
      FloatVector shifted = x.fma(log2e, round);
      FloatVector n = shifted.sub(round);
      FloatVector r = n.fma(low, n.fma(high, x));
      FloatVector q = r.fma(c6, c5).fma(r, c4).fma(r, c3).fma(r, half);
      FloatVector decay = r.mul(r).fma(q, r).add(one);
      IntVector exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      decay = decay.reinterpretAsInts().add(exponent).reinterpretAsFloats();
      decay = decay.blend(0f, x.compare(VectorOperators.LT, limit));
      FloatVector state = FloatVector.fromArray(F, scratch, h + s * LANES);
      FloatVector added = product.mul(FloatVector.broadcast(F, b[bAt + s]));
      state = decay.fma(state, added);
      state.intoArray(scratch, h + s * LANES);
      y = state.fma(FloatVector.broadcast(F, c[cAt + s]), y);
    }
    y.intoArray(scratch, at);
  }

  private static void gate(float[] scratch, int at, int rows) {
    for (int t = 0; t < rows; t++) {
      FloatVector z = FloatVector.fromArray(F, scratch, at + (2 * TILE + t) * LANES);
      FloatVector y = FloatVector.fromArray(F, scratch, at + t * LANES);
      y.mul(VectorMath.silu(z)).intoArray(scratch, at + t * LANES);
    }
  }

  @Override
  public String describe() {
    return "vectors of channels";
  }

  @Override
  public long weightBytes() {
    return fixed.bytes();
  }
}
