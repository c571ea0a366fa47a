package org.cirr.backend.simd;

import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Parameters;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.Window;
import org.cirr.backend.simd.WinogradTiling.Block;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;

/**
 * {@link Conv} with kernels k×3×3 and stride 1 in the plane: Winograd's F(4×4, 3×3) in y and x, the
 * plain sum in z; a quarter of the direct convolution's products.
 */
/*
 * Design. Of a block of tiles (4 × 4 outputs in a slice) times slices:
 *
 *   vectors[product][chunk][column][tile][cell][channel of the chunk] = Bᵀ · 6 × 6 inputs · B
 *   for each block of output channels
 *     for each of the 36 products
 *       sums[product][slice][column][tile] = vectors · weights, a matrix product over chunks and kz
 *     output = Aᵀ · 6 × 6 sums · A + bias, with the statistics for the norm behind
 *
 * A column is a tile with a few slices above one another, its cells: the three slices under an output
 * lie side by side, one run of SimdRows. Four output slices have six cells.
 *
 * A block is so small that vectors and sums stay in the L2 cache; the weights stream past it. Threads
 * go through blocks above one another and move the cells that two of them share. Deep layers have few
 * positions and large weights: there one block is the whole sample, and the threads share the 36
 * products, so that every weight is read once.
 */
final class SimdWinograd implements Kernel {
  private static final int LANES = Lanes.COUNT;
  private static final int IN = WinogradF4.IN;
  private static final int OUT = WinogradF4.OUT;
  private static final int PRODUCTS = WinogradF4.PRODUCTS;

  private final WinogradTiling tiling;
  private final Window window;
  private final Extents in;
  private final Extents out;
  private final int sliceChannels;
  private final int taps; // in z
  private final WinogradInput input;
  private final WeightLayout layout;
  private final ChannelBlocks blocks;
  // the parts of a thread's scratch
  private final int tileAt;
  private final int vectorsAt;
  private final int productsAt;
  private final int scratchLength;
  private boolean bound; // to weights, once at least

  SimdWinograd(Conv conv, Step step, WeightLayout layout) {
    this.layout = layout;
    window = Window.of(conv, step);
    tiling = WinogradTiling.of(window);
    in = window.in();
    out = window.out();
    sliceChannels = step.sliceChannels();
    taps = window.kernel()[0];
    blocks = new ChannelBlocks(out.c(), 1, in.c(), PRODUCTS * taps);
    input = new WinogradInput(tiling, new InputRows(in, 1, step.parts(), voxel(in.c())));
    tileAt = Operands.FIRST + input.scratchLength();
    vectorsAt = tileAt + (IN * OUT + OUT * OUT) * 2 * LANES + SumsWriter.LENGTH;
    boolean shared = tiling.shared();
    productsAt = vectorsAt + (shared ? 0 : (int) tiling.vectorsLength());
    scratchLength = vectorsAt + (shared ? 0 : (int) tiling.length());
  }

  /** Whether a convolution can be computed this way. */
  static boolean computes(Conv conv, Window window) {
    int[] kernel = window.kernel();
    int[] dilation = window.dilation();
    return kernel[1] == 3
        && kernel[2] == 3
        && window.stride()[1] == 1
        && window.stride()[2] == 1
        && dilation[0] == 1
        && dilation[1] == 1
        && dilation[2] == 1
        && conv.groups() == 1
        && kernel[0] <= WinogradTiling.CELLS
        && window.in().c() >= LANES;
  }

  /** Floats between the voxels of a copied row: no more than needed, where that is one chunk. */
  private static int voxel(int channels) {
    return Math.min(SimdRows.CHUNK, InputRows.inVectors(channels));
  }

  private Block block(int n, int tileBlock, int depthBlock) {
    int tile = tileBlock * tiling.blockTiles();
    int most = tiling.columns() * tiling.depth();
    int z = depthBlock * most;
    int tiles = Math.min(tiling.blockTiles(), tiling.tiles() - tile);
    return new Block(n, tile, tiles, z, Math.min(most, out.d() - z), tiling.depth());
  }

  /** Where the statistics of a block go. */
  private int record(int n, int tileBlock, int depthBlock) {
    return (n * tiling.depthBlocks() + depthBlock) * tiling.tileBlocks() + tileBlock;
  }

  @Override
  public void bind(Parameters parameters, Workers workers) {
    WinogradFilters filters =
        new WinogradFilters(parameters.input(1), layout, taps, workers.threads(), bound);
    blocks.pack(filters, parameters.input(2), workers);
    bound = true;
  }

  @Override
  public void warmUp() {
    SimdRows.warmUp(tiling.pitch(), blocks.get(0).vectors());
  }

  @Override
  public long scratchLength() {
    return scratchLength;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    if (tiling.shared()) {
      for (int task = 0; task < out.n() * tiling.blocks(); task++) {
        together(operands, task, workers);
      }
      return;
    }
    int chains = tiling.chains();
    workers.forEach(
        out.n() * chains * tiling.tileBlocks(),
        (slot, task) -> {
          int tileBlock = task % tiling.tileBlocks();
          int chain = task / tiling.tileBlocks() % chains;
          int n = task / tiling.tileBlocks() / chains;
          chain(operands, operands.scratch[slot], n, tileBlock, chain);
        });
  }

  /** Blocks above one another, by one thread. */
  private void chain(Operands operands, float[] own, int n, int tileBlock, int chain) {
    int first = chain * tiling.chain();
    int end = Math.min(tiling.depthBlocks(), first + tiling.chain());
    for (int depthBlock = first; depthBlock < end; depthBlock++) {
      Block block = block(n, tileBlock, depthBlock);
      int record = record(n, tileBlock, depthBlock);
      if (tiling.groups() == 1) {
        int kept = depthBlock > first ? input.keep(block, own, vectorsAt) : 0;
        input.cells(operands, own, block, kept, 0, own, vectorsAt);
        for (int b = 0; b < blocks.count(); b++) {
          multiply(b, block, 0, own, productsAt);
          transformOutput(operands, own, block, b, own, productsAt, record);
        }
      } else {
        groups(operands, own, block, record);
      }
    }
  }

  /** One block, a group of input channels after another. */
  private void groups(Operands operands, float[] own, Block block, int record) {
    int each = (int) tiling.productsLength();
    for (int group = 0; group < tiling.groups(); group++) {
      input.cells(operands, own, block, 0, group, own, vectorsAt);
      for (int b = 0; b < blocks.count(); b++) {
        multiply(b, block, group, own, productsAt + b * each);
      }
    }
    for (int b = 0; b < blocks.count(); b++) {
      transformOutput(operands, own, block, b, own, productsAt + b * each, record);
    }
  }

  /** All products of one block of output channels, by one thread. */
  private void multiply(int b, Block block, int group, float[] own, int productsFrom) {
    for (int product = 0; product < PRODUCTS; product++) {
      multiply(b, product, block, group, own, vectorsAt, own, productsFrom);
    }
  }

  /** One block by all threads, phase after phase. */
  private void together(Operands operands, int task, Workers workers) {
    int n = task / tiling.blocks();
    int depthBlock = task / tiling.tileBlocks() % tiling.depthBlocks();
    int tileBlock = task % tiling.tileBlocks();
    Block block = block(n, tileBlock, depthBlock);
    int record = record(n, tileBlock, depthBlock);
    float[] shared = operands.shared.array;
    int vectors = operands.shared.offset;
    int products = vectors + (int) tiling.vectorsLength();
    int each = (int) tiling.productsLength();
    int cells = tiling.cells();
    workers.forEach(
        block.columns() * cells,
        (slot, k) -> {
          if (k % cells < tiling.cells(block.columnDepth(k / cells))) {
            float[] own = operands.scratch[slot];
            input.cell(operands, own, block, k / cells, k % cells, 0, shared, vectors);
          }
        });
    workers.forEach(
        PRODUCTS * blocks.count(),
        k -> {
          int b = k / PRODUCTS;
          multiply(b, k % PRODUCTS, block, 0, shared, vectors, shared, products + b * each);
        });
    workers.forEach(
        blocks.count(),
        (slot, b) ->
            transformOutput(
                operands, operands.scratch[slot], block, b, shared, products + b * each, record));
  }

  /** One of the 36 matrix products, for one block of output channels. */
  private void multiply(
      int b,
      int product,
      Block block,
      int group,
      float[] vectors,
      int vectorsFrom,
      float[] products,
      int productsFrom) {
    ChannelBlocks.Block channels = blocks.get(b);
    int width = channels.width();
    int sums = productsFrom + product * tiling.productStep();
    int positions = block.columns() * block.tiles();
    int first = group * tiling.groupChunks();
    int end = Math.min(blocks.chunks(), first + tiling.groupChunks());
    for (int chunk = first; chunk < end; chunk++) {
      int from = vectorsFrom + product * tiling.vectorStep() + (chunk - first) * tiling.chunkStep();
      int weight = blocks.at(b, chunk, product * taps);
      int length = blocks.chunkLength(chunk);
      int cell = InputRows.inVectors(length);
      boolean full = length == cell; // then its taps lie side by side
      for (int z = 0; z < Math.min(tiling.depth(), block.depth()); z++) {
        int last = block.columnDepth(block.columns() - 1);
        int count = z < last ? positions : positions - block.tiles();
        int to = sums + z * positions * width;
        for (int run = 0; run < (full ? 1 : taps); run++) {
          SimdRows.add(
              tiling.pitch(),
              chunk == 0 && run == 0,
              vectors,
              from + (z * window.stride()[0] + run) * cell,
              count,
              full ? taps * length : length,
              blocks.weight(),
              weight + run * length * width,
              channels.vectors(),
              products,
              to);
        }
      }
    }
  }

  /** All outputs of one block of output channels. */
  private void transformOutput(
      Operands operands,
      float[] own,
      Block block,
      int b,
      float[] products,
      int productsFrom,
      int record) {
    ChannelBlocks.Block channels = blocks.get(b);
    int width = channels.width();
    int tileSums = tileAt + IN * OUT * width;
    SumsWriter writer =
        new SumsWriter(
            operands, blocks, b, out, sliceChannels, 1, own, tileSums + OUT * OUT * width);
    int step = tiling.productStep();
    int columns = block.columns();
    for (int k = 0; k < block.tiles() * block.depth(); k++) {
      int tile = block.firstTile() + k % block.tiles();
      int slice = k / block.tiles();
      int z = block.z() + slice;
      int above = slice % tiling.depth() * columns + slice / tiling.depth();
      int position = above * block.tiles() + k % block.tiles();
      int y = tile / tiling.tilesX() * OUT;
      int x = tile % tiling.tilesX() * OUT;
      int first = ((block.n() * out.d() + z) * out.h() + y) * out.w() + x;
      int from = productsFrom + position * width;
      boolean inside = y + OUT <= out.h() && x + OUT <= out.w();
      if (inside && writer.writeTile(products, from, step, first, out.w())) {
        continue;
      }
      tileSums(products, from, step, own, tileSums, channels);
      for (int row = 0; row < Math.min(OUT, out.h() - y); row++) {
        int voxels = Math.min(OUT, out.w() - x);
        writer.write(own, tileSums + row * OUT * width, first + row * out.w(), voxels);
      }
    }
    writer.finish(record);
  }

  /** The 4 × 4 sums of a tile in scratch: the rows of the products first, then the columns. */
  private void tileSums(
      float[] products, int from, int step, float[] own, int to, ChannelBlocks.Block channels) {
    int width = channels.width();
    for (int v = 0; v < width; v += LANES) {
      for (int row = 0; row < IN; row++) {
        int half = tileAt + row * OUT * width + v;
        WinogradF4.output(products, from + row * IN * step + v, step, own, half, width);
      }
      for (int column = 0; column < OUT; column++) {
        int half = tileAt + column * width + v;
        WinogradF4.output(own, half, OUT * width, own, to + column * width + v, OUT * width);
      }
    }
  }

  @Override
  public String describe() {
    return "Winograd F(4×4, 3×3), "
        + (tiling.shared() ? "shared " : "")
        + "blocks of "
        + tiling.blockTiles()
        + " tiles × "
        + tiling.columns() * tiling.depth();
  }

  @Override
  public long weightBytes() {
    return blocks.bytes();
  }
}
