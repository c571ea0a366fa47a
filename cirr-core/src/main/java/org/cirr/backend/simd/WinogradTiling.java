package org.cirr.backend.simd;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Window;

/**
 * How {@link SimdWinograd} cuts a layer into blocks; known without weights.
 *
 * <p>The tiles of a slice are numbered row by row. A block is a range of tiles times a range of
 * slices.
 *
 * @param tilesX tiles per row
 * @param tiles tiles per slice
 * @param depth output slices of a block, the last block of a sample may have fewer
 * @param blockTiles tiles of a block, the last one may have fewer
 * @param shared whether all threads work on one block together
 */
record WinogradTiling(
    Window window, int tilesX, int tiles, int depth, int blockTiles, boolean shared) {
  /** Input and output channels from which on threads work on a block together. */
  private static final int SHARED_CHANNELS = 256;

  /** Floats of transformed input and products of such a block: 8 MiB of the L3 cache. */
  private static final long SHARED_CACHE = 2 << 20;

  /** Floats of transformed input and products of a block: most of a 1 MiB L2 cache. */
  private static final int CACHE = 176 * 1024;

  static WinogradTiling of(Window window) {
    Extents out = window.out();
    int tilesX = (out.w() + WinogradF4.OUT - 1) / WinogradF4.OUT;
    int tiles = tilesX * ((out.h() + WinogradF4.OUT - 1) / WinogradF4.OUT);
    if (window.in().c() + window.out().c() >= SHARED_CHANNELS) {
      return shared(window, tilesX, tiles);
    }
    WinogradTiling best = null;
    for (int blockTiles : new int[] {12, 24, 36, 8, 4}) {
      for (int depth = Math.max(1, Math.min(16, out.d())); depth > 0; depth--) {
        WinogradTiling tiling =
            new WinogradTiling(
                window, tilesX, tiles, depth, Math.max(1, Math.min(tiles, blockTiles)), false);
        boolean smaller = best != null && best.length() > CACHE && tiling.length() < best.length();
        boolean fits = tiling.length() <= CACHE;
        if (best == null || smaller || (fits && tiling.cost() < best.cost())) {
          best = tiling;
        }
      }
    }
    return best;
  }

  /** The cheapest block that the shared cache holds. */
  private static WinogradTiling shared(Window window, int tilesX, int tiles) {
    int out = window.out().d();
    WinogradTiling best = null;
    for (int tileBlocks = 1; tileBlocks <= Math.max(1, tiles); tileBlocks *= 2) {
      int blockTiles = ((tiles + tileBlocks - 1) / tileBlocks + 3) / 4 * 4;
      for (int depthBlocks = 1; depthBlocks <= Math.max(1, out); depthBlocks *= 2) {
        int depth = Math.max(1, (out + depthBlocks - 1) / depthBlocks);
        WinogradTiling tiling =
            new WinogradTiling(
                window, tilesX, tiles, depth, Math.max(1, Math.min(tiles, blockTiles)), true);
        boolean smaller =
            best != null && !best.fitsShared() && tiling.sharedLength() < best.sharedLength();
        boolean better = tiling.fitsShared() && best != null && tiling.cost() < best.cost();
        if (best == null || smaller || better) {
          best = tiling;
        }
      }
    }
    return best;
  }

  private boolean fitsShared() {
    return sharedLength() <= SHARED_CACHE;
  }

  /** Floats that the threads share when they work on a block together. */
  long sharedLength() {
    int width = 2 * Lanes.COUNT;
    return vectorsLength() + (window.out().c() + width - 1) / width * productsLength();
  }

  /**
   * The cost model: what a position of the block costs, in units of one product with the weights of
   * one tap, for the same input and output channels in every candidate. Three things cost more in a
   * smaller block: slices at its ends are transformed twice; every weight comes from beyond the L2
   * cache once per block; and blocks of other than twelve positions use fewer registers. The
   * factors are rough, from profiles of layers of 32 to 128 channels; the order of the candidates
   * is all that matters.
   */
  private double cost() {
    Extents out = window.out();
    double copies = (double) inputDepth() / depth;
    double filled =
        (double) out.d() / (depth * depthBlocks()) * tiles / (blockTiles * tileBlocks());
    double transform = 13.0 * copies / Math.max(1, out.c() / Lanes.COUNT);
    double weights = 24.0 * window.kernel()[0] / positions();
    double small = blockTiles % 12 == 0 ? 0 : blockTiles % 8 == 0 ? 0.5 : 1;
    return (window.kernel()[0] * (1 + small / 4) + transform / 10 + weights / 10) / filled;
  }

  private long length() {
    return vectorsLength() + productsLength();
  }

  /** Positions of a full block. */
  int positions() {
    return depth * blockTiles;
  }

  /** Blocks of tiles per slice. */
  int tileBlocks() {
    return (tiles + blockTiles - 1) / blockTiles;
  }

  /** Blocks of slices per sample. */
  int depthBlocks() {
    return (window.out().d() + depth - 1) / depth;
  }

  /** Blocks of a sample. */
  int blocks() {
    return tileBlocks() * depthBlocks();
  }

  /** Input slices under a block. */
  int inputDepth() {
    return (depth - 1) * window.stride()[0] + window.kernel()[0];
  }

  /** Floats between the transformed inputs of one chunk of channels and the next. */
  int chunkStep() {
    return (int) Math.min(Integer.MAX_VALUE, (long) blockTiles * inputDepth() * SimdRows.PITCH);
  }

  /** Floats between the transformed inputs of one product and the next. */
  int vectorStep() {
    int chunks = (window.in().c() + SimdRows.PITCH - 1) / SimdRows.PITCH;
    return oddLines((long) chunks * chunkStep());
  }

  /** Floats between the sums of one product and the next, for one block of output channels. */
  int productStep() {
    return oddLines((long) positions() * 2 * Lanes.COUNT);
  }

  long vectorsLength() {
    return (long) WinogradF4.PRODUCTS * vectorStep();
  }

  long productsLength() {
    return (long) WinogradF4.PRODUCTS * productStep();
  }

  /** Rounded up to an odd number of cache lines: 36 streams that far apart hit different sets. */
  private static int oddLines(long floats) {
    long lines = (floats + 15) / 16;
    return (int) Math.min(Integer.MAX_VALUE, 16 * (lines | 1));
  }
}
