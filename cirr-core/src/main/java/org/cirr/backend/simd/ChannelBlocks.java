package org.cirr.backend.simd;

import java.util.ArrayList;
import java.util.List;

/**
 * Weights packed for {@link SimdRows}: output channels in blocks of one or two vectors, and per
 * block {@code [tap][input channel][lane]}, padded with zeros.
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

  private final List<Block> blocks = new ArrayList<>();
  private final float[] weight;
  private final float[] bias; // padded, block after block
  private final int[] biasAt;

  ChannelBlocks(
      int outChannels, int groups, int inPerGroup, int taps, Source source, float[] biases) {
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
    weight =
        new float[org.cirr.tensor.Shape.of((int) Math.min(at, Integer.MAX_VALUE)).arrayLength()];
    biasAt = new int[blocks.size()];
    int biasLength = 0;
    for (int b = 0; b < blocks.size(); b++) {
      biasAt[b] = biasLength;
      biasLength += blocks.get(b).width();
    }
    bias = new float[biasLength];
    for (int b = 0; b < blocks.size(); b++) {
      pack(b, inPerGroup, taps, source, biases);
    }
  }

  private void pack(int b, int inPerGroup, int taps, Source source, float[] biases) {
    Block block = blocks.get(b);
    for (int c = 0; c < block.channels(); c++) {
      if (biases != null) {
        bias[biasAt[b] + c] = biases[block.first() + c];
      }
      for (int tap = 0; tap < taps; tap++) {
        for (int i = 0; i < inPerGroup; i++) {
          weight[block.at() + (tap * inPerGroup + i) * block.width() + c] =
              source.at(block.first() + c, i, tap);
        }
      }
    }
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

  /** Sets the sums of {@code count} positions to the bias. */
  void startSums(int index, float[] sums, int at, int count) {
    int width = blocks.get(index).width();
    for (int k = 0; k < count; k++) {
      System.arraycopy(bias, biasAt[index], sums, at + k * width, width);
    }
  }

  long bytes() {
    return 4L * (weight.length + bias.length);
  }
}
