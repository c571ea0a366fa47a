package org.cirr.backend.simd;

import java.util.Arrays;

/** Packs a convolution's weights as Winograd's filters. */
/*
 * Design. The plain form is WinogradF4.filter. Here the rows of G are applied to the columns of the
 * filters between a few input channels and a block of output channels, then to the rows, in loops over
 * all of them that the JIT turns into vectors of double. Over the 32 output channels of one input
 * channel it makes such loops, too, but spends them on its iterations before and after the vectors.
 * Training packs all weights in every step.
 */
final class WinogradFilters implements ChannelBlocks.Packing {
  private static final int IN = WinogradF4.IN;
  private static final int WIDTH = 2 * Lanes.COUNT;

  /** Input channels at once: what is half done stays in a common L1 cache. */
  private static final int INPUTS = 4;

  /** Filters at once. */
  private static final int MOST = INPUTS * WIDTH;

  private final float[] weight;
  private final WeightLayout layout;
  private final int taps; // in z
  private final double[][] scratch; // by slot: [9 taps, 18 half done][filter]

  WinogradFilters(float[] weight, WeightLayout layout, int taps, int slots) {
    this.weight = weight;
    this.layout = layout;
    this.taps = taps;
    scratch = new double[slots][27 * MOST];
  }

  @Override
  public void pack(
      int slot, ChannelBlocks.Block block, int firstIn, int count, float[] to, int at) {
    double[] own = scratch[slot];
    for (int i = 0; i < count; i += INPUTS) {
      int inputs = Math.min(INPUTS, count - i);
      for (int z = 0; z < taps; z++) {
        gather(block, firstIn + i, inputs, z, own);
        transform(
            own, inputs * block.width(), to, at + (z * count + i) * block.width(), count, block);
      }
    }
  }

  /** The nine taps of a plane: {@code [tap][input][output]}, zero behind the output channels. */
  private void gather(ChannelBlocks.Block block, int firstIn, int inputs, int z, double[] own) {
    int width = block.width();
    if (block.channels() < width) {
      Arrays.fill(own, 0, 9 * MOST, 0);
    }
    for (int i = 0; i < inputs; i++) {
      for (int tap = 0; tap < 9; tap++) {
        int from = layout.at(block.group(), block.first(), firstIn + i, z * 9 + tap);
        int step = layout.outStep();
        for (int c = 0; c < block.channels(); c++) {
          own[tap * MOST + i * width + c] = weight[from + c * step];
        }
      }
    }
  }

  /** {@code G·g·Gᵀ} of some filters; the results of a product are a chunk of channels apart. */
  private void transform(
      double[] own, int filters, float[] to, int at, int chunk, ChannelBlocks.Block block) {
    int step = taps * chunk * block.width();
    for (int row = 0; row < IN; row++) {
      for (int x = 0; x < 3; x++) {
        combine(own, x * MOST, WinogradF4.G[row], (9 + row * 3 + x) * MOST, filters);
      }
      for (int column = 0; column < IN; column++) {
        int target = at + (row * IN + column) * step;
        write(own, (9 + row * 3) * MOST, WinogradF4.G[column], to, target, filters);
      }
    }
  }

  private static void combine(double[] own, int from, double[] g, int to, int count) {
    double g0 = g[0];
    double g1 = g[1];
    double g2 = g[2];
    for (int c = 0; c < count; c++) {
      double sum = g0 * own[from + c] + g1 * own[from + 3 * MOST + c];
      own[to + c] = sum + g2 * own[from + 6 * MOST + c];
    }
  }

  private static void write(double[] own, int from, double[] g, float[] out, int to, int count) {
    double g0 = g[0];
    double g1 = g[1];
    double g2 = g[2];
    for (int c = 0; c < count; c++) {
      double sum = g0 * own[from + c] + g1 * own[from + MOST + c];
      out[to + c] = (float) (sum + g2 * own[from + 2 * MOST + c]);
    }
  }
}
