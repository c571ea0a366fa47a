package org.cirr.backend.simd;

import java.util.Arrays;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.View;
import org.cirr.backend.cpu.Window;
import org.cirr.parallel.Workers;

/**
 * {@link org.cirr.op.AvgPool} and {@link org.cirr.op.MaxPool}: all channels of a voxel together, in
 * loops that the JIT makes into vectors.
 */
final class SimdPool implements Kernel {
  private final Window window;
  private final boolean average;

  SimdPool(Window window, boolean average) {
    this.window = window;
    this.average = average;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View[] inputs = operands.inputs;
    View output = operands.output;
    workers.forEach(
        window.out().n() * window.out().d() * window.out().h(),
        row -> {
          for (int x = 0; x < window.out().w(); x++) {
            voxel(inputs[0], output, row, x);
          }
        });
  }

  private void voxel(View input, View output, int row, int x) {
    int y = row % window.out().h();
    int z = row / window.out().h() % window.out().d();
    int n = row / window.out().h() / window.out().d();
    int channels = window.out().c();
    int at = output.offset + (row * window.out().w() + x) * channels;
    Arrays.fill(output.array, at, at + channels, average ? 0 : Float.NEGATIVE_INFINITY);
    for (int kz = 0; kz < window.kernel()[0]; kz++) {
      for (int ky = 0; ky < window.kernel()[1]; ky++) {
        for (int kx = 0; kx < window.kernel()[2]; kx++) {
          int source = window.source(n, z, y, x, kz, ky, kx);
          if (source >= 0 && average) {
            add(input.array, input.offset + source, output.array, at, channels);
          } else if (source >= 0) {
            raise(input.array, input.offset + source, output.array, at, channels);
          }
        }
      }
    }
    if (average) {
      scale(output.array, at, channels, 1f / window.taps());
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
