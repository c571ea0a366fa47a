package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.View;
import org.cirr.op.InstanceNorm;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/** {@link InstanceNorm} of few voxels and many channels: two vectors of channels at a time. */
/*
 * Design. The plain form is ScalarInstanceNorm. Where all voxels of two vectors of channels fit a core's
 * cache, one task reads them three times: mean, spread, result. There is nothing to combine and no
 * barrier; a deep layer of a U-Net is one task, since handing work to a second thread takes longer.
 *
 * The spread is taken about the first estimate m of the mean, and so is a correction of it:
 *   d = x − m;  mean = m + Σd/N;  variance = Σd²/N − (Σd/N)²
 */
final class SimdColumnNorm implements Kernel {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int BLOCK = 2 * LANES;

  /** With 16 lanes two vectors of so many voxels are 64 KiB: they stay in the L2 cache. */
  private static final int MOST_VOXELS = 512;

  /** Elements that are worth a task. */
  private static final int TASK = 1 << 16;

  private final Extents in;
  private final float epsilon;
  private final Activation activation;
  private final float[] scale;
  private final float[] shift;
  private final Chunks blocks; // of one sample, in shares of a task

  SimdColumnNorm(InstanceNorm op, Step step) {
    in = Extents.of(step.node().shape());
    epsilon = (float) op.epsilon();
    activation = Activation.of(step.activation());
    int count = (in.c() + BLOCK - 1) / BLOCK;
    scale = new float[count * BLOCK]; // in whole blocks; 1 where there is none
    shift = new float[count * BLOCK];
    Arrays.fill(scale, 1);
    blocks = new Chunks(count, Math.max(1, TASK / (BLOCK * in.voxels())));
  }

  /** Whether a step that reads and writes its data itself is of this kind. */
  static boolean fits(Step step) {
    Shape shape = step.node().shape();
    int channels = shape.dim(-1);
    long voxels = shape.elements() / Math.max(1, (long) shape.dim(0) * channels);
    boolean own = !step.makesTable() && step.statisticsLength() == 0;
    return own && channels >= BLOCK && voxels > 0 && voxels <= MOST_VOXELS;
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    if (parameters.input(1) != null) {
      System.arraycopy(parameters.input(1), 0, scale, 0, in.c());
      System.arraycopy(parameters.input(2), 0, shift, 0, in.c());
    }
  }

  @Override
  public long scratchLength() {
    return 2 * BLOCK; // factors and means
  }

  @Override
  public void run(Operands operands, Workers workers) {
    View input = operands.inputs[0];
    View output = operands.output;
    workers.forEach(
        in.n() * blocks.count(),
        (slot, task) -> {
          int share = task % blocks.count();
          int sample = task / blocks.count() * in.voxels() * in.c();
          for (int block = blocks.from(share); block < blocks.to(share); block++) {
            int c = block * BLOCK;
            int from = input.offset + sample + c;
            int to = output.offset + sample + c;
            if (c + BLOCK <= in.c()) {
              statistics(input.array, from, operands.scratch[slot], c);
              apply(input.array, from, output.array, to, operands.scratch[slot], c);
            } else {
              for (int i = 0; c + i < in.c(); i++) {
                channel(input.array, from + i, output.array, to + i, c + i);
              }
            }
          }
        });
  }

  private void statistics(float[] x, int from, float[] scratch, int c) {
    int end = from + in.voxels() * in.c();
    FloatVector sum = FloatVector.zero(F);
    FloatVector otherSum = FloatVector.zero(F);
    for (int i = from; i < end; i += in.c()) {
      sum = sum.add(FloatVector.fromArray(F, x, i));
      otherSum = otherSum.add(FloatVector.fromArray(F, x, i + LANES));
    }
    FloatVector mean = sum.div(in.voxels());
    FloatVector otherMean = otherSum.div(in.voxels());
    FloatVector first = FloatVector.zero(F);
    FloatVector otherFirst = FloatVector.zero(F);
    FloatVector second = FloatVector.zero(F);
    FloatVector otherSecond = FloatVector.zero(F);
    for (int i = from; i < end; i += in.c()) {
      FloatVector d = FloatVector.fromArray(F, x, i).sub(mean);
      FloatVector otherD = FloatVector.fromArray(F, x, i + LANES).sub(otherMean);
      first = first.add(d);
      otherFirst = otherFirst.add(otherD);
      second = d.fma(d, second);
      otherSecond = otherD.fma(otherD, otherSecond);
    }
    finish(mean, first, second, scratch, 0, c);
    finish(otherMean, otherFirst, otherSecond, scratch, LANES, c + LANES);
  }

  private void finish(
      FloatVector mean, FloatVector first, FloatVector second, float[] scratch, int at, int c) {
    FloatVector correction = first.div(in.voxels());
    FloatVector variance = second.div(in.voxels()).sub(correction.mul(correction)).max(0f);
    FloatVector factor = FloatVector.fromArray(F, scale, c).div(variance.add(epsilon).sqrt());
    factor.intoArray(scratch, at);
    mean.add(correction).intoArray(scratch, BLOCK + at);
  }

  private void apply(float[] x, int from, float[] out, int to, float[] scratch, int c) {
    for (int i = 0; i < BLOCK; i += LANES) {
      FloatVector factor = FloatVector.fromArray(F, scratch, i);
      FloatVector mean = FloatVector.fromArray(F, scratch, BLOCK + i);
      FloatVector add = FloatVector.fromArray(F, shift, c + i);
      for (int v = 0; v < in.voxels(); v++) {
        FloatVector d = FloatVector.fromArray(F, x, from + i + v * in.c()).sub(mean);
        activation.apply(d.fma(factor, add)).intoArray(out, to + i + v * in.c());
      }
    }
  }

  /** One of the last channels, in double. */
  private void channel(float[] x, int from, float[] out, int to, int c) {
    int length = in.voxels() * in.c();
    double sum = 0;
    for (int i = 0; i < length; i += in.c()) {
      sum += x[from + i];
    }
    double mean = sum / in.voxels();
    double squares = 0;
    for (int i = 0; i < length; i += in.c()) {
      squares += (x[from + i] - mean) * (x[from + i] - mean);
    }
    float factor = (float) (scale[c] / Math.sqrt(squares / in.voxels() + epsilon));
    for (int i = 0; i < length; i += in.c()) {
      out[to + i] = activation.apply(Math.fma((float) (x[from + i] - mean), factor, shift[c]));
    }
  }

  @Override
  public String describe() {
    return "by channels";
  }
}
