package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.graph.Node;
import org.cirr.op.GroupNorm;
import org.cirr.op.GroupNormSums;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/** {@link GroupNormSums}: chunks of voxels measured and summed in vectors, combined in double. */
/*
 * Design. The plain form is ScalarGroupNormSums. Mean and spread come from the statistics that the
 * convolution left when it wrote x, or from NormTable, which reads x once; the second pass reads x and
 * the gradient. A column of the loop is a vector of channels that lines up again after a period (see
 * ChannelScale), so that its two sums stay in registers for a block of elements. The sums of a chunk
 * are floats over some hundred values; chunks are added in double, in their order.
 */
final class SimdGroupNormSums implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  private final Extents in;
  private final float slope;
  private final NormTable norm;
  private final ChannelScale channels;
  private final Chunks chunks;
  private final int statistics; // records of one sample that the step before has left
  private float[] scale; // or null
  private float[] shift; // or null

  SimdGroupNormSums(GroupNormSums op, Step step) {
    Shape shape = step.inputShape();
    in = Extents.of(shape);
    slope = (float) op.slope();
    Node plain = Node.of(new GroupNorm(op.groups(), op.epsilon()), Node.input("x", shape));
    Step normalising = Step.of(plain);
    norm = new NormTable(op.groups(), op.epsilon(), normalising);
    channels = new ChannelScale(in.c());
    chunks = NormTable.chunks(shape);
    long perSample = step.statisticsLength() / Math.max(1, in.n());
    statistics = (int) (perSample / NormTable.recordLength(in.c()));
  }

  /** Floats shared by all threads: the records of one sample, and its tables. */
  static long sharedLength(Step step) {
    int c = step.inputShape().dim(-1);
    int period = new ChannelScale(c).period();
    long records = NormTable.chunks(step.inputShape()).count();
    return records * NormTable.recordLength(c) + NormTable.length(c) + 2L * period;
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    scale = parameters.input(2);
    shift = parameters.input(3);
  }

  @Override
  public long scratchLength() {
    return Math.max(norm.scratchLength(), 2L * channels.period());
  }

  @Override
  public void run(Operands operands, Workers workers) {
    int c = in.c();
    int period = channels.period();
    float[] shared = operands.shared.array;
    int table = operands.shared.offset;
    int records = table + NormTable.length(c) + 2 * period;
    int record = NormTable.recordLength(c);
    for (int n = 0; n < in.n(); n++) {
      int sample = n * in.voxels() * c;
      table(operands, n, workers);
      affine(shared, table + 3 * period);
      workers.forEach(
          chunks.count(),
          (slot, chunk) -> {
            int first = sample + chunks.from(chunk) * c;
            float[] own = operands.scratch[slot];
            sum(operands, first, chunks.count(chunk) * c, shared, table, own);
            System.arraycopy(own, 0, shared, records + chunk * record, c);
            System.arraycopy(own, period, shared, records + chunk * record + c, c);
          });
      write(operands.output, n, shared, table, records);
    }
  }

  /** The table of a sample, at the beginning of the shared memory. */
  private void table(Operands operands, int n, Workers workers) {
    int c = in.c();
    int record = NormTable.recordLength(c);
    float[] shared = operands.shared.array;
    int to = operands.shared.offset;
    if (statistics > 0) {
      View left = operands.statistics;
      norm.combine(left.array, left.offset + n * statistics * record, statistics, shared, to);
      return;
    }
    int records = to + NormTable.length(c) + 2 * channels.period();
    View x = operands.inputs[0];
    int sample = x.offset + n * in.voxels() * c;
    workers.forEach(
        chunks.count(),
        (slot, chunk) -> {
          int from = sample + chunks.from(chunk) * c;
          float[] own = operands.scratch[slot];
          norm.measure(x.array, from, chunks.count(chunk), own, shared, records + chunk * record);
        });
    norm.combine(shared, records, chunks.count(), shared, to);
  }

  /** Scale and shift behind the table, each a period long. */
  private void affine(float[] table, int at) {
    int period = channels.period();
    for (int c = 0; c < in.c(); c++) {
      table[at + c] = scale == null ? 1 : scale[c];
      table[at + period + c] = shift == null ? 0 : shift[c];
    }
    channels.repeat(table, at);
    channels.repeat(table, at + period);
  }

  /** {@code Σ g'} and {@code Σ g'·x̂} of some voxels, per channel, into {@code own}. */
  private void sum(Operands operands, int first, int length, float[] table, int at, float[] own) {
    int period = channels.period();
    float[] x = operands.inputs[0].array;
    float[] g = operands.inputs[1].array;
    int p = operands.inputs[0].offset + first;
    int q = operands.inputs[1].offset + first;
    int whole = length - length % period;
    Arrays.fill(own, 0, 2 * period, 0);
    int block = channels.block();
    for (int from = 0; from < whole; from += block) {
      int some = Math.min(block, whole - from);
      for (int j = 0; j < period; j += LANES) {
        int i = from + j;
        column(x, p + i, g, q + i, some, period, table, at + j, own, j);
      }
    }
    for (int i = whole; i < length; i++) {
      int c = at + i % period;
      float normal = (x[p + i] - table[c]) * table[c + period];
      float y = normal * table[c + 3 * period] + table[c + 4 * period];
      float gradient = y > 0 ? g[q + i] : slope * g[q + i];
      own[i % period] += gradient;
      own[period + i % period] += gradient * normal;
    }
    fold(own, 0);
    fold(own, period);
  }

  private void column(
      float[] x,
      int p,
      float[] g,
      int q,
      int whole,
      int period,
      float[] table,
      int at,
      float[] own,
      int to) {
    FloatVector mean = FloatVector.fromArray(F, table, at);
    FloatVector factor = FloatVector.fromArray(F, table, at + period);
    FloatVector scaled = FloatVector.fromArray(F, table, at + 3 * period);
    FloatVector shifted = FloatVector.fromArray(F, table, at + 4 * period);
    FloatVector plain = FloatVector.fromArray(F, own, to);
    FloatVector along = FloatVector.fromArray(F, own, period + to);
    for (int i = 0; i < whole; i += period) {
      FloatVector normal = FloatVector.fromArray(F, x, p + i).sub(mean).mul(factor);
      FloatVector gradient = FloatVector.fromArray(F, g, q + i);
      FloatVector y = normal.fma(scaled, shifted);
      FloatVector rectified =
          gradient.mul(slope).blend(gradient, y.compare(VectorOperators.GT, 0f));
      plain = plain.add(rectified);
      along = rectified.fma(normal, along);
    }
    plain.intoArray(own, to);
    along.intoArray(own, period + to);
  }

  /** Adds up the lanes of one channel. */
  private void fold(float[] own, int at) {
    for (int i = in.c(); i < channels.period(); i++) {
      own[at + i % in.c()] += own[at + i];
    }
  }

  private void write(View output, int n, float[] shared, int table, int records) {
    int c = in.c();
    int to = output.offset + n * 4 * c;
    System.arraycopy(shared, table, output.array, to, c);
    System.arraycopy(shared, table + channels.period(), output.array, to + c, c);
    for (int i = 0; i < 2 * c; i++) {
      double sum = 0;
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        sum += shared[records + chunk * NormTable.recordLength(c) + i];
      }
      output.array[to + 2 * c + i] = (float) sum;
    }
  }

  @Override
  public String describe() {
    return statistics > 0 ? "statistics from the step before" : "two passes";
  }
}
