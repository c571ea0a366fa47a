package org.cirr.backend.simd;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.BatchNorm;
import org.cirr.parallel.Workers;

/** {@link BatchNorm}, with an activation fused behind it: one multiply-add per value. */
final class SimdBatchNorm implements Kernel {
  private static final int CHUNK = 4096; // voxels

  private final Chunks voxels;
  private final int channelCount;
  private final ChannelScale channels;
  private final float[] table; // mean, factor, shift, a period each
  private final Activation activation;
  private final double epsilon;

  SimdBatchNorm(BatchNorm norm, Step step) {
    channelCount = step.inputShape().dim(-1);
    voxels = new Chunks(step.inputShape().arrayLength() / Math.max(1, channelCount), CHUNK);
    channels = new ChannelScale(channelCount);
    activation = Activation.of(step.activation());
    epsilon = norm.epsilon();
    table = new float[3 * channels.period()];
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    float[] scale = parameters.input(1);
    float[] shift = parameters.input(2);
    float[] mean = parameters.input(3);
    float[] variance = parameters.input(4);
    int period = channels.period();
    for (int c = 0; c < channelCount; c++) {
      table[c] = mean[c];
      table[period + c] = (float) (scale[c] / Math.sqrt(variance[c] + epsilon));
      table[2 * period + c] = shift[c];
    }
    for (int part = 0; part < 3; part++) {
      channels.repeat(table, part * period);
    }
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    workers.forEach(
        voxels.count(),
        chunk ->
            channels.apply(
                inputs[0].array,
                inputs[0].offset + voxels.from(chunk) * channelCount,
                output.array,
                output.offset + voxels.from(chunk) * channelCount,
                voxels.count(chunk) * channelCount,
                table,
                0,
                activation));
  }

  @Override
  public String describe() {
    return "one pass";
  }

  @Override
  public long weightBytes() {
    return 4L * table.length;
  }
}
