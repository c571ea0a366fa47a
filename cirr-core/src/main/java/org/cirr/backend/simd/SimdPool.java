package org.cirr.backend.simd;

import java.util.Arrays;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.PoolWindow;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/**
 * Average and maximum pooling, adaptive or not: all channels of a voxel together, in loops that the
 * JIT makes into vectors.
 */
/*
 * Design. The plain forms are ScalarAvgPool and ScalarMaxPool. A mean over many voxels (global
 * pooling) is summed row by row, plane by plane and then over planes, so that no float sum has more
 * terms than an extent.
 */
final class SimdPool implements Kernel {
  /** Voxels that are still summed one after another. */
  private static final int FEW = 64;

  private final PoolWindow window;
  private final boolean average;
  private final int channels;

  SimdPool(PoolWindow window, boolean average) {
    this.window = window;
    this.average = average;
    channels = window.out().c();
  }

  @Override
  public long scratchLength() {
    return 2L * channels; // the sums of a row and of a plane
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    float[][] scratch = operands.scratch;
    workers.forEach(
        window.out().n() * window.out().d() * window.out().h(),
        (slot, row) -> {
          for (int x = 0; x < window.out().w(); x++) {
            voxel(inputs[0], output, scratch[slot], row, x);
          }
        });
  }

  private void voxel(View input, View output, float[] scratch, int row, int x) {
    int y = row % window.out().h();
    int z = row / window.out().h() % window.out().d();
    int n = row / window.out().h() / window.out().d();
    int at = output.offset + (row * window.out().w() + x) * channels;
    int voxels = window.count()[0][z] * window.count()[1][y] * window.count()[2][x];
    if (average && voxels > FEW) {
      sumByLevels(input, output.array, at, scratch, n, z, y, x);
    } else {
      direct(input, output.array, at, n, z, y, x);
    }
    if (average) {
      double size = (double) window.size()[0][z] * window.size()[1][y] * window.size()[2][x];
      scale(output.array, at, channels, (float) (1 / size));
    }
  }

  private void direct(View input, float[] out, int at, int n, int z, int y, int x) {
    Arrays.fill(out, at, at + channels, average ? 0 : Float.NEGATIVE_INFINITY);
    for (int i = 0; i < window.count()[0][z]; i++) {
      for (int j = 0; j < window.count()[1][y]; j++) {
        for (int l = 0; l < window.count()[2][x]; l++) {
          int source = input.offset + window.source(n, z, y, x, i, j, l);
          if (average) {
            add(input.array, source, out, at, channels);
          } else {
            raise(input.array, source, out, at, channels);
          }
        }
      }
    }
  }

  private void sumByLevels(
      View input, float[] out, int at, float[] scratch, int n, int z, int y, int x) {
    Arrays.fill(out, at, at + channels, 0);
    for (int i = 0; i < window.count()[0][z]; i++) {
      Arrays.fill(scratch, channels, 2 * channels, 0);
      for (int j = 0; j < window.count()[1][y]; j++) {
        Arrays.fill(scratch, 0, channels, 0);
        for (int l = 0; l < window.count()[2][x]; l++) {
          int source = input.offset + window.source(n, z, y, x, i, j, l);
          add(input.array, source, scratch, 0, channels);
        }
        add(scratch, 0, scratch, channels, channels);
      }
      add(scratch, channels, out, at, channels);
    }
  }

  private static void add(float[] from, int i, float[] to, int j, int channels) {
    for (int c = 0; c < channels; c++) {
      to[j + c] += from[i + c];
    }
  }

  private static void raise(float[] from, int i, float[] to, int j, int channels) {
    for (int c = 0; c < channels; c++) {
      to[j + c] = Math.max(to[j + c], from[i + c]);
    }
  }

  private static void scale(float[] to, int j, int channels, float factor) {
    for (int c = 0; c < channels; c++) {
      to[j + c] *= factor;
    }
  }

  @Override
  public String describe() {
    return "rows";
  }
}
