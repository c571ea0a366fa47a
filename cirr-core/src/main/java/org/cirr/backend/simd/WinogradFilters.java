package org.cirr.backend.simd;

/** Packs a convolution's weights as Winograd's filters. */
/*
 * Design. The plain form is WinogradF4.filter. Here the rows of G are applied to the columns of all
 * filters of a block of output channels, then to the rows, in loops over the channels that the JIT
 * turns into vectors of double. Training packs all weights in every step.
 */
final class WinogradFilters implements ChannelBlocks.Packing {
  private static final int IN = WinogradF4.IN;
  private static final int WIDTH = 2 * Lanes.COUNT;

  private final float[] weight;
  private final WeightLayout layout;
  private final int taps; // in z
  private final double[][] scratch; // by slot: [9 taps, 18 half done][width]

  WinogradFilters(float[] weight, WeightLayout layout, int taps, int slots) {
    this.weight = weight;
    this.layout = layout;
    this.taps = taps;
    scratch = new double[slots][27 * WIDTH];
  }

  @Override
  public void pack(
      int slot, ChannelBlocks.Block block, int firstIn, int count, float[] to, int at) {
    double[] own = scratch[slot];
    int width = block.width();
    for (int i = 0; i < count; i++) {
      for (int z = 0; z < taps; z++) {
        for (int tap = 0; tap < 9; tap++) {
          int from = layout.at(block.group(), block.first(), firstIn + i, z * 9 + tap);
          gather(weight, from, layout.outStep(), own, tap * WIDTH, block.channels());
        }
        for (int row = 0; row < IN; row++) {
          for (int x = 0; x < 3; x++) {
            int half = (9 + row * 3 + x) * WIDTH;
            combine(own, x * WIDTH, 3 * WIDTH, WinogradF4.G[row], half, block.channels());
          }
          for (int column = 0; column < IN; column++) {
            int product = row * IN + column;
            int target = at + ((product * taps + z) * count + i) * width;
            int half = (9 + row * 3) * WIDTH;
            write(own, half, WinogradF4.G[column], to, target, block.channels());
          }
        }
      }
    }
  }

  private static void gather(float[] in, int from, int step, double[] own, int to, int count) {
    for (int c = 0; c < count; c++) {
      own[to + c] = in[from + c * step];
    }
  }

  private static void combine(double[] own, int from, int step, double[] g, int to, int count) {
    double g0 = g[0];
    double g1 = g[1];
    double g2 = g[2];
    for (int c = 0; c < count; c++) {
      own[to + c] = g0 * own[from + c] + g1 * own[from + step + c] + g2 * own[from + 2 * step + c];
    }
  }

  private static void write(double[] own, int from, double[] g, float[] out, int to, int count) {
    double g0 = g[0];
    double g1 = g[1];
    double g2 = g[2];
    for (int c = 0; c < count; c++) {
      double sum = g0 * own[from + c] + g1 * own[from + WIDTH + c];
      out[to + c] = (float) (sum + g2 * own[from + 2 * WIDTH + c]);
    }
  }
}
