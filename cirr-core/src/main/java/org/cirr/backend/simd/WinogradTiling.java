package org.cirr.backend.simd;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Window;

/**
 * How {@link SimdWinograd} cuts a layer into blocks; known without weights.
 *
 * <p>The tiles of a slice are numbered row by row. A column is a tile with a few output slices
 * above one another. A block is a range of tiles times a few columns above one another.
 *
 * @param tilesX tiles per row
 * @param tiles tiles per slice
 * @param columns columns of a block above one another, the last block of a sample may have fewer
 * @param blockTiles tiles of a block, the last one may have fewer
 * @param groupChunks chunks of input channels that are transformed before they are multiplied
 * @param shared whether all threads work on one block together
 */
record WinogradTiling(
    Window window,
    int tilesX,
    int tiles,
    int columns,
    int blockTiles,
    int groupChunks,
    boolean shared) {
  /**
   * A block at work.
   *
   * @param z its first output slice
   * @param depth its output slices
   * @param full output slices of a full column
   */
  record Block(int n, int firstTile, int tiles, int z, int depth, int full) {
    /** Columns above one another. */
    int columns() {
      return (depth + full - 1) / full;
    }

    /** Output slices of a column; the last one may have fewer. */
    int columnDepth(int column) {
      return Math.min(full, depth - column * full);
    }
  }

  /** Most input slices of a column where channels fill whole chunks. */
  static final int CELLS = 6;

  /** Input and output channels from which on threads work on a block together. */
  private static final int SHARED_CHANNELS = 256;

  /** Floats of transformed input and products of such a block: 8 MiB of the L3 cache. */
  private static final long SHARED_CACHE = 2 << 20;

  /**
   * Floats of transformed input and products of a block: most of the L2 cache of processors with
   * AVX-512, 1 MiB, and all of what is common without.
   */
  private static final int CACHE = (Lanes.COUNT >= 16 ? 176 : 128) * 1024;

  /** Most slices of a block whose kernel has one tap in z. */
  private static final int FLAT_SLICES = 16;

  /** Positions that {@link SimdRows} does at once. */
  private static final int ROWS = Lanes.COUNT >= 16 ? 12 : 6;

  /** Tiles of a block, in the order in which they are tried. */
  private static final int[] BLOCK_TILES = {12, 24, 36, 6, 18, 8, 4};

  /** Fewest tasks to make, so that many threads find work. */
  private static final int TASKS = 64;

  static WinogradTiling of(Window window) {
    Extents out = window.out();
    int tilesX = (out.w() + WinogradF4.OUT - 1) / WinogradF4.OUT;
    int tiles = tilesX * ((out.h() + WinogradF4.OUT - 1) / WinogradF4.OUT);
    if (window.in().c() + out.c() >= SHARED_CHANNELS) {
      return shared(window, tilesX, tiles);
    }
    int most = flat(window) ? Math.max(1, Math.min(FLAT_SLICES, out.d())) : 1;
    int chunks = chunks(window);
    WinogradTiling best = null;
    for (int group : chunks > 1 ? new int[] {chunks, 1} : new int[] {1}) {
      for (int blockTiles : BLOCK_TILES) {
        for (int columns = most; columns > 0; columns--) {
          int own = Math.max(1, Math.min(tiles, blockTiles));
          WinogradTiling tiling =
              new WinogradTiling(window, tilesX, tiles, columns, own, group, false);
          boolean smaller = best != null && !best.fits() && tiling.length() < best.length();
          boolean better = best != null && tiling.fits() && tiling.cost() < best.cost();
          if (best == null || smaller || better) {
            best = tiling;
          }
        }
      }
    }
    return best;
  }

  /** The cheapest block that the shared cache holds. */
  private static WinogradTiling shared(Window window, int tilesX, int tiles) {
    WinogradTiling best = null;
    for (int tileBlocks = 1; tileBlocks <= Math.max(1, tiles); tileBlocks *= 2) {
      int blockTiles = ((tiles + tileBlocks - 1) / tileBlocks + 3) / 4 * 4;
      int most =
          new WinogradTiling(window, tilesX, tiles, 1, 1, chunks(window), true).depthBlocks();
      for (int depthBlocks = 1; depthBlocks <= Math.max(1, most); depthBlocks *= 2) {
        int columns = Math.max(1, (most + depthBlocks - 1) / depthBlocks);
        int own = Math.max(1, Math.min(tiles, blockTiles));
        WinogradTiling tiling =
            new WinogradTiling(window, tilesX, tiles, columns, own, chunks(window), true);
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

  /** Whether output slices have no input slice in common: a kernel with one tap in z. */
  private static boolean flat(Window window) {
    return window.kernel()[0] == 1;
  }

  private boolean fitsShared() {
    return sharedLength() <= SHARED_CACHE;
  }

  /** Floats that the threads share when they work on a block together. */
  long sharedLength() {
    return vectorsLength() + outBlocks() * productsLength();
  }

  /** Blocks of output channels. */
  private int outBlocks() {
    return (window.out().c() + 2 * Lanes.COUNT - 1) / (2 * Lanes.COUNT);
  }

  /** Chunks of input channels. */
  private static int chunks(Window window) {
    return Math.max(1, (window.in().c() + SimdRows.CHUNK - 1) / SimdRows.CHUNK);
  }

  /** Groups of chunks. */
  int groups() {
    return (chunks(window) + groupChunks - 1) / groupChunks;
  }

  /**
   * The cost model: what a position of the block costs, in units of one product with the weights of
   * one tap, for the same input and output channels in every candidate. Three things cost more in a
   * smaller block: slices between its columns are transformed twice, unless a chain keeps them;
   * every weight comes from beyond the L2 cache once per block; and blocks of other than {@link
   * #ROWS} positions use fewer registers. The factors are rough, from profiles of layers of 32 to
   * 128 channels; the order of the candidates is all that matters.
   */
  private double cost() {
    Extents out = window.out();
    boolean chained = groups() == 1 && columns == 1 && !shared && !flat(window);
    double copies = chained ? window.stride()[0] + 0.1 : (double) cells() / depth();
    double filled =
        (double) out.d()
            / (columns * depth() * depthBlocks())
            * tiles
            / (blockTiles * tileBlocks());
    double transform = 16.0 * copies / Math.max(1, out.c() / Lanes.COUNT);
    double weights = 24.0 * window.kernel()[0] / positions();
    int together = columns * blockTiles;
    double small = together % ROWS == 0 ? 0 : together % 8 == 0 ? 0.2 : 1;
    return (window.kernel()[0] * (1 + small / 4) + transform / 10 + weights / 10) / filled;
  }

  /** Floats of scratch that a thread needs for a block of its own. */
  long length() {
    return vectorsLength() + buffers() * productsLength();
  }

  private boolean fits() {
    return length() <= CACHE;
  }

  /** Blocks of output channels whose products are kept: all while the input comes in groups. */
  int buffers() {
    return groups() == 1 ? 1 : outBlocks();
  }

  /** Output slices of a full column. */
  int depth() {
    if (flat(window)) {
      return 1;
    }
    int most = (mostCells() - window.kernel()[0]) / window.stride()[0] + 1;
    return Math.max(1, Math.min(window.out().d(), most));
  }

  /** Most input slices of a column: where channels fill a part of a chunk, more have room. */
  private int mostCells() {
    int width = InputRows.inVectors(Math.max(1, window.in().c()));
    return chunks(window) > 1 ? CELLS : CELLS * SimdRows.CHUNK / width;
  }

  /** Input slices under some output slices of a column. */
  int cells(int slices) {
    return (slices - 1) * window.stride()[0] + window.kernel()[0];
  }

  /** Input slices of a full column. */
  int cells() {
    return cells(depth());
  }

  /** Chunks of channels between neighbouring columns. */
  int pitch() {
    return flat(window) ? 1 : CELLS;
  }

  /** Positions of a full block in all its slices. */
  int positions() {
    return columns * depth() * blockTiles;
  }

  /** Blocks of tiles per slice. */
  int tileBlocks() {
    return (tiles + blockTiles - 1) / blockTiles;
  }

  /** Blocks above one another. */
  int depthBlocks() {
    int slices = columns * depth();
    return (window.out().d() + slices - 1) / slices;
  }

  /** Blocks of a sample. */
  int blocks() {
    return tileBlocks() * depthBlocks();
  }

  /** Blocks above one another that one thread computes one after another. */
  int chain() {
    int tasks = Math.max(1, window.out().n() * tileBlocks());
    int wanted = Math.max(1, Math.min(depthBlocks(), (TASKS + tasks - 1) / tasks));
    return Math.max(1, (depthBlocks() + wanted - 1) / wanted);
  }

  /** Chains above one another. */
  int chains() {
    return (depthBlocks() + chain() - 1) / chain();
  }

  /** Floats between the transformed inputs of one chunk of channels and the next. */
  int chunkStep() {
    long chunk = (long) columns * blockTiles * pitch() * SimdRows.CHUNK;
    return (int) Math.min(Integer.MAX_VALUE, chunk);
  }

  /** Floats between the transformed inputs of one product and the next. */
  int vectorStep() {
    return oddLines((long) groupChunks * chunkStep());
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
