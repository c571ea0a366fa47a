package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.backend.cpu.Window;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;

/** {@link Conv} of 1×1×1 to a few output channels, such as a network's last one. */
/*
 * Design. The plain form is ScalarConv. Every output is a scalar product of a voxel's channels with a
 * row of weights. With 2 of 16 lanes along output channels a loop like SimdRows takes 40 cycles per
 * voxel; here lanes run along input channels, four of them, so that little is left to sum across
 * lanes.
 *
 * reduceLanes is not for that: compiled code of JDK 25 adds in another order than the interpreter, so
 * a value would change from run to run. Sums left in scratch and added in a loop of their own take six
 * times as long on JDK 17.
 *
 * Each input is read once from memory, in order. What the step before left raw is normalised on the
 * way, some voxels at a time, in the L1 cache.
 */
final class SimdFewOutputs implements Kernel {
  private static final VectorSpecies<Float> F = FloatVector.SPECIES_128;
  private static final int LANES = 4;

  /** With more, lanes along output channels take less. */
  private static final int MOST_OUTPUTS = 4;

  /** Floats of the input that a task reads: half of an L1 cache. */
  private static final int BAND = 1 << 12;

  private final int channels;
  private final int outputs;
  private final int samples;
  private final Chunks voxels; // of a sample
  private final Activation activation; // or null: the input is read as it is
  private final ChannelScale tables;
  private final WeightLayout layout;
  private final float[] weight; // [output][channel]
  private float[] bias;

  SimdFewOutputs(Conv conv, Step step, WeightLayout layout) {
    this.layout = layout;
    Window window = Window.of(conv, step);
    channels = window.in().c();
    outputs = window.out().c();
    samples = window.in().n();
    voxels = new Chunks(window.in().voxels(), Math.max(1, BAND / channels));
    boolean plain = step.parts().get(0).isPlain();
    activation = plain ? null : Activation.of(step.parts().get(0).activation());
    tables = new ChannelScale(channels);
    weight = new float[outputs * channels];
    bias = new float[outputs];
  }

  /** Whether this kernel is the one for the convolution. */
  static boolean computes(Conv conv, Step step) {
    Window window = Window.of(conv, step);
    return isPointwise(conv, window)
        && step.parts().size() == 1
        && window.in().c() % LANES == 0
        && window.in().c() > 0
        && window.out().c() <= MOST_OUTPUTS;
  }

  /** Whether every output has one input voxel, which lies where the output does. */
  static boolean isPointwise(Conv conv, Window window) {
    Extents in = window.in();
    return window.taps() == 1
        && conv.groups() == 1
        && in.voxels() == window.out().voxels()
        && Arrays.stream(window.padding()).allMatch(p -> p == 0);
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    bias = parameters.input(2) == null ? bias : parameters.input(2);
    for (int o = 0; o < outputs; o++) {
      for (int c = 0; c < channels; c++) {
        weight[o * channels + c] = parameters.input(1)[layout.at(0, o, c, 0)];
      }
    }
  }

  @Override
  public long scratchLength() {
    return activation == null ? 0 : (long) voxels.size() * channels;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View in = operands.inputs[0];
    workers.forEach(
        samples * voxels.count(),
        (slot, task) -> {
          int chunk = task % voxels.count();
          int n = task / voxels.count();
          int count = voxels.count(chunk);
          int first = n * voxels.length() + voxels.from(chunk);
          int at = in.offset + first * channels;
          int to = operands.output.offset + first * outputs;
          if (activation == null) {
            multiply(in.array, at, count, operands.output.array, to);
            return;
          }
          float[] own = operands.scratch[slot];
          View table = operands.tables[0];
          int tableAt = table.offset + n * NormTable.length(channels);
          int length = count * channels;
          tables.apply(in.array, at, own, 0, length, table.array, tableAt, activation);
          multiply(own, 0, count, operands.output.array, to);
        });
  }

  private void multiply(float[] in, int p, int count, float[] out, int to) {
    int o = 0;
    for (; o + 2 <= outputs; o += 2) {
      for (int v = 0; v < count; v++) {
        two(in, p + v * channels, o, out, to + v * outputs + o);
      }
    }
    for (int v = 0; o < outputs && v < count; v++) {
      one(in, p + v * channels, o, out, to + v * outputs + o);
    }
  }

  private void two(float[] in, int p, int o, float[] out, int to) {
    int row = o * channels;
    FloatVector a = FloatVector.zero(F);
    FloatVector b = FloatVector.zero(F);
    for (int c = 0; c < channels; c += LANES) {
      FloatVector x = FloatVector.fromArray(F, in, p + c);
      a = x.fma(FloatVector.fromArray(F, weight, row + c), a);
      b = x.fma(FloatVector.fromArray(F, weight, row + channels + c), b);
    }
    out[to] = sum(a) + bias[o];
    out[to + 1] = sum(b) + bias[o + 1];
  }

  private void one(float[] in, int p, int o, float[] out, int to) {
    int row = o * channels;
    FloatVector a = FloatVector.zero(F);
    for (int c = 0; c < channels; c += LANES) {
      FloatVector x = FloatVector.fromArray(F, in, p + c);
      a = x.fma(FloatVector.fromArray(F, weight, row + c), a);
    }
    out[to] = sum(a) + bias[o];
  }

  private static float sum(FloatVector a) {
    return (a.lane(0) + a.lane(1)) + (a.lane(2) + a.lane(3));
  }

  @Override
  public String describe() {
    return "few outputs, one pass";
  }

  @Override
  public long weightBytes() {
    return 4L * (weight.length + bias.length);
  }
}
