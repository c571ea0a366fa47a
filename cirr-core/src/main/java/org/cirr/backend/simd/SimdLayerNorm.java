package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.LayerNorm;
import org.cirr.op.RmsNorm;
import org.cirr.parallel.Workers;

/** {@link LayerNorm} and {@link RmsNorm}: row by row. */
/*
 * Design. The plain form is ScalarLayerNorm. A row (96 to 3072 channels) stays in the L1 cache, so it
 * is read three times: for the mean, for the squared differences from it, and to be written. The lanes
 * of a sum are added in a fixed order through scratch: reduceLanes may add them in any order, and then
 * compiled and interpreted code would differ in the last bit.
 */
final class SimdLayerNorm implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = 1 << 14; // elements

  private final int channels;
  private final int whole; // channels in whole vectors
  private final Chunks rows;
  private final boolean centred;
  private final double epsilon;
  private float[] scale;
  private float[] shift;

  SimdLayerNorm(LayerNorm norm, Step step) {
    this(step, true, norm.epsilon());
  }

  SimdLayerNorm(RmsNorm norm, Step step) {
    this(step, false, norm.epsilon());
  }

  private SimdLayerNorm(Step step, boolean centred, double epsilon) {
    this.centred = centred;
    this.epsilon = epsilon;
    channels = step.inputShape().dim(-1);
    whole = channels - channels % LANES;
    int count = step.inputShape().arrayLength() / Math.max(1, channels);
    rows = new Chunks(count, Math.max(1, CHUNK / Math.max(1, channels)));
    scale = filled(1);
    shift = filled(0);
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    scale = parameters.input(1) == null ? scale : parameters.input(1);
    shift = parameters.input(2) == null ? shift : parameters.input(2);
  }

  private float[] filled(float value) {
    float[] values = new float[channels];
    java.util.Arrays.fill(values, value);
    return values;
  }

  @Override
  public long scratchLength() {
    return 2L * LANES;
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
          for (int row = rows.from(chunk); row < rows.to(chunk); row++) {
            int first = row * channels;
            row(in.array, in.offset + first, output.array, output.offset + first, scratch[slot]);
          }
        });
  }

  private void row(float[] in, int from, float[] out, int to, float[] scratch) {
    float mean = 0;
    if (centred) {
      sum(in, from, scratch);
      float sum = fold(scratch);
      for (int c = whole; c < channels; c++) {
        sum += in[from + c];
      }
      mean = sum / channels;
    }
    sumSquares(in, from, mean, scratch);
    float squares = fold(scratch);
    for (int c = whole; c < channels; c++) {
      float x = in[from + c] - mean;
      squares = Math.fma(x, x, squares);
    }
    float factor = (float) (1 / Math.sqrt((double) squares / channels + epsilon));
    normalise(in, from, mean, factor, out, to);
    for (int c = whole; c < channels; c++) {
      out[to + c] = Math.fma((in[from + c] - mean) * factor, scale[c], shift[c]);
    }
  }

  /** Two vectors of sums, so that one addition need not wait for the other. */
  private void sum(float[] in, int from, float[] scratch) {
    FloatVector even = FloatVector.zero(F);
    FloatVector odd = FloatVector.zero(F);
    int c = 0;
    for (; c <= whole - 2 * LANES; c += 2 * LANES) {
      even = even.add(FloatVector.fromArray(F, in, from + c));
      odd = odd.add(FloatVector.fromArray(F, in, from + c + LANES));
    }
    if (c < whole) {
      even = even.add(FloatVector.fromArray(F, in, from + c));
    }
    even.add(odd).intoArray(scratch, 0);
  }

  private void sumSquares(float[] in, int from, float mean, float[] scratch) {
    FloatVector even = FloatVector.zero(F);
    FloatVector odd = FloatVector.zero(F);
    int c = 0;
    for (; c <= whole - 2 * LANES; c += 2 * LANES) {
      FloatVector x = FloatVector.fromArray(F, in, from + c).sub(mean);
      even = x.fma(x, even);
      FloatVector y = FloatVector.fromArray(F, in, from + c + LANES).sub(mean);
      odd = y.fma(y, odd);
    }
    if (c < whole) {
      FloatVector x = FloatVector.fromArray(F, in, from + c).sub(mean);
      even = x.fma(x, even);
    }
    even.add(odd).intoArray(scratch, 0);
  }

  /** The sum of one vector's lanes, always in the same order. */
  private static float fold(float[] lanes) {
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }

  private void normalise(float[] in, int from, float mean, float factor, float[] out, int to) {
    for (int c = 0; c < whole; c += LANES) {
      FloatVector x = FloatVector.fromArray(F, in, from + c).sub(mean).mul(factor);
      FloatVector s = FloatVector.fromArray(F, scale, c);
      x.fma(s, FloatVector.fromArray(F, shift, c)).intoArray(out, to + c);
    }
  }

  @Override
  public String describe() {
    return "row by row";
  }

  @Override
  public long weightBytes() {
    return 4L * (scale.length + shift.length);
  }
}
