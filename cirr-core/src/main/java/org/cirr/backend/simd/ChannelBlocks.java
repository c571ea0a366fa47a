package org.cirr.backend.simd;

import java.util.ArrayList;
import java.util.List;
import org.cirr.tensor.Shape;

/**
 * Weights packed for {@link SimdRows}: output channels in blocks of one or two vectors, and per
 * block {@code [chunk of input channels][tap][input channel][lane]}, padded with zeros.
 */
final class ChannelBlocks {
  private static final int LANES = Lanes.COUNT;

  /** The weight between an input and an output channel at a tap. */
  @FunctionalInterface
  interface Source {
    float at(int outChannel, int inChannel, int tap);
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

  ChannelBlocks(
      int outChannels, int groups, int inPerGroup, int taps, Source source, float[] biases) {
    this(outChannels, groups, inPerGroup, SimdRows.CHUNK, taps, source, biases);
  }

  /**
   * As above with chunks of another length.
   *
   * @param chunk input channels of a chunk
   */
  ChannelBlocks(
      int outChannels,
      int groups,
      int inPerGroup,
      int chunk,
      int taps,
      Source source,
      float[] biases) {
    this.inPerGroup = inPerGroup;
    this.chunk = chunk;
    this.taps = taps;
    int perGroup = outChannels / groups;
    long at = 0;
    for (int group = 0; group < groups; group++) {
      for (int first = 0; first < perGroup; ) {
        int channels = Math.min(2 * LANES, perGroup - first);
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
    for (int b = 0; b < blocks.size(); b++) {
      pack(b, source, biases);
    }
  }

  private void pack(int b, Source source, float[] biases) {
    Block block = blocks.get(b);
    for (int c = 0; c < block.channels(); c++) {
      if (biases != null) {
        bias[biasAt[b] + c] = biases[block.first() + c];
      }
      for (int tap = 0; tap < taps; tap++) {
        for (int i = 0; i < inPerGroup; i++) {
          weight[at(b, i / chunk, tap) + i % chunk * block.width() + c] =
              source.at(block.first() + c, i, tap);
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
