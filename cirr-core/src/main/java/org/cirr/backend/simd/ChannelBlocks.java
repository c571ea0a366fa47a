package org.cirr.backend.simd;

import java.util.ArrayList;
import java.util.List;
import org.cirr.backend.cpu.Operands;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;

/**
 * Weights packed for {@link SimdRows}: output channels in blocks of one or two vectors, and per
 * block {@code [chunk of input channels][tap][input channel][lane]}, padded with zeros.
 */
final class ChannelBlocks {
  private static final int LANES = Lanes.COUNT;

  /** Output channels of a block at most. */
  static final int WIDTH = 2 * LANES;

  /** Writes the weights of one block of output channels for one chunk of input channels. */
  @FunctionalInterface
  interface Packing {
    /**
     * Writes {@code [tap][count][lane]}; lanes behind the block's channels stay zero.
     *
     * @param slot which of the threads does it
     * @param firstIn the first input channel
     * @param at where in {@code to} they begin
     */
    void pack(int slot, Block block, int firstIn, int count, float[] to, int at);
  }

  /**
   * One block of output channels.
   *
   * @param first the first output channel
   * @param channels how many output channels, at most {@code vectors · lanes}
   * @param vectors 1 or 2
   * @param at where its weights begin
   * @param group the convolution group it belongs to
   */
  record Block(int first, int channels, int vectors, int at, int group) {
    int width() {
      return vectors * LANES;
    }
  }

  private final int inPerGroup;
  private final int chunk;
  private final int taps;
  private final List<Block> blocks = new ArrayList<>();
  private final float[] weight;
  private final float[] bias; // padded, block after block
  private final int[] biasAt;

  /** Room for weights; {@link #pack} brings them. */
  ChannelBlocks(int outChannels, int groups, int inPerGroup, int taps) {
    this(outChannels, groups, inPerGroup, SimdRows.CHUNK, taps);
  }

  /**
   * As above with chunks of another length.
   *
   * @param chunk input channels of a chunk
   */
  ChannelBlocks(int outChannels, int groups, int inPerGroup, int chunk, int taps) {
    this.inPerGroup = inPerGroup;
    this.chunk = chunk;
    this.taps = taps;
    int perGroup = outChannels / groups;
    long at = Operands.FIRST;
    for (int group = 0; group < groups; group++) {
      for (int first = 0; first < perGroup; ) {
        int channels = Math.min(WIDTH, perGroup - first);
        int vectors = channels > LANES ? 2 : 1;
        blocks.add(new Block(group * perGroup + first, channels, vectors, (int) at, group));
        at += (long) taps * inPerGroup * vectors * LANES;
        first += channels;
      }
    }
    weight = new float[Shape.of((int) Math.min(at, Integer.MAX_VALUE)).arrayLength()];
    biasAt = new int[blocks.size()];
    int biasLength = 0;
    for (int b = 0; b < blocks.size(); b++) {
      biasAt[b] = biasLength;
      biasLength += blocks.get(b).width();
    }
    bias = new float[biasLength];
  }

  /**
   * Packs weights.
   *
   * @param biases one per output channel, or null
   */
  void pack(Packing packing, float[] biases, Workers workers) {
    for (int b = 0; b < blocks.size() && biases != null; b++) {
      Block block = blocks.get(b);
      System.arraycopy(biases, block.first(), bias, biasAt[b], block.channels());
    }
    workers.forEach(
        blocks.size() * chunks(),
        (slot, piece) -> {
          int b = piece / chunks();
          int index = piece % chunks();
          Block block = blocks.get(b);
          packing.pack(slot, block, index * chunk, chunkLength(index), weight, at(b, index, 0));
        });
  }

  /** Packs weights as they are. */
  void pack(float[] w, WeightLayout layout, float[] biases, Workers workers) {
    pack(
        (slot, block, firstIn, count, to, at) ->
            copy(w, layout, block, firstIn, count, taps, to, at),
        biases,
        workers);
  }

  /** Row by row of the packed weights; what is read together stays in the L1 cache. */
  private static void copy(
      float[] w,
      WeightLayout layout,
      Block block,
      int firstIn,
      int count,
      int taps,
      float[] to,
      int at) {
    int width = block.width();
    int step = layout.outStep();
    for (int i = 0; i < count; i++) {
      for (int tap = 0; tap < taps; tap++) {
        int from = layout.at(block.group(), block.first(), firstIn + i, tap);
        int row = at + (tap * count + i) * width;
        for (int c = 0; c < block.channels(); c++) {
          to[row + c] = w[from + c * step];
        }
      }
    }
  }

  /** Chunks of input channels of a group. */
  int chunks() {
    return (inPerGroup + chunk - 1) / chunk;
  }

  /** Input channels of a chunk. */
  int chunkLength(int index) {
    return Math.min(chunk, inPerGroup - index * chunk);
  }

  /** Where the weights of a block for a chunk and a tap begin. */
  int at(int b, int index, int tap) {
    int before = index * chunk * taps + tap * chunkLength(index);
    return blocks.get(b).at() + before * blocks.get(b).width();
  }

  int count() {
    return blocks.size();
  }

  Block get(int index) {
    return blocks.get(index);
  }

  float[] weight() {
    return weight;
  }

  /** The biases of all blocks, zero where there are none. */
  float[] bias() {
    return bias;
  }

  /** Where the biases of a block begin. */
  int biasAt(int index) {
    return biasAt[index];
  }

  long bytes() {
    return 4L * (weight.length + bias.length);
  }
}
