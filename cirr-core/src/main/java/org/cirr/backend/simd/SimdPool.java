package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.PoolWindow;
import org.cirr.backend.cpu.View;
import org.cirr.parallel.Workers;

/** Average and maximum pooling, adaptive or not: lanes along the channels of a voxel. */
/*
 * Design. The plain forms are ScalarAvgPool and ScalarMaxPool. How far the voxels of a window lie
 * from its first one depends only on how many of them there are along each axis, so there are a few
 * lists of distances (a whole window, and those that are cut by a border), and
 *
 *   for each output voxel, for each vector of its channels
 *     result = the first voxel's
 *     for the other voxels of the window: result = max(result, theirs), or the sum
 *
 * reads as many rows at once as a window has, each from front to back. The last vector of a voxel ends
 * where its channels end and overlaps the one before.
 *
 * A mean over many voxels (global pooling) is summed row by row, plane by plane and then over planes,
 * so that no float sum has more terms than an extent.
 */
final class SimdPool implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Voxels that are still taken one after another. */
  private static final int FEW = 64;

  /** Input elements that are worth a task. */
  private static final int TASK = 1 << 15;

  private final PoolWindow window;
  private final boolean average;
  private final int channels;
  private final Chunks rows;
  private final Map<Long, int[]> distances = new HashMap<>(); // by the voxels along each axis

  SimdPool(PoolWindow window, boolean average) {
    this.window = window;
    this.average = average;
    channels = window.out().c();
    int count = window.out().n() * window.out().d() * window.out().h();
    long inputs = (long) window.in().n() * window.in().voxels() * channels;
    long share = TASK / Math.max(1, inputs / Math.max(1, count));
    rows = new Chunks(count, (int) Math.max(1, Math.min(count, share)));
    for (int z : Arrays.stream(window.count()[0]).distinct().toArray()) {
      for (int y : Arrays.stream(window.count()[1]).distinct().toArray()) {
        for (int x : Arrays.stream(window.count()[2]).distinct().toArray()) {
          if ((long) z * y * x <= FEW) {
            distances.put(key(z, y, x), distances(z, y, x));
          }
        }
      }
    }
  }

  private static long key(int z, int y, int x) {
    return ((long) z * (FEW + 1) + y) * (FEW + 1) + x;
  }

  private int[] distances(int z, int y, int x) {
    int[] list = new int[z * y * x];
    for (int i = 0; i < list.length; i++) {
      int plane = i / (y * x) * window.step()[0] * window.in().h();
      int row = (plane + i / x % y * window.step()[1]) * window.in().w();
      list[i] = (row + i % x * window.step()[2]) * channels;
    }
    return list;
  }

  @Override
  public long scratchLength() {
    return 2L * channels; // the sums of a row and of a plane
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View input = operands.inputs[0];
    View output = operands.output;
    workers.forEach(
        rows.count(),
        (slot, chunk) -> {
          for (int row = rows.from(chunk); row < rows.to(chunk); row++) {
            row(input, output, operands.scratch[slot], row);
          }
        });
  }

  private void row(View input, View output, float[] scratch, int row) {
    int y = row % window.out().h();
    int z = row / window.out().h() % window.out().d();
    int n = row / window.out().h() / window.out().d();
    int countZ = window.count()[0][z];
    int countY = window.count()[1][y];
    int[] list = null;
    int listed = -1; // for so many voxels along x
    for (int x = 0; x < window.out().w(); x++) {
      int at = output.offset + (row * window.out().w() + x) * channels;
      int countX = window.count()[2][x];
      if ((long) countZ * countY * countX > FEW) {
        many(input, output.array, at, scratch, n, z, y, x);
      } else {
        if (listed != countX) {
          list = distances.get(key(countZ, countY, countX));
          listed = countX;
        }
        few(input, output.array, at, list, n, z, y, x);
      }
    }
  }

  private void few(View input, float[] out, int at, int[] list, int n, int z, int y, int x) {
    if (list.length == 0) {
      Arrays.fill(out, at, at + channels, average ? 0 : Float.NEGATIVE_INFINITY);
      return;
    }
    int from = input.offset + window.source(n, z, y, x, 0, 0, 0);
    if (average) {
      means(input.array, from, list, out, at, factor(z, y, x));
    } else {
      largest(input.array, from, list, out, at);
    }
  }

  private float factor(int z, int y, int x) {
    double size = (double) window.size()[0][z] * window.size()[1][y] * window.size()[2][x];
    return (float) (1 / size);
  }

  private void means(float[] in, int from, int[] list, float[] out, int at, float factor) {
    int c = 0;
    for (; c + LANES <= channels; c += LANES) {
      mean(in, from + c, list, out, at + c, factor);
    }
    if (c < channels && channels > LANES) {
      c = channels - LANES;
      mean(in, from + c, list, out, at + c, factor);
      c = channels;
    }
    for (; c < channels; c++) {
      float sum = in[from + c];
      for (int i = 1; i < list.length; i++) {
        sum += in[from + c + list[i]];
      }
      out[at + c] = sum * factor;
    }
  }

  private static void mean(float[] in, int from, int[] list, float[] out, int at, float factor) {
    FloatVector sum = FloatVector.fromArray(F, in, from);
    for (int i = 1; i < list.length; i++) {
      sum = sum.add(FloatVector.fromArray(F, in, from + list[i]));
    }
    sum.mul(factor).intoArray(out, at);
  }

  private void largest(float[] in, int from, int[] list, float[] out, int at) {
    int c = 0;
    for (; c + LANES <= channels; c += LANES) {
      largestVector(in, from + c, list, out, at + c);
    }
    if (c < channels && channels > LANES) {
      c = channels - LANES;
      largestVector(in, from + c, list, out, at + c);
      c = channels;
    }
    for (; c < channels; c++) {
      float most = in[from + c];
      for (int i = 1; i < list.length; i++) {
        most = Math.max(most, in[from + c + list[i]]);
      }
      out[at + c] = most;
    }
  }

  private static void largestVector(float[] in, int from, int[] list, float[] out, int at) {
    FloatVector most = FloatVector.fromArray(F, in, from);
    for (int i = 1; i < list.length; i++) {
      most = most.max(FloatVector.fromArray(F, in, from + list[i]));
    }
    most.intoArray(out, at);
  }

  /** A large window, level by level. */
  private void many(View input, float[] out, int at, float[] scratch, int n, int z, int y, int x) {
    Arrays.fill(out, at, at + channels, average ? 0 : Float.NEGATIVE_INFINITY);
    for (int i = 0; i < window.count()[0][z]; i++) {
      Arrays.fill(scratch, channels, 2 * channels, 0);
      for (int j = 0; j < window.count()[1][y]; j++) {
        Arrays.fill(scratch, 0, channels, 0);
        for (int l = 0; l < window.count()[2][x]; l++) {
          int source = input.offset + window.source(n, z, y, x, i, j, l);
          if (average) {
            add(input.array, source, scratch, 0, channels);
          } else {
            raise(input.array, source, out, at, channels);
          }
        }
        add(scratch, 0, scratch, channels, channels);
      }
      if (average) {
        add(scratch, channels, out, at, channels);
      }
    }
    if (average) {
      scale(out, at, channels, factor(z, y, x));
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
