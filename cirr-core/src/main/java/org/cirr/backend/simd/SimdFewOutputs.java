package org.cirr.backend.simd;

import java.util.Arrays;
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
 * voxel of 32 channels. Scalar multiply-adds take 32, two to three times less time as measured: four
 * voxels and two outputs at once, so that eight sums are under way and none waits for the one before.
 *
 * Vectors of four lanes along input channels are faster (1.2 times for two outputs), but a second
 * vector width in the process spoils HotSpot's profiles: on JDK 17, kernels compiled afterwards got
 * boxed vectors (attention 91 to 207 ms, a Winograd layer 54 to 122; see MixedProfiles).
 *
 * Each input is read once from memory, in order. What the step before left raw is normalised on the
 * way, some voxels at a time, in the L1 cache.
 */
final class SimdFewOutputs implements Kernel {
  /** With more, lanes along output channels take less. */
  static final int MOST_OUTPUTS = 2;

  /** Floats of the input that a task reads: half of an L1 cache. */
  static final int BAND = 1 << 12;

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
    return isPointwise(conv.groups(), window)
        && step.parts().size() == 1
        && window.in().c() > 0
        && window.out().c() <= MOST_OUTPUTS;
  }

  /** Whether every output has one input voxel, which lies where the output does. */
  static boolean isPointwise(int groups, Window window) {
    Extents in = window.in();
    return window.taps() == 1
        && groups == 1
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
    int v = 0;
    for (; v + 4 <= count; v += 4) {
      fourVoxels(in, p + v * channels, out, to + v * outputs);
    }
    for (; v < count; v++) {
      voxel(in, p + v * channels, out, to + v * outputs);
    }
  }

  /** A single output is computed twice: that is what the other half of the adders would not do. */
  private void fourVoxels(float[] in, int p, float[] out, int to) {
    int next = outputs - 1;
    int row = next * channels;
    float a0 = bias[0];
    float a1 = a0;
    float a2 = a0;
    float a3 = a0;
    float b0 = bias[next];
    float b1 = b0;
    float b2 = b0;
    float b3 = b0;
    for (int c = 0; c < channels; c++) {
      float a = weight[c];
      float b = weight[row + c];
      float x0 = in[p + c];
      float x1 = in[p + channels + c];
      float x2 = in[p + 2 * channels + c];
      float x3 = in[p + 3 * channels + c];
      a0 = Math.fma(x0, a, a0);
      b0 = Math.fma(x0, b, b0);
      a1 = Math.fma(x1, a, a1);
      b1 = Math.fma(x1, b, b1);
      a2 = Math.fma(x2, a, a2);
      b2 = Math.fma(x2, b, b2);
      a3 = Math.fma(x3, a, a3);
      b3 = Math.fma(x3, b, b3);
    }
    out[to] = a0;
    out[to + next] = b0;
    out[to + outputs] = a1;
    out[to + outputs + next] = b1;
    out[to + 2 * outputs] = a2;
    out[to + 2 * outputs + next] = b2;
    out[to + 3 * outputs] = a3;
    out[to + 3 * outputs + next] = b3;
  }

  private void voxel(float[] in, int p, float[] out, int to) {
    int next = outputs - 1;
    int row = next * channels;
    float a = bias[0];
    float b = bias[next];
    for (int c = 0; c < channels; c++) {
      a = Math.fma(in[p + c], weight[c], a);
      b = Math.fma(in[p + c], weight[row + c], b);
    }
    out[to] = a;
    out[to + next] = b;
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
