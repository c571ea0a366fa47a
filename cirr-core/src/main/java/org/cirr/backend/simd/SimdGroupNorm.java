package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.function.Function;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.op.GroupNorm;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** {@link GroupNorm}, with an activation fused behind it. */
/*
 * Design. The plain form is ScalarGroupNorm. Each chunk of voxels gives the mean and the sum of
 * squared differences of every channel, as in SimdInstanceNorm, since lanes run along channels; these
 * are combined in double over the chunks and the channels of a group (Chan, Golub and LeVeque 1979).
 * What is left is a factor and a shift per channel.
 */
final class SimdGroupNorm implements Kernel {
  private static final int CHUNK = 512; // voxels

  private final Extents in;
  private final int width; // channels of a group
  private final double epsilon;
  private final float[] scale; // or null
  private final float[] shift; // or null
  private final Activation activation;
  private final ChannelScale channels;
  private final Chunks chunks;

  SimdGroupNorm(GroupNorm norm, Step step, Function<Node, Tensor> parameters) {
    in = Extents.of(step.inputShape());
    width = Math.max(1, in.c() / norm.groups());
    epsilon = norm.epsilon();
    boolean affine = step.node().inputs().size() == 3;
    scale = affine ? parameters.apply(step.node().inputs().get(1)).array() : null;
    shift = affine ? parameters.apply(step.node().inputs().get(2)).array() : null;
    activation = Activation.of(step.activation());
    channels = new ChannelScale(in.c());
    chunks = new Chunks(in.voxels(), CHUNK);
  }

  /*
   * Scratch of slot 0, shared by all threads, each chunk in its own part:
   * [3 periods: mean, factor, shift][chunk: C means, C sums of squares].
   * Every slot: 2 periods behind that, for the sums of the chunk at work.
   */
  @Override
  public long scratchLength() {
    return ownSums() + 2L * channels.period();
  }

  private int ownSums() {
    return 3 * channels.period() + chunks.count() * 2 * in.c();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    float[][] scratch = operands.scratch;
    View input = inputs[0];
    float[] shared = scratch[0];
    int statistics = 3 * channels.period();
    for (int n = 0; n < in.n(); n++) {
      int sample = n * in.voxels() * in.c();
      workers.forEach(
          chunks.count(),
          (slot, chunk) ->
              measure(
                  input.array,
                  input.offset + sample + chunks.from(chunk) * in.c(),
                  chunks.count(chunk),
                  scratch[slot],
                  shared,
                  statistics + chunk * 2 * in.c()));
      combine(shared, statistics);
      workers.forEach(
          chunks.count(),
          chunk ->
              channels.apply(
                  input.array,
                  input.offset + sample + chunks.from(chunk) * in.c(),
                  output.array,
                  output.offset + sample + chunks.from(chunk) * in.c(),
                  chunks.count(chunk) * in.c(),
                  shared,
                  0,
                  activation));
    }
  }

  /** Mean and sum of squared differences of one chunk, per channel. */
  private void measure(float[] array, int from, int voxels, float[] own, float[] shared, int to) {
    int period = channels.period();
    int sums = ownSums();
    int mean = sums + period;
    Arrays.fill(own, sums, sums + period, 0);
    channels.accumulate(array, from, voxels * in.c(), own, sums, null, 0);
    for (int c = 0; c < in.c(); c++) {
      own[mean + c] = foldChannel(own, sums, c) / voxels;
      shared[to + c] = own[mean + c];
    }
    channels.repeat(own, mean);
    Arrays.fill(own, sums, sums + period, 0);
    channels.accumulate(array, from, voxels * in.c(), own, sums, own, mean);
    for (int c = 0; c < in.c(); c++) {
      shared[to + in.c() + c] = foldChannel(own, sums, c);
    }
  }

  private float foldChannel(float[] values, int at, int c) {
    float sum = 0;
    for (int i = c; i < channels.period(); i += in.c()) {
      sum += values[at + i];
    }
    return sum;
  }

  private void combine(float[] shared, int statistics) {
    int period = channels.period();
    for (int first = 0; first < in.c(); first += width) {
      double count = (double) in.voxels() * width;
      double sum = 0;
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int at = statistics + chunk * 2 * in.c() + first;
        for (int c = 0; c < width; c++) {
          sum += (double) chunks.count(chunk) * shared[at + c];
        }
      }
      double mean = sum / count;
      double squares = 0;
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        int at = statistics + chunk * 2 * in.c() + first;
        for (int c = 0; c < width; c++) {
          double difference = shared[at + c] - mean;
          squares += shared[at + in.c() + c] + chunks.count(chunk) * difference * difference;
        }
      }
      double factor = 1 / Math.sqrt(squares / count + epsilon);
      for (int c = first; c < first + width; c++) {
        shared[c] = (float) mean;
        shared[period + c] = (float) (scale == null ? factor : factor * scale[c]);
        shared[2 * period + c] = shift == null ? 0 : shift[c];
      }
    }
    channels.repeat(shared, 0);
    channels.repeat(shared, period);
    channels.repeat(shared, 2 * period);
  }

  @Override
  public String describe() {
    return "chunks of " + CHUNK + " voxels";
  }
}
