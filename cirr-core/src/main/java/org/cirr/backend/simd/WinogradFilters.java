package org.cirr.backend.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/** Packs a convolution's weights as Winograd's filters. */
/*
 * Design. The plain form is WinogradF4.filter. Here G is applied to the columns of the filters of a
 * block of output channels, then to the rows, in vectors of double along the channels; rows of G whose
 * points differ in sign share their sums. A few input channels are taken together, so that what is
 * written is a run. Floats are made of doubles in a plain loop, since vectors become objects when they
 * are converted. Training packs all weights in every step.
 */
final class WinogradFilters implements ChannelBlocks.Packing {
  private static final int IN = WinogradF4.IN;
  private static final int WIDTH = 2 * Lanes.COUNT;
  private static final VectorSpecies<Double> D =
      VectorSpecies.of(double.class, Lanes.F.vectorShape());
  private static final int LANES = D.length();

  private static final double ZERO = WinogradF4.G[0][0];
  private static final double A0 = WinogradF4.G[1][0];
  private static final double A1 = WinogradF4.G[1][1];
  private static final double A2 = WinogradF4.G[1][2];
  private static final double B0 = WinogradF4.G[3][0];
  private static final double B1 = WinogradF4.G[3][1];
  private static final double B2 = WinogradF4.G[3][2];

  /** Where the lines begin that are half done, and six that are done. */
  private static final int HALF_AT = 9 * WIDTH;

  /** Input channels at a time: what is half done stays in the L1 cache. */
  private static final int TOGETHER = 4;

  /** From one line to the next: not a power of two, or all would compete for one set of lines. */
  private static final int LINE = TOGETHER * WIDTH + 8;

  private static final int DONE_AT = HALF_AT + 18 * LINE;

  private final float[] weight;
  private final WeightLayout layout;
  private final int taps; // in z
  private final double[][] scratch; // by slot: 9 taps of a channel, 18 lines half done, 6 done

  WinogradFilters(float[] weight, WeightLayout layout, int taps, int slots) {
    this.weight = weight;
    this.layout = layout;
    this.taps = taps;
    scratch = new double[slots][DONE_AT + IN * LINE];
  }

  @Override
  public void pack(
      int slot, ChannelBlocks.Block block, int firstIn, int count, float[] to, int at) {
    for (int z = 0; z < taps; z++) {
      for (int i = 0; i < count; i += TOGETHER) {
        int some = Math.min(TOGETHER, count - i);
        half(slot, block, firstIn + i, some, z);
        int step = taps * count * block.width(); // from one product to the next
        rows(slot, some * block.width(), to, at + (z * count + i) * block.width(), step);
      }
    }
  }

  /** The columns of the filters of some input channels. */
  private void half(int slot, ChannelBlocks.Block block, int firstIn, int count, int z) {
    double[] own = scratch[slot];
    int width = block.width();
    for (int i = 0; i < count; i++) {
      gather(layout.at(block.group(), block.first(), firstIn + i, z * 9), block.channels(), own);
      for (int x = 0; x < 3; x++) {
        transform(own, x * WIDTH, 3 * WIDTH, HALF_AT + x * LINE + i * width, 3 * LINE, width);
      }
    }
  }

  /** The rows of all filters that are half done: 36 products, {@code step} apart. */
  private void rows(int slot, int length, float[] to, int at, int step) {
    double[] own = scratch[slot];
    for (int row = 0; row < IN; row++) {
      transform(own, HALF_AT + row * 3 * LINE, LINE, DONE_AT, LINE, length);
      for (int column = 0; column < IN; column++) {
        floats(own, DONE_AT + column * LINE, to, at + (row * IN + column) * step, length);
      }
    }
  }

  /** Nine taps of some output channels; those behind are zero. */
  private void gather(int from, int channels, double[] own) {
    for (int c = 0; c < channels; c++) {
      for (int tap = 0; tap < 9; tap++) {
        own[tap * WIDTH + c] = weight[from + c * layout.outStep() + tap * layout.tapStep()];
      }
    }
    for (int c = channels; c < WIDTH; c++) {
      for (int tap = 0; tap < 9; tap++) {
        own[tap * WIDTH + c] = 0;
      }
    }
  }

  /** G times three lines {@code inStep} apart; the six results lie {@code outStep} apart. */
  private static void transform(
      double[] own, int from, int inStep, int to, int outStep, int length) {
    for (int c = 0; c < length; c += LANES) {
      DoubleVector w0 = DoubleVector.fromArray(D, own, from + c);
      DoubleVector w1 = DoubleVector.fromArray(D, own, from + inStep + c);
      DoubleVector w2 = DoubleVector.fromArray(D, own, from + 2 * inStep + c);
      w0.mul(ZERO).intoArray(own, to + c);
      DoubleVector even = w0.mul(A0).add(w2.mul(A2));
      DoubleVector odd = w1.mul(A1);
      even.add(odd).intoArray(own, to + outStep + c);
      even.sub(odd).intoArray(own, to + 2 * outStep + c);
      even = w0.mul(B0).add(w2.mul(B2));
      odd = w1.mul(B1);
      even.add(odd).intoArray(own, to + 3 * outStep + c);
      even.sub(odd).intoArray(own, to + 4 * outStep + c);
      w2.intoArray(own, to + 5 * outStep + c);
    }
  }

  private static void floats(double[] own, int from, float[] to, int at, int length) {
    for (int c = 0; c < length; c++) {
      to[at + c] = (float) own[from + c];
    }
  }
}
