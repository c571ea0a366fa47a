package org.cirr.backend.scalar;

import java.util.List;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/** {@link org.cirr.op.Concat}: the channels of one input after another, voxel by voxel. */
final class ScalarConcat implements Kernel {
  private final int[] channels;
  private final int rows;
  private final int total;

  ScalarConcat(Step step) {
    List<Shape> shapes = step.node().inputShapes();
    channels = shapes.stream().mapToInt(shape -> shape.dim(-1)).toArray();
    total = step.result().shape().dim(-1);
    rows = total == 0 ? 0 : step.result().shape().arrayLength() / total;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    int first = 0;
    for (int i = 0; i < inputs.length; i++) {
      View in = inputs[i];
      for (int row = 0; row < rows; row++) {
        for (int c = 0; c < channels[i]; c++) {
          output.array[output.offset + row * total + first + c] =
              in.array[in.offset + row * channels[i] + c];
        }
      }
      first += channels[i];
    }
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
