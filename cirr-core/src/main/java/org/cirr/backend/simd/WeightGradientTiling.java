package org.cirr.backend.simd;

import org.cirr.backend.cpu.Window;

/**
 * How {@link SimdWinogradWeightGradient} cuts its work: squares of channels, blocks of tiles, and
 * parts of all blocks. It follows from the shapes alone, so that results do not depend on the
 * number of threads.
 *
 * <p>A <b>square</b> is up to {@link #SIDE} input channels times up to as many output channels. A
 * <b>block</b> is some slices of a range of tiles of 4×4 voxels; the tiles of all samples are
 * numbered row by row. A <b>task</b> is a square and a part of all blocks; there is one part where
 * the squares alone keep any machine busy.
 */
final class WeightGradientTiling {
  /**
   * Channels of a square's side at most. The more, the less often tiles are transformed anew; but
   * with 128 the sums alone take 9 MB, and squares of 64 are faster.
   */
  private static final int SIDE = 64;

  /** Tasks that keep any machine busy. */
  private static final int TASKS = 16;

  /**
   * Channels of both sides times tiles of one block, over all its slices: enough that loading and
   * storing sums costs little.
   */
  private static final int TILE_CHANNELS = 1 << 14;

  /** Slices of one block at most; an even number. */
  private static final int SLICES = 8;

  private static final int CHUNK = SimdRows.CHUNK;
  private static final int STEP = WinogradF4.OUT;

  private final Window window;

  /** Chunks of input channels of a square. */
  final int chunks;

  /** Output channels of a square, a multiple of two vectors. */
  final int width;

  final int outBlocks;
  final int squares;

  /** Slices of a block at most. */
  final int slices;

  /** Tiles of one slice of a block at most. */
  final int tiles;

  /** Tiles of one slice of all samples. */
  final int allTiles;

  final int tilesX;
  final int tilesY;
  final int blocks;
  final int parts;

  WeightGradientTiling(Window window) {
    this.window = window;
    int inChunks = pieces(window.in().c(), CHUNK);
    chunks = Math.min(SIDE / CHUNK, inChunks);
    outBlocks = pieces(window.out().c(), SIDE);
    int even = pieces(window.out().c(), outBlocks);
    width = pieces(even, OuterProducts.WIDTH) * OuterProducts.WIDTH;
    squares = pieces(inChunks, chunks) * outBlocks;
    int bands = Math.max(1, pieces(window.out().d(), SLICES));
    slices = bands == 1 ? Math.max(1, window.out().d()) : pieces(window.out().d(), 2 * bands) * 2;
    tilesX = pieces(window.out().w(), STEP);
    tilesY = pieces(window.out().h(), STEP);
    allTiles = window.out().n() * tilesY * tilesX;
    int most = TILE_CHANNELS / (chunks * CHUNK + width) / slices;
    tiles = pieces(Math.max(1, allTiles), pieces(Math.max(1, allTiles), most));
    blocks = bands * pieces(allTiles, tiles);
    parts = Math.max(1, Math.min(blocks, TASKS / Math.max(1, squares)));
  }

  private static int pieces(int length, int most) {
    return (length + most - 1) / most;
  }

  /** Blocks that lie side by side in one band of slices. */
  private int blocksPerBand() {
    return pieces(allTiles, tiles);
  }

  int firstTile(int block) {
    return block % blocksPerBand() * tiles;
  }

  /** Tiles of one slice of a block. */
  int tiles(int block) {
    return Math.min(tiles, allTiles - firstTile(block));
  }

  int firstSlice(int block) {
    return block / blocksPerBand() * slices;
  }

  /** Slices of a block. */
  int slices(int block) {
    return Math.min(slices, window.out().d() - firstSlice(block));
  }

  /** The first block of a part; the first of the part after the last is the number of blocks. */
  int firstBlock(int part) {
    return (int) ((long) blocks * part / parts);
  }

  int firstInput(int square) {
    return square / outBlocks * chunks * CHUNK;
  }

  /** Input channels of a square. */
  int inputs(int square) {
    return Math.min(chunks * CHUNK, window.in().c() - firstInput(square));
  }

  int firstOutput(int square) {
    return square % outBlocks * width;
  }

  /** Output channels of a square. */
  int outputs(int square) {
    return Math.min(width, window.out().c() - firstOutput(square));
  }

  /** Floats of the weights of one task. */
  int taskLength() {
    return window.taps() * chunks * CHUNK * width;
  }

  /** Floats that all threads share: the weights of all tasks, where they have to be added up. */
  long sharedLength() {
    return parts == 1 ? 0 : (long) squares * parts * taskLength();
  }
}
