package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;

/**
 * Writes the finished sums of one block of output channels: adds the bias, and keeps mean and
 * spread of what it writes for the normalisation behind.
 */
/*
 * Design. Each call gives the mean of what it writes and the squared differences from that mean, in
 * two passes over values that are still in registers or in the L1 cache; calls are combined after
 * Chan, Golub and LeVeque. Sums about a common pivot would be cheaper by a few instructions, but a
 * channel that is constant but for the border, as on background, loses its spread to rounding then.
 * NormTable says how a record looks.
 */
final class SumsWriter {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;

  private final Operands operands;
  private final ChannelBlocks blocks;
  private final ChannelBlocks.Block channels;
  private final int biasAt;
  private final int outChannels;
  private final int pitch; // floats between the voxels of the output
  private final int first; // where the block's channels of the first voxel go
  private final int step; // floats between the voxels of a call
  private final float[] own;
  private final int statistics; // mean, squared differences from it
  private int count;

  /**
   * A writer for block {@code b}.
   *
   * @param out the output's extents
   * @param sliceChannels see {@link Step#sliceChannels}
   * @param stride voxels from one voxel of a call to the next, 1 for neighbours
   * @param own the thread's scratch, of which {@link #LENGTH} floats from {@code at} on are used
   */
  SumsWriter(
      Operands operands,
      ChannelBlocks blocks,
      int b,
      Extents out,
      int sliceChannels,
      int stride,
      float[] own,
      int at) {
    this.operands = operands;
    this.blocks = blocks;
    this.channels = blocks.get(b);
    this.biasAt = blocks.biasAt(b);
    this.outChannels = out.c();
    this.pitch = sliceChannels;
    int before = channels.first() / sliceChannels * sliceChannels;
    this.first = before * out.n() * out.voxels() + channels.first() - before;
    this.step = stride * sliceChannels;
    this.own = own;
    this.statistics = at;
  }

  /** Floats of scratch a writer needs. */
  static final int LENGTH = 2 * 2 * LANES;

  /**
   * Writes the sums of voxels of a row.
   *
   * @param sums {@code [voxels][width of the block]} from {@code from} on
   * @param voxel the first of them in the output
   */
  void write(float[] sums, int from, int voxel, int voxels) {
    if (count == 0) {
      Arrays.fill(own, statistics, statistics + LENGTH, 0);
    }
    int to = operands.output.offset + first + voxel * pitch;
    int width = channels.width();
    if (channels.channels() == 2 * LANES) {
      addBoth(sums, from, voxels, operands.output.array, to);
      measure(operands.output.array, to, step, 0, voxels);
      measure(operands.output.array, to + LANES, step, 1, voxels);
      count += voxels;
      return;
    }
    for (int v = 0; v < channels.vectors(); v++) {
      int lanes = Math.min(LANES, channels.channels() - v * LANES);
      int at = from + v * LANES;
      if (lanes == LANES) {
        add(sums, at, v, voxels, operands.output.array, to + v * LANES, step);
        measure(operands.output.array, to + v * LANES, step, v, voxels);
        continue;
      }
      add(sums, at, v, voxels, sums, at, width);
      measure(sums, at, width, v, voxels);
      float[] out = operands.output.array;
      for (int i = 0; i < voxels; i++) {
        for (int c = 0; c < lanes; c++) { // too few for a call of System.arraycopy
          out[to + i * step + v * LANES + c] = sums[at + i * width + c];
        }
      }
    }
    count += voxels;
  }

  /**
   * Writes a whole 4 × 4 tile from its 6 × 6 products, see {@link WinogradF4#tile}.
   *
   * @param products one block of output channels, {@code step} floats between the 36 products
   * @param voxel the first of the tile
   * @param rowVoxels voxels of an output row
   * @return false where the tile has to be written row by row
   */
  boolean writeTile(float[] products, int from, int step, int voxel, int rowVoxels) {
    if (channels.channels() < channels.width()) {
      return false;
    }
    if (count == 0) {
      Arrays.fill(own, statistics, statistics + LENGTH, 0);
    }
    int voxels = WinogradF4.OUT * WinogradF4.OUT;
    int to = operands.output.offset + first + voxel * pitch;
    for (int v = 0; v < channels.vectors(); v++) {
      WinogradF4.tile(
          products,
          from + v * LANES,
          step,
          blocks.bias(),
          biasAt + v * LANES,
          operands.output.array,
          to + v * LANES,
          pitch,
          rowVoxels * pitch,
          own,
          statistics + v * LANES,
          channels.width(),
          share(voxels));
    }
    count += voxels;
    return true;
  }

  /** The part that the next {@code voxels} have in everything written. */
  private float share(int voxels) {
    return (float) voxels / (count + voxels);
  }

  /** One vector of channels of some voxels: {@code out = sums + bias}. */
  private void add(float[] sums, int from, int v, int voxels, float[] out, int to, int outStep) {
    int width = channels.width();
    FloatVector bias = FloatVector.fromArray(F, blocks.bias(), biasAt + v * LANES);
    for (int i = 0; i < voxels; i++) {
      FloatVector.fromArray(F, sums, from + i * width).add(bias).intoArray(out, to + i * outStep);
    }
  }

  /** Both vectors of channels: their lines lie side by side. */
  private void addBoth(float[] sums, int from, int voxels, float[] out, int to) {
    FloatVector low = FloatVector.fromArray(F, blocks.bias(), biasAt);
    FloatVector high = FloatVector.fromArray(F, blocks.bias(), biasAt + LANES);
    int end = from + voxels * 2 * LANES;
    for (int i = from, j = to; i < end; i += 2 * LANES, j += step) {
      FloatVector.fromArray(F, sums, i).add(low).intoArray(out, j);
      FloatVector.fromArray(F, sums, i + LANES).add(high).intoArray(out, j + LANES);
    }
  }

  /** The statistics of one vector of channels of some voxels, if anybody asks for them. */
  private void measure(float[] out, int at, int step, int v, int voxels) {
    if (operands.statistics == null) {
      return;
    }
    FloatVector mean = mean(out, at, step, voxels);
    FloatVector squares = squares(out, at, step, voxels, mean);
    int record = statistics + v * LANES;
    combine(mean, squares, voxels, share(voxels), own, record, channels.width());
  }

  private static FloatVector mean(float[] out, int at, int step, int voxels) {
    FloatVector sum = FloatVector.zero(F);
    for (int i = 0; i < voxels; i++) {
      sum = sum.add(FloatVector.fromArray(F, out, at + i * step));
    }
    return sum.mul(1f / voxels);
  }

  private static FloatVector squares(float[] out, int at, int step, int voxels, FloatVector mean) {
    FloatVector squares = FloatVector.zero(F);
    for (int i = 0; i < voxels; i++) {
      FloatVector difference = FloatVector.fromArray(F, out, at + i * step).sub(mean);
      squares = difference.fma(difference, squares);
    }
    return squares;
  }

  /**
   * Adds mean and squared differences of some voxels to those of all before.
   *
   * @param share the part these voxels have in all
   * @param at where the mean of all before stands, its squared differences {@code width} behind
   */
  static void combine(
      FloatVector mean,
      FloatVector squares,
      int voxels,
      float share,
      float[] own,
      int at,
      int width) {
    FloatVector before = FloatVector.fromArray(F, own, at);
    FloatVector difference = mean.sub(before);
    difference.fma(FloatVector.broadcast(F, share), before).intoArray(own, at);
    FloatVector between = difference.mul(difference).mul(voxels * (1 - share));
    FloatVector.fromArray(F, own, at + width).add(squares).add(between).intoArray(own, at + width);
  }

  /** Leaves the statistics of everything written in the given record, if anybody asks for them. */
  void finish(int record) {
    if (operands.statistics == null || count == 0) {
      return;
    }
    int width = channels.width();
    float[] records = operands.statistics.array;
    int at = operands.statistics.offset + record * NormTable.recordLength(outChannels);
    records[at] = count;
    for (int i = 0; i < channels.channels(); i++) {
      int c = at + 1 + channels.first() + i;
      records[c] = own[statistics + i];
      records[c + outChannels] = own[statistics + width + i];
    }
  }
}
