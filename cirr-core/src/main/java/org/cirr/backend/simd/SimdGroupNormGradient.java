package org.cirr.backend.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.op.GroupNormGradient;
import org.cirr.parallel.Workers;

/** {@link GroupNormGradient}: a table of factors per channel, then one pass over the data. */
/*
 * Design. The plain form is ScalarGroupNormGradient. With d = x − mean, the gradient is
 *   g'·factor + d·slope + constant,   factor = scale/σ,   slope = −B/(M·σ³)... all per channel,
 * and d·factor + shift > 0 tells the side of the rectifier: five numbers per channel. Two vectors of
 * channels at a time read whole cache lines with AVX2: 1.15 to 1.6 of one at a time.
 */
final class SimdGroupNormGradient implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  private final Extents in;
  private final int width; // channels of a group
  private final float slope;
  private final ChannelScale channels;
  private final Chunks chunks;
  private float[] scale; // or null
  private float[] shift; // or null

  SimdGroupNormGradient(GroupNormGradient op, Step step) {
    in = Extents.of(step.inputShape());
    width = Math.max(1, in.c() / op.groups());
    slope = (float) op.slope();
    channels = new ChannelScale(in.c());
    chunks = NormTable.chunks(step.inputShape());
  }

  /** Floats shared by all threads: the tables of all samples. */
  static long sharedLength(Step step) {
    return 5L * step.inputShape().dim(0) * new ChannelScale(step.inputShape().dim(-1)).period();
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    scale = parameters.input(3);
    shift = parameters.input(4);
  }

  @Override
  public void run(Operands operands, Workers workers) {
    int c = in.c();
    for (int n = 0; n < in.n(); n++) {
      table(operands, n);
    }
    workers.forEach(
        in.n() * chunks.count(),
        task -> {
          int n = task / chunks.count();
          int chunk = task % chunks.count();
          int first = (n * in.voxels() + chunks.from(chunk)) * c;
          int table = operands.shared.offset + 5 * n * channels.period();
          apply(operands, first, chunks.count(chunk) * c, operands.shared.array, table);
        });
  }

  /** Mean, factor, shift, slope and constant of every channel of a sample, a period long each. */
  private void table(Operands operands, int n) {
    float[] sums = operands.inputs[2].array;
    int c = in.c();
    int at = operands.inputs[2].offset + n * 4 * c;
    int period = channels.period();
    float[] table = operands.shared.array;
    int to = operands.shared.offset + 5 * n * period;
    double values = (double) in.voxels() * width;
    for (int first = 0; first < c; first += width) {
      double a = 0;
      double b = 0;
      for (int k = first; k < first + width; k++) {
        double factor = scale == null ? 1 : scale[k];
        a += factor * sums[at + 2 * c + k];
        b += factor * sums[at + 3 * c + k];
      }
      for (int k = first; k < first + width; k++) {
        double spread = sums[at + c + k];
        table[to + k] = sums[at + k];
        table[to + period + k] = (float) (scale == null ? spread : spread * scale[k]);
        table[to + 2 * period + k] = shift == null ? 0 : shift[k];
        table[to + 3 * period + k] = (float) (-b / values * spread * spread);
        table[to + 4 * period + k] = (float) (-a / values * spread);
      }
    }
    for (int k = 0; k < 5; k++) {
      channels.repeat(table, to + k * period);
    }
  }

  private void apply(Operands operands, int first, int length, float[] table, int at) {
    int period = channels.period();
    float[] x = operands.inputs[0].array;
    float[] g = operands.inputs[1].array;
    float[] out = operands.output.array;
    int p = operands.inputs[0].offset + first;
    int q = operands.inputs[1].offset + first;
    int to = operands.output.offset + first;
    int whole = length - length % period;
    int block = channels.block();
    for (int from = 0; from < whole; from += block) {
      int some = Math.min(block, whole - from);
      int j = 0;
      for (; j + 2 * LANES <= period; j += 2 * LANES) {
        int i = from + j;
        columns(x, p + i, g, q + i, out, to + i, some, period, table, at + j);
      }
      if (j < period) {
        int i = from + j;
        column(x, p + i, g, q + i, out, to + i, some, period, table, at + j);
      }
    }
    for (int i = whole; i < length; i++) {
      int c = at + i % period;
      float d = x[p + i] - table[c];
      float y = d * table[c + period] + table[c + 2 * period];
      float gradient = y > 0 ? g[q + i] : slope * g[q + i];
      out[to + i] =
          gradient * table[c + period] + d * table[c + 3 * period] + table[c + 4 * period];
    }
  }

  /** The gradient where the rectifier's input is above 0, and its slope times that elsewhere. */
  private FloatVector rectified(FloatVector gradient, FloatVector y) {
    return gradient.mul(slope).blend(gradient, y.compare(VectorOperators.GT, 0f));
  }

  /** Two columns: with AVX2 a cache line, which is then read once. */
  private void columns(
      float[] x,
      int p,
      float[] g,
      int q,
      float[] out,
      int to,
      int whole,
      int period,
      float[] table,
      int at) {
    FloatVector mean0 = FloatVector.fromArray(F, table, at);
    FloatVector mean1 = FloatVector.fromArray(F, table, at + LANES);
    FloatVector factor0 = FloatVector.fromArray(F, table, at + period);
    FloatVector factor1 = FloatVector.fromArray(F, table, at + period + LANES);
    FloatVector shifted0 = FloatVector.fromArray(F, table, at + 2 * period);
    FloatVector shifted1 = FloatVector.fromArray(F, table, at + 2 * period + LANES);
    FloatVector along0 = FloatVector.fromArray(F, table, at + 3 * period);
    FloatVector along1 = FloatVector.fromArray(F, table, at + 3 * period + LANES);
    FloatVector constant0 = FloatVector.fromArray(F, table, at + 4 * period);
    FloatVector constant1 = FloatVector.fromArray(F, table, at + 4 * period + LANES);
    for (int i = 0; i < whole; i += period) {
      FloatVector d0 = FloatVector.fromArray(F, x, p + i).sub(mean0);
      FloatVector g0 = FloatVector.fromArray(F, g, q + i);
      g0 = rectified(g0, d0.fma(factor0, shifted0));
      g0.fma(factor0, d0.fma(along0, constant0)).intoArray(out, to + i);
      FloatVector d1 = FloatVector.fromArray(F, x, p + i + LANES).sub(mean1);
      FloatVector g1 = FloatVector.fromArray(F, g, q + i + LANES);
      g1 = rectified(g1, d1.fma(factor1, shifted1));
      g1.fma(factor1, d1.fma(along1, constant1)).intoArray(out, to + i + LANES);
    }
  }

  private void column(
      float[] x,
      int p,
      float[] g,
      int q,
      float[] out,
      int to,
      int whole,
      int period,
      float[] table,
      int at) {
    FloatVector mean = FloatVector.fromArray(F, table, at);
    FloatVector factor = FloatVector.fromArray(F, table, at + period);
    FloatVector shifted = FloatVector.fromArray(F, table, at + 2 * period);
    FloatVector along = FloatVector.fromArray(F, table, at + 3 * period);
    FloatVector constant = FloatVector.fromArray(F, table, at + 4 * period);
    for (int i = 0; i < whole; i += period) {
      FloatVector d = FloatVector.fromArray(F, x, p + i).sub(mean);
      FloatVector gradient = FloatVector.fromArray(F, g, q + i);
      gradient = rectified(gradient, d.fma(factor, shifted));
      gradient.fma(factor, d.fma(along, constant)).intoArray(out, to + i);
    }
  }

  @Override
  public String describe() {
    return "one pass";
  }
}
