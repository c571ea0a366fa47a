package org.cirr.backend.simd;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.GroupNorm;
import org.cirr.op.InstanceNorm;
import org.cirr.parallel.Workers;

/**
 * {@link InstanceNorm} and {@link GroupNorm}, of which it is the case of one channel per group:
 * makes the table that normalises the channels, and applies it at once with the activation behind
 * it, or leaves that to the steps that read the result.
 */
/*
 * Design. The plain forms are ScalarInstanceNorm and ScalarGroupNorm. Where a convolution has just written the input, it
 * has left the statistics, and where the readers normalise for themselves, the table is all there is
 * to do: then the data are not touched here. Otherwise the voxels are cut into chunks of a fixed
 * size, so that the result does not depend on the number of threads, and are read twice.
 */
final class SimdInstanceNorm implements Kernel {
  private final Extents in;
  private final boolean tableOnly;
  private final boolean measured;
  private final int records; // of one sample
  private final NormTable norm;
  private final Activation activation;
  private final ChannelScale channels;
  private final Chunks chunks;

  static SimdInstanceNorm of(InstanceNorm op, Step step) {
    int channels = Math.max(1, step.node().shape().dim(-1));
    return new SimdInstanceNorm(channels, op.epsilon(), step);
  }

  static SimdInstanceNorm of(GroupNorm op, Step step) {
    return new SimdInstanceNorm(op.groups(), op.epsilon(), step);
  }

  private SimdInstanceNorm(int groups, double epsilon, Step step) {
    in = Extents.of(step.node().shape());
    tableOnly = step.makesTable();
    measured = step.statisticsLength() > 0;
    norm = new NormTable(groups, epsilon, step);
    activation = Activation.of(step.activation());
    channels = new ChannelScale(in.c());
    chunks = NormTable.chunks(step.node().shape());
    records =
        measured
            ? (int) (step.statisticsLength() / Math.max(1, in.n()) / NormTable.recordLength(in.c()))
            : chunks.count();
  }

  /** Floats shared by all threads: the records and, unless it is the result, the table. */
  static long sharedLength(Step step) {
    int c = step.node().shape().dim(-1);
    long records =
        step.statisticsLength() > 0
            ? 0
            : (long) NormTable.chunks(step.node().shape()).count() * NormTable.recordLength(c);
    return records + (step.makesTable() ? 0 : NormTable.length(c));
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    norm.bind(parameters);
  }

  @Override
  public long scratchLength() {
    return norm.scratchLength();
  }

  @Override
  public void run(Operands operands, Workers workers) {
    int length = NormTable.length(in.c());
    int record = NormTable.recordLength(in.c());
    View shared = operands.shared;
    for (int n = 0; n < in.n(); n++) {
      int sample = n * in.voxels() * in.c();
      float[] table = tableOnly ? operands.output.array : shared.array;
      int to = tableOnly ? operands.output.offset + n * length : shared.offset;
      if (measured) {
        View statistics = operands.statistics;
        int from = statistics.offset + n * records * record;
        norm.combine(statistics.array, from, records, table, to);
      } else {
        int from = shared.offset + (tableOnly ? 0 : length);
        measure(operands, sample, from, workers);
        norm.combine(shared.array, from, records, table, to);
      }
      if (!tableOnly) {
        apply(operands, sample, table, to, workers);
      }
    }
  }

  private void measure(Operands operands, int sample, int to, Workers workers) {
    View input = operands.inputs[0];
    workers.forEach(
        chunks.count(),
        (slot, chunk) ->
            norm.measure(
                input.array,
                input.offset + sample + chunks.from(chunk) * in.c(),
                chunks.count(chunk),
                operands.scratch[slot],
                operands.shared.array,
                to + chunk * NormTable.recordLength(in.c())));
  }

  private void apply(Operands operands, int sample, float[] table, int at, Workers workers) {
    View input = operands.inputs[0];
    View output = operands.output;
    workers.forEach(
        chunks.count(),
        chunk -> {
          int from = sample + chunks.from(chunk) * in.c();
          channels.apply(
              input.array,
              input.offset + from,
              output.array,
              output.offset + from,
              chunks.count(chunk) * in.c(),
              table,
              at,
              activation);
        });
  }

  @Override
  public String describe() {
    return (measured ? "statistics from the step before" : "two passes")
        + (tableOnly ? ", applied by the readers" : "");
  }
}
