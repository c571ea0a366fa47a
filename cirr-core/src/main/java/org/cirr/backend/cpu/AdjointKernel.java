package org.cirr.backend.cpu;

import java.util.Arrays;
import org.cirr.op.AdaptiveAvgPool;
import org.cirr.op.Adjoint;
import org.cirr.op.AvgPool;
import org.cirr.op.Interpolate;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/**
 * {@link Adjoint} on both backends: a tensor of zeros, to which every value is added where it came
 * from. The loops over neighbouring channels are left to the JIT.
 */
public final class AdjointKernel implements Kernel {
  private final Scatter scatter;
  private final int tasks;
  private final int length; // of the output

  /** Adds the values of one task to an output of zeros. */
  @FunctionalInterface
  private interface Scatter {
    void run(View from, View to, int task);
  }

  /** The kernel of a step. */
  public AdjointKernel(Adjoint adjoint, Step step) {
    Shape in = step.node().shape(); // of the op that is taken back
    Shape out = step.inputShape();
    length = in.arrayLength();
    if (adjoint.op() instanceof AvgPool || adjoint.op() instanceof AdaptiveAvgPool) {
      PoolWindow window = PoolWindow.of(adjoint.op(), in, out);
      tasks = window.in().n();
      scatter = (from, to, n) -> pool(window, from, to, n);
    } else if (adjoint.op() instanceof Interpolate op) {
      Extents small = Extents.of(in);
      Extents large = Extents.of(out);
      Taps[] taps = {
        Taps.of(small.d(), large.d(), op),
        Taps.of(small.h(), large.h(), op),
        Taps.of(small.w(), large.w(), op)
      };
      tasks = small.n();
      scatter = (from, to, n) -> resize(small, large, taps, from, to, n);
    } else {
      Rearrangement moves = Rearrangement.of(adjoint.op(), in, out);
      tasks = 1;
      scatter = (from, to, task) -> move(moves, from, to);
    }
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View from = operands.inputs[0];
    View to = operands.output;
    Arrays.fill(to.array, to.offset, to.offset + length, 0);
    workers.forEach(tasks, task -> scatter.run(from, to, task));
  }

  /** Each mean is given back in equal parts to what it was made of. */
  private static void pool(PoolWindow window, View from, View to, int n) {
    Extents out = window.out();
    int c = out.c();
    for (int z = 0; z < out.d(); z++) {
      for (int y = 0; y < out.h(); y++) {
        for (int x = 0; x < out.w(); x++) {
          double size = (double) window.size()[0][z] * window.size()[1][y] * window.size()[2][x];
          float weight = (float) (1 / size);
          int at = from.offset + (((n * out.d() + z) * out.h() + y) * out.w() + x) * c;
          for (int i = 0; i < window.count()[0][z]; i++) {
            for (int j = 0; j < window.count()[1][y]; j++) {
              for (int k = 0; k < window.count()[2][x]; k++) {
                add(from, at, weight, to, to.offset + window.source(n, z, y, x, i, j, k), c);
              }
            }
          }
        }
      }
    }
  }

  private static void resize(Extents in, Extents out, Taps[] taps, View from, View to, int n) {
    int c = in.c();
    for (int voxel = 0; voxel < out.voxels(); voxel++) {
      int x = voxel % out.w();
      int y = voxel / out.w() % out.h();
      int z = voxel / out.w() / out.h();
      for (int corner = 0; corner < 8; corner++) {
        int sideZ = corner >> 2;
        int sideY = corner >> 1 & 1;
        int sideX = corner & 1;
        double weight =
            taps[0].weight(z, sideZ) * taps[1].weight(y, sideY) * taps[2].weight(x, sideX);
        if (weight != 0) {
          int row = (n * in.d() + taps[0].index(z, sideZ)) * in.h() + taps[1].index(y, sideY);
          int target = to.offset + (row * in.w() + taps[2].index(x, sideX)) * c;
          add(from, from.offset + (n * out.voxels() + voxel) * c, (float) weight, to, target, c);
        }
      }
    }
  }

  private static void move(Rearrangement moves, View from, View to) {
    int positions = moves.positions(moves.extents().length);
    for (int position = 0; position < positions; position++) {
      int source = moves.source(position);
      if (source >= 0) {
        int at = from.offset + position * moves.run();
        add(from, at, 1, to, to.offset + source, moves.run());
      }
    }
  }

  private static void add(View from, int at, float weight, View to, int target, int count) {
    float[] in = from.array;
    float[] out = to.array;
    for (int i = 0; i < count; i++) {
      out[target + i] += weight * in[at + i];
    }
  }

  @Override
  public String describe() {
    return "additions to zeros";
  }
}
