package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.function.Function;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Kernel;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Step;
import org.cirr.backend.cpu.Window;
import org.cirr.graph.Node;
import org.cirr.op.Conv;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Tensor;

/**
 * {@link Conv} with kernels k×3×3 and stride 1 in the plane: Winograd's F(4×4, 3×3) in y and x, the
 * plain sum in z; a quarter of the direct convolution's products.
 */
/*
 * Design. Of a block of tiles (4 × 4 outputs in a slice) times slices:
 *
 *   vectors[product][chunk][slice][tile][channel of the chunk] = Bᵀ · 6 × 6 inputs · B
 *   for each block of output channels
 *     for each of the 36 products
 *       sums[product][slice][tile] = vectors · weights, a matrix product over chunks and kz
 *     output = Aᵀ · 6 × 6 sums · A + bias, with the statistics for the norm behind
 *
 * A block is so small that vectors and sums stay in the L2 cache; the weights stream past it. Deep
 * layers have few positions and large weights: there one block is the whole sample, and the threads
 * share the 36 products, so that every weight is read once.
 *
 * Bᵀ goes over columns first, for all tiles of a row at once: neighbours share two of six columns.
 */
final class SimdWinograd implements Kernel {
  private static final int LANES = Lanes.COUNT;
  private static final int IN = WinogradF4.IN;
  private static final int OUT = WinogradF4.OUT;
  private static final int PRODUCTS = WinogradF4.PRODUCTS;

  private static final int PITCH = SimdRows.PITCH;

  private final WinogradTiling tiling;
  private final Window window;
  private final Extents in;
  private final Extents out;
  private final int taps; // in z
  private final int padZ;
  private final int padY;
  private final int padX;
  private final InputRows inputRows;
  private final ChannelBlocks blocks;
  private final int[] places; // of the columns of a copied row
  private final int rowStep; // floats of one copied row
  // the parts of a thread's scratch
  private final int columnsAt;
  private final int tileAt;
  private final int vectorsAt;
  private final int productsAt;
  private final int scratchLength;

  SimdWinograd(Conv conv, Step step, Function<Node, Tensor> parameters) {
    window = Window.of(conv, step);
    tiling = WinogradTiling.of(window);
    in = window.in();
    out = window.out();
    taps = window.kernel()[0];
    padZ = window.padding()[0];
    padY = window.padding()[1];
    padX = window.padding()[2];
    inputRows = new InputRows(in, 1, step.parts());
    float[] w = parameters.apply(step.node().inputs().get(1)).array();
    float[] bias =
        step.node().inputs().size() > 2
            ? parameters.apply(step.node().inputs().get(2)).array()
            : null;
    blocks =
        new ChannelBlocks(
            out.c(),
            1,
            in.c(),
            PRODUCTS * taps,
            (o, i, tap) -> {
              int product = tap / taps;
              int at = ((o * in.c() + i) * taps + tap % taps) * 9;
              return WinogradF4.filter(w, at, 1, product / IN, product % IN);
            },
            bias);
    int line = Math.min(tiling.tilesX(), tiling.blockTiles()) * OUT + IN - OUT;
    places = InputRows.places(line, 1);
    rowStep = line * PITCH;
    columnsAt = Operands.FIRST + IN * rowStep;
    tileAt = columnsAt + IN * rowStep;
    vectorsAt = tileAt + (IN * OUT + OUT * OUT) * 2 * LANES + SumsWriter.LENGTH;
    boolean shared = tiling.shared();
    productsAt = vectorsAt + (shared ? 0 : (int) tiling.vectorsLength());
    scratchLength = productsAt + (shared ? 0 : (int) tiling.productsLength());
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
        && window.in().c() >= LANES;
  }

  /** A block at work. */
  private record Block(int n, int firstTile, int tiles, int z, int depth) {}

  private Block block(int task) {
    int n = task / tiling.blocks();
    int z = task / tiling.tileBlocks() % tiling.depthBlocks() * tiling.depth();
    int tile = task % tiling.tileBlocks() * tiling.blockTiles();
    return new Block(
        n,
        tile,
        Math.min(tiling.blockTiles(), tiling.tiles() - tile),
        z,
        Math.min(tiling.depth(), out.d() - z));
  }

  @Override
  public long scratchLength() {
    return scratchLength;
  }

  @Override
  public void run(Operands operands, Workers workers) {
    if (tiling.shared()) {
      for (int task = 0; task < out.n() * tiling.blocks(); task++) {
        together(operands, block(task), task, workers);
      }
      return;
    }
    workers.forEach(
        out.n() * tiling.blocks(),
        (slot, task) -> {
          float[] own = operands.scratch[slot];
          Block block = block(task);
          int depth = inputDepth(block);
          for (int k = 0; k < depth; k++) {
            transformSlice(operands, own, block, k, own, vectorsAt);
          }
          for (int b = 0; b < blocks.count(); b++) {
            for (int product = 0; product < PRODUCTS; product++) {
              multiply(b, product, block, own, vectorsAt, own, productsAt);
            }
            transformOutput(operands, own, block, b, own, productsAt, task);
          }
        });
  }

  /** One block by all threads, phase after phase. */
  private void together(Operands operands, Block block, int record, Workers workers) {
    float[] shared = operands.shared.array;
    int vectors = operands.shared.offset;
    int products = vectors + (int) tiling.vectorsLength();
    int each = (int) tiling.productsLength();
    workers.forEach(
        inputDepth(block),
        (slot, k) -> transformSlice(operands, operands.scratch[slot], block, k, shared, vectors));
    workers.forEach(
        PRODUCTS * blocks.count(),
        task -> {
          int b = task / PRODUCTS;
          multiply(b, task % PRODUCTS, block, shared, vectors, shared, products + b * each);
        });
    workers.forEach(
        blocks.count(),
        (slot, b) ->
            transformOutput(
                operands, operands.scratch[slot], block, b, shared, products + b * each, record));
  }

  private int inputDepth(Block block) {
    return (block.depth - 1) * window.stride()[0] + taps;
  }

  /** Input slice k of the block, all its tiles. */
  private void transformSlice(
      Operands operands, float[] own, Block block, int k, float[] vectors, int vectorsFrom) {
    int z = block.z * window.stride()[0] - padZ + k;
    for (int done = 0; done < block.tiles; ) {
      int tile = block.firstTile + done;
      int x = tile % tiling.tilesX();
      int count = Math.min(block.tiles - done, tiling.tilesX() - x);
      int to = vectorsFrom + (k * tiling.blockTiles() + done) * PITCH;
      if (z < 0 || z >= in.d()) {
        clear(vectors, to, count);
      } else {
        transformTiles(operands, own, block.n, z, tile / tiling.tilesX(), x, count, vectors, to);
      }
      done += count;
    }
  }

  private void clear(float[] vectors, int to, int count) {
    for (int product = 0; product < PRODUCTS; product++) {
      for (int chunk = 0; chunk < inputRows.chunks(); chunk++) {
        int at = to + product * tiling.vectorStep() + chunk * tiling.chunkStep();
        Arrays.fill(vectors, at, at + count * PITCH, 0);
      }
    }
  }

  /** Neighbouring tiles of one row of tiles. */
  private void transformTiles(
      Operands operands,
      float[] own,
      int n,
      int z,
      int tileY,
      int tileX,
      int count,
      float[] vectors,
      int to) {
    int line = count * OUT + IN - OUT;
    int x = tileX * OUT - padX;
    for (int chunk = 0; chunk < inputRows.chunks(); chunk++) {
      for (int row = 0; row < IN; row++) {
        int y = tileY * OUT - padY + row;
        int at = Operands.FIRST + row * rowStep;
        inputRows.copy(operands, chunk, n, z, y, x, line, places, own, at);
      }
      for (int i = 0; i < line * PITCH; i += LANES) {
        WinogradF4.input(own, Operands.FIRST + i, rowStep, own, columnsAt + i, rowStep);
      }
      for (int row = 0; row < IN; row++) {
        int from = columnsAt + row * rowStep;
        int at = to + row * IN * tiling.vectorStep() + chunk * tiling.chunkStep();
        for (int i = 0; i < count * PITCH; i += LANES) {
          int column = i / PITCH * OUT * PITCH + i % PITCH;
          WinogradF4.input(own, from + column, PITCH, vectors, at + i, tiling.vectorStep());
        }
      }
    }
  }

  /** One of the 36 matrix products, for one block of output channels. */
  private void multiply(
      int b,
      int product,
      Block block,
      float[] vectors,
      int vectorsFrom,
      float[] products,
      int productsFrom) {
    ChannelBlocks.Block channels = blocks.get(b);
    int width = channels.width();
    int sums = productsFrom + product * tiling.productStep();
    int sliceStep = tiling.blockTiles() * PITCH;
    for (int chunk = 0; chunk < blocks.chunks(); chunk++) {
      int from = vectorsFrom + product * tiling.vectorStep() + chunk * tiling.chunkStep();
      int weight = blocks.at(b, chunk, product * taps);
      int length = blocks.chunkLength(chunk);
      for (int z = 0; z < block.depth; z++) {
        int slice = from + z * window.stride()[0] * sliceStep;
        int to = sums + z * tiling.blockTiles() * width;
        if (taps == 3) {
          SimdThreeRuns.add(
              vectors,
              slice,
              sliceStep,
              block.tiles,
              length,
              blocks.weight(),
              weight,
              length * width,
              channels.vectors(),
              products,
              to,
              chunk == 0);
          continue;
        }
        if (chunk == 0) {
          Arrays.fill(products, to, to + block.tiles * width, 0);
        }
        for (int tap = 0; tap < taps; tap++) {
          SimdRows.add(
              vectors,
              slice + tap * sliceStep,
              block.tiles,
              length,
              blocks.weight(),
              weight + tap * length * width,
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
        new SumsWriter(operands, blocks, b, out.c(), 1, own, tileSums + OUT * OUT * width);
    int step = tiling.productStep();
    for (int k = 0; k < block.tiles * block.depth; k++) {
      int tile = block.firstTile + k % block.tiles;
      int slice = k / block.tiles;
      int z = block.z + slice;
      int position = slice * tiling.blockTiles() + k % block.tiles;
      int y = tile / tiling.tilesX() * OUT;
      int x = tile % tiling.tilesX() * OUT;
      int first = ((block.n * out.d() + z) * out.h() + y) * out.w() + x;
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
        + tiling.depth();
  }

  @Override
  public long weightBytes() {
    return blocks.bytes();
  }
}
