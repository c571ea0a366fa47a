package org.cirr.backend.simd;

import java.util.function.Function;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.op.BatchNorm;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** {@link BatchNorm}, with an activation fused behind it: one multiply-add per value. */
final class SimdBatchNorm implements Kernel {
  private static final int CHUNK = 4096; // voxels

  private final Chunks voxels;
  private final int channelCount;
  private final ChannelScale channels;
  private final float[] table; // mean, factor, shift, a period each
  private final Activation activation;

  SimdBatchNorm(BatchNorm norm, Step step, Function<Node, Tensor> parameters) {
    channelCount = step.inputShape().dim(-1);
    voxels = new Chunks(step.inputShape().arrayLength() / Math.max(1, channelCount), CHUNK);
    channels = new ChannelScale(channelCount);
    activation = Activation.of(step.activation());
    float[] scale = parameters.apply(step.node().inputs().get(1)).array();
    float[] shift = parameters.apply(step.node().inputs().get(2)).array();
    float[] mean = parameters.apply(step.node().inputs().get(3)).array();
    float[] variance = parameters.apply(step.node().inputs().get(4)).array();
    int period = channels.period();
    table = new float[3 * period];
    for (int c = 0; c < channelCount; c++) {
      table[c] = mean[c];
      table[period + c] = (float) (scale[c] / Math.sqrt(variance[c] + norm.epsilon()));
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
