package org.cirr.backend.simd;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.cirr.backend.cpu.Extents;
import org.cirr.backend.cpu.Operands;
import org.cirr.backend.simd.WinogradTiling.Block;

/**
 * The input side of {@link SimdWinograd}: {@code Bᵀ · 6 × 6 inputs · B} for the tiles of a block,
 * as {@code [product][chunk][column][tile][cell][channel of the chunk]}; a tile takes as much as
 * cells of a whole chunk do.
 */
/*
 * Design. Rows are copied with their zero border (InputRows normalises on the way), then Bᵀ goes over
 * columns, for all tiles of a row at once: neighbouring tiles share two of six columns; then over the
 * rows of each tile.
 *
 * Every loop around vectors is a method of its own: C2 of JDK 17.0.15 crashed (in
 * PhaseIdealLoop::clone_loop_handle_data_uses) when it compiled three of them nested.
 */
final class WinogradInput {
  private static final VectorSpecies<Float> F = Lanes.F;
  private static final int LANES = Lanes.COUNT;
  private static final int CHUNK = SimdRows.CHUNK;
  private static final int IN = WinogradF4.IN;
  private static final int OUT = WinogradF4.OUT;
  private static final int PRODUCTS = WinogradF4.PRODUCTS;

  private final WinogradTiling tiling;
  private final InputRows rows;
  private final Extents in;
  private final int[] padding;
  private final int strideZ;
  private final int voxel; // floats between the voxels of a copied row
  private final int[] places; // of the columns of a copied row
  private final int rowStep; // floats of one copied row
  private final int columnStep; // floats between the columns of neighbouring tiles
  private final int columnsAt;

  WinogradInput(WinogradTiling tiling, InputRows rows) {
    this.tiling = tiling;
    this.rows = rows;
    in = tiling.window().in();
    padding = tiling.window().padding();
    strideZ = tiling.window().stride()[0];
    int line = Math.min(tiling.tilesX(), tiling.blockTiles()) * OUT + IN - OUT;
    voxel = rows.voxel();
    places = rows.places(line, 1);
    rowStep = line * voxel;
    columnStep = tiling.pitch() * CHUNK;
    columnsAt = Operands.FIRST + IN * rowStep;
  }

  /** Floats of a thread's scratch from {@link Operands#FIRST} on. */
  int scratchLength() {
    return 2 * IN * rowStep;
  }

  /**
   * Transforms all cells of a block.
   *
   * @param kept cells at the beginning of each column that are there already
   * @param group the group of chunks of input channels
   */
  void cells(
      Operands operands, float[] own, Block block, int kept, int group, float[] vectors, int to) {
    for (int column = 0; column < block.columns(); column++) {
      for (int cell = kept; cell < tiling.cells(block.columnDepth(column)); cell++) {
        cell(operands, own, block, column, cell, group, vectors, to);
      }
    }
  }

  /** One cell of all tiles of the block: an input slice under a column. */
  void cell(
      Operands operands,
      float[] own,
      Block block,
      int column,
      int cell,
      int group,
      float[] vectors,
      int vectorsFrom) {
    int z = (block.z() + column * tiling.depth()) * strideZ - padding[0] + cell;
    for (int done = 0; done < block.tiles(); ) {
      int tile = block.firstTile() + done;
      int x = tile % tiling.tilesX();
      int y = tile / tiling.tilesX();
      int count = Math.min(block.tiles() - done, tiling.tilesX() - x);
      int to = vectorsFrom + (column * block.tiles() + done) * columnStep;
      int first = group * tiling.groupChunks();
      int end = Math.min(rows.chunks(), first + tiling.groupChunks());
      for (int chunk = first; chunk < end; chunk++, to += tiling.chunkStep()) {
        int width = rows.width(chunk);
        if (z < 0 || z >= in.d()) {
          clear(vectors, to + cell * width, count, width);
        } else {
          tiles(operands, own, chunk, block.n(), z, y, x, count, vectors, to + cell * width);
        }
      }
      done += count;
    }
  }

  private void clear(float[] vectors, int to, int count, int width) {
    for (int product = 0; product < PRODUCTS; product++) {
      for (int tile = 0; tile < count; tile++) {
        int at = to + product * tiling.vectorStep() + tile * columnStep;
        Arrays.fill(vectors, at, at + width, 0);
      }
    }
  }

  /** One chunk of neighbouring tiles of one row of tiles. */
  private void tiles(
      Operands operands,
      float[] own,
      int chunk,
      int n,
      int z,
      int tileY,
      int tileX,
      int count,
      float[] vectors,
      int to) {
    int line = count * OUT + IN - OUT;
    int x = tileX * OUT - padding[2];
    for (int row = 0; row < IN; row++) {
      int y = tileY * OUT - padding[1] + row;
      int at = Operands.FIRST + row * rowStep;
      rows.copy(operands, chunk, n, z, y, x, line, places, own, at);
    }
    int width = rows.width(chunk);
    if (width == voxel) {
      columns(own, line);
    } else {
      for (int channel = 0; channel < width; channel += LANES) {
        columns(own, line, channel);
      }
    }
    for (int row = 0; row < IN; row++) {
      int target = to + row * IN * tiling.vectorStep();
      row(own, columnsAt + row * rowStep, count, width, vectors, target);
    }
  }

  private void columns(float[] own, int line) {
    for (int i = 0; i < line * voxel; i += LANES) {
      WinogradF4.input(own, Operands.FIRST + i, rowStep, own, columnsAt + i, rowStep);
    }
  }

  private void columns(float[] own, int line, int channel) {
    for (int x = 0; x < line; x++) {
      int i = x * voxel + channel;
      WinogradF4.input(own, Operands.FIRST + i, rowStep, own, columnsAt + i, rowStep);
    }
  }

  private void row(float[] own, int from, int count, int width, float[] vectors, int to) {
    int channel = 0;
    for (; channel + 2 * LANES <= width; channel += 2 * LANES) {
      twoVectors(own, from + channel, count, vectors, to + channel);
    }
    if (channel < width) {
      oneVector(own, from + channel, count, vectors, to + channel);
    }
  }

  private void twoVectors(float[] own, int from, int count, float[] vectors, int to) {
    int step = tiling.vectorStep();
    for (int tile = 0; tile < count; tile++) {
      int inTile = from + tile * OUT * voxel;
      int target = to + tile * columnStep;
      WinogradF4.input(own, inTile, voxel, vectors, target, step);
      WinogradF4.input(own, inTile + LANES, voxel, vectors, target + LANES, step);
    }
  }

  private void oneVector(float[] own, int from, int count, float[] vectors, int to) {
    int step = tiling.vectorStep();
    for (int tile = 0; tile < count; tile++) {
      int inTile = from + tile * OUT * voxel;
      WinogradF4.input(own, inTile, voxel, vectors, to + tile * columnStep, step);
    }
  }

  /** Moves the cells at the end of the columns to where the next block begins; how many. */
  int keep(Block block, float[] vectors, int from) {
    int moved = tiling.depth() * strideZ;
    int kept = tiling.cells() - moved;
    if (kept <= 0) {
      return 0; // so it is where blocks have several columns: their slices have nothing in common
    }
    for (int product = 0; product < PRODUCTS; product++) {
      for (int chunk = 0; chunk < rows.chunks(); chunk++) {
        int width = rows.width(chunk);
        int at = from + product * tiling.vectorStep() + chunk * tiling.chunkStep();
        for (int tile = 0; tile < block.tiles(); tile++, at += columnStep) {
          move(vectors, at + moved * width, at, kept * width);
        }
      }
    }
    return kept;
  }

  private static void move(float[] vectors, int from, int to, int length) {
    for (int i = 0; i < length; i += LANES) { // a call of System.arraycopy would take longer
      FloatVector.fromArray(F, vectors, from + i).intoArray(vectors, to + i);
    }
  }
}
