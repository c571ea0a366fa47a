package org.cirr.backend.cpu;

import java.util.Arrays;
import org.cirr.op.MaxPoolGradient;
import org.cirr.parallel.Workers;

/**
 * {@link MaxPoolGradient} on both backends: each window is searched once more, like in the pool.
 */
public final class MaxPoolGradientKernel implements Kernel {
  private final PoolWindow window;

  /** The kernel of a step. */
  public MaxPoolGradientKernel(MaxPoolGradient op, Step step) {
    window = PoolWindow.of(op.pool(), step.inputShape(), step.node().inputs().get(1).shape());
  }

  @Override
  public void run(Operands operands, Workers workers) {
    int sample = window.in().voxels() * window.in().c();
    workers.forEach(
        window.in().n(),
        n -> {
          View to = operands.output;
          int from = to.offset + n * sample;
          Arrays.fill(to.array, from, from + sample, 0);
          for (int voxel = 0; voxel < window.out().voxels(); voxel++) {
            for (int c = 0; c < window.out().c(); c++) {
              give(operands, n, voxel, c);
            }
          }
        });
  }

  private void give(Operands operands, int n, int voxel, int c) {
    Extents out = window.out();
    View x = operands.inputs[0];
    View gradient = operands.inputs[1];
    int best = largest(x, n, voxel, c);
    if (best >= 0) {
      int at = gradient.offset + (n * out.voxels() + voxel) * out.c() + c;
      operands.output.array[operands.output.offset + best] += gradient.array[at];
    }
  }

  /** Where the first largest value of a window stands, or −1 for a window of padding alone. */
  private int largest(View in, int n, int voxel, int c) {
    Extents out = window.out();
    int x = voxel % out.w();
    int y = voxel / out.w() % out.h();
    int z = voxel / out.w() / out.h();
    int best = -1;
    for (int i = 0; i < window.count()[0][z]; i++) {
      for (int j = 0; j < window.count()[1][y]; j++) {
        for (int k = 0; k < window.count()[2][x]; k++) {
          int source = window.source(n, z, y, x, i, j, k) + c;
          float value = in.array[in.offset + source];
          boolean first = best < 0;
          if (first || value > in.array[in.offset + best] || Float.isNaN(value)) {
            best = source;
          }
        }
      }
    }
    return best;
  }

  @Override
  public String describe() {
    return "plain loops";
  }
}
