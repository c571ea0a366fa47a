package org.cirr.backend.simd;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** {@link org.cirr.op.Concat}: block copies, voxel by voxel. */
final class SimdConcat implements Kernel {
  private static final int CHUNK = 4096; // voxels

  private final int[] channels;
  private final int total;
  private final Chunks voxels;

  SimdConcat(Step step) {
    channels = step.node().inputShapes().stream().mapToInt(shape -> shape.dim(-1)).toArray();
    total = step.result().shape().dim(-1);
    voxels = new Chunks(step.result().shape().arrayLength() / Math.max(1, total), CHUNK);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    workers.forEach(
        voxels.count(),
        chunk -> {
          int first = 0;
          for (int i = 0; i < inputs.length; i++) {
            copy(inputs[i], channels[i], output, first, voxels.from(chunk), voxels.to(chunk));
            first += channels[i];
          }
        });
  }

  private void copy(View in, int count, View out, int firstChannel, int from, int to) {
    for (int v = from; v < to; v++) {
      System.arraycopy(
          in.array, in.offset + v * count, out.array, out.offset + v * total + firstChannel, count);
    }
  }

  @Override
  public String describe() {
    return "block copies";
  }
}
