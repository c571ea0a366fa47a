package org.cirr.backend.simd;

import java.util.Arrays;

/** Packs a convolution's weights as Winograd's filters. */
/*
 * Design. The plain form is WinogradF4.filter. Here G is applied to the columns of the filters between
 * a few input channels and a block of output channels, then to the rows. A loop over so few filters
 * spends more of its time before and after the JIT's vectors than in them, and takes twice as long as
 * one written with vectors. But those are objects until the JIT has compiled them, which the first
 * packing of a network would pay for: it takes the loop, all later ones, of which training has one in
 * every step, the vectors. Both give the same bits.
 */
final class WinogradFilters implements ChannelBlocks.Packing {
  private static final int IN = WinogradF4.IN;
  private static final int WIDTH = 2 * Lanes.COUNT;

  /** Filters at once: what is half done stays in a common L1 cache. */
  private static final int MOST = Math.max(128, WIDTH);

  /** Input channels at once. */
  private static final int INPUTS = MOST / WIDTH;

  private final float[] weight;
  private final WeightLayout layout;
  private final int taps; // in z
  private final boolean again;
  private final float[][] scratch; // by slot: [9 taps, 18 half done][filter]

  /**
   * Begins to pack.
   *
   * @param taps in z
   * @param again whether it is not the first time, so that compiling vectors pays
   */
  WinogradFilters(float[] weight, WeightLayout layout, int taps, int slots, boolean again) {
    this.weight = weight;
    this.layout = layout;
    this.taps = taps;
    this.again = again;
    scratch = new float[slots][27 * MOST];
  }

  @Override
  public void pack(
      int slot, ChannelBlocks.Block block, int firstIn, int count, float[] to, int at) {
    float[] own = scratch[slot];
    int step = taps * count * block.width();
    for (int i = 0; i < count; i += INPUTS) {
      int inputs = Math.min(INPUTS, count - i);
      for (int z = 0; z < taps; z++) {
        gather(block, firstIn + i, inputs, z, own);
        transform(own, inputs * block.width(), to, at + (z * count + i) * block.width(), step);
      }
    }
  }

  /** The nine taps of a plane: {@code [tap][input][output]}, zero behind the output channels. */
  private void gather(ChannelBlocks.Block block, int firstIn, int inputs, int z, float[] own) {
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

  /** {@code G·g·Gᵀ} of some filters; the results of a product are {@code step} apart. */
  private void transform(float[] own, int filters, float[] to, int at, int step) {
    for (int x = 0; x < 3; x++) {
      combine(own, x * MOST, 3 * MOST, own, (9 + x) * MOST, 3 * MOST, filters);
    }
    for (int row = 0; row < IN; row++) {
      combine(own, (9 + row * 3) * MOST, MOST, to, at + row * IN * step, step, filters);
    }
  }

  private void combine(
      float[] in, int from, int inStep, float[] out, int to, int outStep, int count) {
    if (again) {
      WinogradF4.filterVectors(in, from, inStep, out, to, outStep, count);
    } else {
      WinogradF4.filters(in, from, inStep, out, to, outStep, count);
    }
  }
}
