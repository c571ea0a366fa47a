package org.cirr.backend.scalar;

import java.util.function.Function;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.op.BatchNorm;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/** {@link BatchNorm}: every channel by its stored statistics. */
final class ScalarBatchNorm implements Kernel {
  private final int length;
  private final int channels;
  private final double epsilon;
  private final float[] scale;
  private final float[] shift;
  private final float[] mean;
  private final float[] variance;

  ScalarBatchNorm(BatchNorm norm, Step step, Function<Node, Tensor> parameters) {
    length = step.result().shape().arrayLength();
    channels = step.result().shape().dim(-1);
    epsilon = norm.epsilon();
    scale = parameters.apply(step.node().inputs().get(1)).array();
    shift = parameters.apply(step.node().inputs().get(2)).array();
    mean = parameters.apply(step.node().inputs().get(3)).array();
    variance = parameters.apply(step.node().inputs().get(4)).array();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    View in = inputs[0];
    for (int i = 0; i < length; i++) {
      int c = i % channels;
      double x = (in.array[in.offset + i] - mean[c]) / Math.sqrt(variance[c] + epsilon);
      output.array[output.offset + i] = (float) (x * scale[c] + shift[c]);
    }
  }

  @Override
  public String describe() {
    return "plain loop";
  }
}
