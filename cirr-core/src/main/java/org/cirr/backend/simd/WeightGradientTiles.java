package org.cirr.backend.simd;

import java.util.Arrays;
import java.util.List;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.cpu.Part;
import org.cirr.backend.cpu.View;
import org.cirr.backend.cpu.Window;

/**
 * The transformed tiles of one block, of the input and of the output's gradient, in the scratch of
 * a thread.
 *
 * <p><b>Layout</b>: the input {@code [point][chunk][slice][tile][32]}, with as many slices more as
 * the taps in z need; the gradient {@code [point][two vectors][slice][tile][two vectors]}. In pairs
 * of slices, as {@link WinogradDepth} takes them, even slices lie before odd ones.
 */
final class WeightGradientTiles {
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = SimdRows.CHUNK;
  private static final int DOUBLE = OuterProducts.WIDTH;
  private static final int POINTS = WinogradF4.PRODUCTS;
  private static final int SIZE = WinogradF4.IN;
  private static final int STEP = WinogradF4.OUT;

  /** Floats of a cache line: points a power of two apart would all compete for one set of lines. */
  static final int LINE = 16;

  private final Window window;
  private final Extents in;
  private final Extents out;
  private final InputRows inputRows;
  private final WeightGradientTiling tiling;
  private final boolean inPairs;
  private final int[] places;
  private final int rowLength; // of one copied row
  private final int columnsAt;
  private final int inputAt;
  private final int inputChunk;
  private final int inputPoint; // from one point to the next
  private final int gradientAt;
  private final int gradientDouble;
  private final int gradientPoint;

  /**
   * Room for the tiles of any block.
   *
   * @param parts of the input
   * @param inPairs whether slices are taken in pairs
   */
  WeightGradientTiles(
      Window window, List<Part> parts, WeightGradientTiling tiling, boolean inPairs) {
    this.window = window;
    this.tiling = tiling;
    this.inPairs = inPairs;
    in = window.in();
    out = window.out();
    inputRows = new InputRows(in, 1, parts);
    int columns = Math.min(tiling.tiles, tiling.tilesX) * STEP + SIZE - STEP;
    places = inputRows.places(columns, 1);
    rowLength = columns * CHUNK;
    columnsAt = Operands.FIRST + SIZE * rowLength;
    inputAt = columnsAt + SIZE * rowLength;
    inputChunk = inputSlices(tiling.slices) * tiling.tiles * CHUNK;
    inputPoint = tiling.chunks * inputChunk + LINE;
    gradientAt = inputAt + POINTS * inputPoint;
    gradientDouble = gradientSlices(tiling.slices) * tiling.tiles * DOUBLE;
    gradientPoint = tiling.width / DOUBLE * gradientDouble + LINE;
  }

  /** Behind the last float. */
  int end() {
    return gradientAt + POINTS * gradientPoint;
  }

  /** Where the input's tiles of a point begin. */
  int input(int point) {
    return inputAt + point * inputPoint;
  }

  /** From one chunk of the input's tiles to the next. */
  int inputChunk() {
    return inputChunk;
  }

  /** Where the gradient's tiles of a point begin. */
  int gradient(int point) {
    return gradientAt + point * gradientPoint;
  }

  /** From two vectors of the gradient's channels to the next two. */
  int gradientDouble() {
    return gradientDouble;
  }

  private int inputSlices(int depth) {
    return inPairs ? 2 * WinogradDepth.pairs(depth) + 2 : depth + window.kernel()[0] - 1;
  }

  private int gradientSlices(int depth) {
    return inPairs ? 2 * WinogradDepth.pairs(depth) : depth;
  }

  /** Where a slice lies: in pairs, even ones lie before odd ones. */
  private int place(int slice, int evenSlices) {
    return inPairs ? slice % 2 * evenSlices + slice / 2 : slice;
  }

  /** Reads and transforms the tiles of a block. */
  void transform(Operands operands, float[] own, int square, int block) {
    int firstTile = tiling.firstTile(block);
    int count = tiling.tiles(block);
    int z = tiling.firstSlice(block);
    int depth = tiling.slices(block);
    int pairs = WinogradDepth.pairs(depth);
    for (int k = 0; k < inputSlices(depth); k++) {
      for (int c = 0; c * CHUNK < tiling.inputs(square); c++) {
        int chunk = tiling.firstInput(square) / CHUNK + c;
        int to = inputAt + c * inputChunk + place(k, pairs + 1) * count * CHUNK;
        inputSlice(operands, own, chunk, z + k - window.padding()[0], firstTile, count, to);
      }
    }
    for (int k = 0; k < gradientSlices(depth); k++) {
      for (int d = 0; d * DOUBLE < tiling.outputs(square); d++) {
        int to = gradientAt + d * gradientDouble + place(k, pairs) * count * DOUBLE;
        if (k < depth) {
          int first = tiling.firstOutput(square) + d * DOUBLE;
          gradientSlice(operands, own, first, z + k, firstTile, count, to);
        } else {
          clearGradient(own, count, to);
        }
      }
    }
  }

  /** Copies and transforms the input tiles of one slice, row of tiles by row of tiles. */
  private void inputSlice(
      Operands operands, float[] own, int chunk, int z, int firstTile, int count, int to) {
    if (z < 0 || z >= in.d()) {
      for (int point = 0; point < POINTS; point++) {
        int at = to + point * inputPoint;
        Arrays.fill(own, at, at + count * CHUNK, 0);
      }
      return;
    }
    for (int done = 0; done < count; ) {
      int tile = firstTile + done;
      int x = tile % tiling.tilesX;
      int y = tile / tiling.tilesX % tiling.tilesY * STEP - window.padding()[1];
      int n = tile / tiling.tilesX / tiling.tilesY;
      int some = Math.min(count - done, tiling.tilesX - x);
      int line = some * STEP + SIZE - STEP;
      int left = x * STEP - window.padding()[2];
      for (int row = 0; row < SIZE; row++) {
        int at = Operands.FIRST + row * rowLength;
        inputRows.copy(operands, chunk, n, z, y + row, left, line, places, own, at);
      }
      int width = inputRows.width(chunk);
      if (width == CHUNK) {
        columns(own, 0, line * CHUNK);
      } else {
        for (int column = 0; column < line; column++) {
          columns(own, column * CHUNK, column * CHUNK + width);
        }
      }
      for (int row = 0; row < SIZE; row++) {
        int from = columnsAt + row * rowLength;
        row(own, from, some, width, to + row * SIZE * inputPoint + done * CHUNK);
      }
      done += some;
    }
  }

  private void columns(float[] own, int from, int end) {
    for (int i = from; i < end; i += LANES) {
      WinogradF4.input(own, Operands.FIRST + i, rowLength, own, columnsAt + i, rowLength);
    }
  }

  private void row(float[] own, int from, int count, int width, int to) {
    for (int tile = 0; tile < count; tile++) {
      int inTile = from + tile * STEP * CHUNK;
      for (int i = 0; i < width; i += LANES) {
        WinogradF4.input(own, inTile + i, CHUNK, own, to + tile * CHUNK + i, inputPoint);
      }
    }
  }

  /**
   * Transforms the gradient's tiles of one slice, two vectors of channels; those that are not whole
   * are copied before. All channels of a tile at once would write to four times as many places,
   * more pages than a processor keeps at hand.
   */
  private void gradientSlice(
      Operands operands, float[] own, int first, int z, int firstTile, int count, int to) {
    View gradient = operands.inputs[operands.inputs.length - 1];
    int channels = Math.min(DOUBLE, out.c() - first);
    for (int k = 0; k < count; k++) {
      int tile = firstTile + k;
      int x = tile % tiling.tilesX * STEP;
      int y = tile / tiling.tilesX % tiling.tilesY * STEP;
      int n = tile / tiling.tilesX / tiling.tilesY;
      int from = (((n * out.d() + z) * out.h() + y) * out.w() + x) * out.c() + first;
      from += gradient.offset;
      int target = to + k * DOUBLE;
      if (channels == DOUBLE && y + STEP <= out.h() && x + STEP <= out.w()) {
        transform(gradient.array, from, out.c(), out.w() * out.c(), own, target);
      } else {
        Arrays.fill(own, Operands.FIRST, Operands.FIRST + STEP * STEP * DOUBLE, 0);
        for (int row = 0; row < Math.min(STEP, out.h() - y); row++) {
          for (int column = 0; column < Math.min(STEP, out.w() - x); column++) {
            int voxel = from + (row * out.w() + column) * out.c();
            int at = Operands.FIRST + (row * STEP + column) * DOUBLE;
            System.arraycopy(gradient.array, voxel, own, at, channels);
          }
        }
        transform(own, Operands.FIRST, DOUBLE, STEP * DOUBLE, own, target);
      }
    }
  }

  /** One tile of the gradient, two vectors of channels. */
  private void transform(float[] from, int at, int column, int row, float[] own, int to) {
    for (int c = 0; c < DOUBLE; c += LANES) {
      WinogradGradient.gradient(from, at + c, column, row, own, to + c, gradientPoint);
    }
  }

  /** A slice behind the last of an odd number. */
  private void clearGradient(float[] own, int count, int to) {
    for (int point = 0; point < POINTS; point++) {
      int at = to + point * gradientPoint;
      Arrays.fill(own, at, at + count * DOUBLE, 0);
    }
  }
}
