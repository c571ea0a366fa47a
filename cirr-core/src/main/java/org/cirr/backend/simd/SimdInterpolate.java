package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.Taps;
import org.cirr.backend.cpu.View;
import org.cirr.op.Interpolate;
import org.cirr.parallel.Workers;

/** {@link Interpolate}, axis by axis: lanes along rows, then along the channels of a voxel. */
/*
 * Design. The plain form is ScalarInterpolate: eight products per value. The weights are products, so
 * for each output row up to four input rows are blended into one (z and y, lanes along the whole row,
 * which stays in the L1 cache), and then two voxels of it make an output voxel. What has weight 0 is
 * not read: 0 times infinity would be NaN. Where one row and one voxel have all the weight (nearest)
 * it is a copy.
 */
final class SimdInterpolate implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  /** Output elements that are worth a task. */
  private static final int TASK = 1 << 14;

  private final Extents in;
  private final Extents out;
  private final Taps z;
  private final Taps y;
  private final int[] lows; // per output x, where its voxels begin in a row
  private final int[] highs;
  private final float[] lowWeights;
  private final float[] highWeights;
  private final Chunks rows;

  SimdInterpolate(Interpolate op, Step step) {
    in = Extents.of(step.inputShape());
    out = Extents.of(step.node().shape());
    z = Taps.of(in.d(), out.d(), op);
    y = Taps.of(in.h(), out.h(), op);
    Taps x = Taps.of(in.w(), out.w(), op);
    lows = new int[out.w()];
    highs = new int[out.w()];
    lowWeights = new float[out.w()];
    highWeights = new float[out.w()];
    for (int i = 0; i < out.w(); i++) {
      lows[i] = x.index(i, 0) * in.c();
      highs[i] = x.index(i, 1) * in.c();
      lowWeights[i] = (float) x.weight(i, 0);
      highWeights[i] = (float) x.weight(i, 1);
    }
    int length = Math.max(1, out.w() * out.c());
    rows = new Chunks(out.n() * out.d() * out.h(), Math.max(1, TASK / length));
  }

  @Override
  public long scratchLength() {
    return (long) in.w() * in.c();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View input = operands.inputs[0];
    View output = operands.output;
    workers.forEach(
        rows.count(),
        (slot, chunk) -> {
          for (int row = rows.from(chunk); row < rows.to(chunk); row++) {
            row(input, output.array, output.offset, operands.scratch[slot], row);
          }
        });
  }

  private void row(View input, float[] to, int offset, float[] blended, int row) {
    int j = row % out.h();
    int k = row / out.h() % out.d();
    int n = row / out.h() / out.d();
    int at = offset + row * out.w() * out.c();
    int first = 0;
    while (z.weight(k, first >> 1) * y.weight(j, first & 1) == 0) {
      first++;
    }
    int from = input.offset + source(n, k, j, first);
    float weight = (float) (z.weight(k, first >> 1) * y.weight(j, first & 1));
    if (weight == 1) {
      spread(input.array, from, to, at);
      return;
    }
    scaled(input.array, from, weight, blended);
    for (int corner = first + 1; corner < 4; corner++) {
      weight = (float) (z.weight(k, corner >> 1) * y.weight(j, corner & 1));
      if (weight != 0) {
        add(input.array, input.offset + source(n, k, j, corner), weight, blended);
      }
    }
    spread(blended, 0, to, at);
  }

  private int source(int n, int k, int j, int corner) {
    int slice = n * in.d() + z.index(k, corner >> 1);
    return (slice * in.h() + y.index(j, corner & 1)) * in.w() * in.c();
  }

  private void scaled(float[] from, int at, float weight, float[] to) {
    int length = in.w() * in.c();
    for (int i = 0; i < length; i++) {
      to[i] = weight * from[at + i];
    }
  }

  private void add(float[] from, int at, float weight, float[] to) {
    int length = in.w() * in.c();
    int i = 0;
    for (; i + LANES <= length; i += LANES) {
      FloatVector x = FloatVector.fromArray(F, from, at + i);
      x.fma(FloatVector.broadcast(F, weight), FloatVector.fromArray(F, to, i)).intoArray(to, i);
    }
    for (; i < length; i++) {
      to[i] = Math.fma(from[at + i], weight, to[i]);
    }
  }

  /** One row along x. */
  private void spread(float[] from, int row, float[] to, int at) {
    int channels = out.c();
    for (int i = 0; i < out.w(); i++) {
      int low = row + lows[i];
      int high = row + highs[i];
      if (lowWeights[i] == 0) {
        copy(from, high, to, at + i * channels, channels);
      } else if (highWeights[i] == 0) {
        copy(from, low, to, at + i * channels, channels);
      } else {
        blend(from, low, lowWeights[i], high, highWeights[i], to, at + i * channels, channels);
      }
    }
  }

  private static void copy(float[] from, int i, float[] to, int at, int channels) {
    int c = 0;
    for (; c + LANES <= channels; c += LANES) {
      FloatVector.fromArray(F, from, i + c).intoArray(to, at + c);
    }
    for (; c < channels; c++) {
      to[at + c] = from[i + c];
    }
  }

  private static void blend(
      float[] from, int low, float a, int high, float b, float[] to, int at, int channels) {
    int c = 0;
    for (; c + LANES <= channels; c += LANES) {
      FloatVector x = FloatVector.fromArray(F, from, low + c).mul(a);
      FloatVector.fromArray(F, from, high + c)
          .fma(FloatVector.broadcast(F, b), x)
          .intoArray(to, at + c);
    }
    for (; c < channels; c++) {
      to[at + c] = Math.fma(from[high + c], b, from[low + c] * a);
    }
  }

  @Override
  public String describe() {
    return "rows";
  }
}
