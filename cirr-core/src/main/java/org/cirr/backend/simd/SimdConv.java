package org.cirr.backend.simd;

import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.Window;
import org.cirr.op.Conv;

/** Chooses how a {@link Conv} is computed, from its shapes alone. */
final class SimdConv {
  /** Fewest positions (tiles · slices) that make the larger weights of Winograd worth reading. */
  private static final int WINOGRAD_POSITIONS = 24;

  private SimdConv() {}

  private static boolean isWinograd(Conv conv, Window window) {
    if (!SimdWinograd.computes(conv, window)) {
      return false;
    }
    WinogradTiling tiling = WinogradTiling.of(window);
    return (long) tiling.tiles() * window.out().d() >= WINOGRAD_POSITIONS;
  }

  /** The kernel of the step. */
  static Kernel of(Conv conv, Step step) {
    return of(conv, step, WeightLayout.of(step.node().inputs().get(1).shape()));
  }

  /** The kernel of the step, for weights that lie in a way of their own. */
  static Kernel of(Conv conv, Step step, WeightLayout layout) {
    Window window = Window.of(conv, step);
    if (SimdFewOutputs.computes(conv, step)) {
      return new SimdFewOutputs(conv, step, layout);
    } else if (SimdFewChannels.computes(conv, window)) {
      return new SimdFewChannels(conv, step, layout);
    }
    return isWinograd(conv, window)
        ? new SimdWinograd(conv, step, layout)
        : new SimdDirectConv(conv, step, layout);
  }

  /** Floats of statistics the kernel can leave, or 0. */
  static long statisticsLength(Conv conv, Step step) {
    if (SimdFewOutputs.computes(conv, step)) {
      return 0;
    }
    Window window = Window.of(conv, step);
    int records =
        SimdFewChannels.computes(conv, window)
            ? SimdFewChannels.bands(window)
            : isWinograd(conv, window)
                ? WinogradTiling.of(window).blocks()
                : ConvBands.of(conv, window).perSample();
    return (long) window.out().n() * records * NormTable.recordLength(window.out().c());
  }

  /** Floats the kernel's threads share. */
  static long sharedLength(Conv conv, Step step) {
    Window window = Window.of(conv, step);
    if (SimdFewOutputs.computes(conv, step) || SimdFewChannels.computes(conv, window)) {
      return 0;
    }
    return isWinograd(conv, window)
        ? (WinogradTiling.of(window).shared() ? WinogradTiling.of(window).sharedLength() : 0)
        : SimdDirectConv.sharedLength(ConvBands.of(conv, window));
  }
}
