package org.cirr.nn.segment;

import java.util.Arrays;
import java.util.function.Consumer;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Half;

/**
 * Adds the network's tiles up to the logits of the image, holding only as many slices as a tile is
 * deep.
 *
 * <p>Tiles come in the order of the {@link TileGrid}; before a tile that starts further along axis
 * 0, the slices that no later tile reaches are drained. One accumulator serves one fold.
 *
 * <p><b>Formula</b>: {@link Precision#REFERENCE}: acc = half(acc + y · g), weight = half(weight +
 * g), logits = half(acc / weight), products and sums in float. {@link Precision#FLOAT32}: the same
 * without the rounding to half.
 *
 * <p><b>Errors</b>: {@link InfiniteLogitException} when a logit is infinite, as in nnU-Net.
 *
 * <p><b>Source</b>: nnU-Net {@code predict_sliding_window_return_logits} on a CPU.
 */
public final class LogitsAccumulator {
  /*
   * Sums are kept as [slice][y][x][C], the layout of the tiles, so that adding runs along both
   * arrays; the transposition to [C][y][x] costs nothing on draining, which reads each sum once.
   * Voxels of the padding are not kept. Slice z lies in slot z mod depth.
   */
  private final TileGrid grid;
  private final int channels;
  private final boolean half;
  private final float[] gaussian; // null: every voxel counts 1
  private final int depth;
  private final int plane;
  private final short[][] halfSums;
  private final float[][] floatSums;
  private final float[][] weights; // of half precision: the values are halves
  private int drained;

  /**
   * An accumulator of zeros.
   *
   * @param gaussian the half bits of {@link GaussianMap} for the grid's patch, or null
   */
  public LogitsAccumulator(TileGrid grid, int channels, Precision precision, short[] gaussian) {
    this.grid = grid;
    this.channels = channels;
    half = precision == Precision.REFERENCE;
    int[] image = grid.image();
    int[] patch = grid.patch();
    if (gaussian != null && gaussian.length != patch[0] * patch[1] * patch[2]) {
      throw new IllegalArgumentException(
          "the gaussian has "
              + gaussian.length
              + " values, the patch "
              + Arrays.toString(patch)
              + " has "
              + patch[0] * patch[1] * patch[2]);
    }
    depth = Math.min(patch[0], image[0]);
    plane = Math.multiplyExact(image[1], image[2]);
    if ((long) plane * channels > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "one slice of "
              + image[1]
              + " x "
              + image[2]
              + " voxels with "
              + channels
              + " classes has more values than an array can hold: use fewer voxels");
    }
    this.gaussian = gaussian == null ? null : floats(gaussian);
    halfSums = half ? new short[depth][plane * channels] : null;
    floatSums = half ? null : new float[depth][plane * channels];
    weights = new float[depth][plane];
  }

  /** The bytes that an accumulator of this kind holds. */
  public static long bytes(TileGrid grid, int channels, Precision precision) {
    int[] image = grid.image();
    long plane = (long) image[1] * image[2];
    long perLogit = precision == Precision.REFERENCE ? 2 : 4;
    return Math.min(grid.patch()[0], image[0]) * plane * (channels * perLogit + 4);
  }

  /**
   * Adds one tile.
   *
   * <p><b>Shapes</b>: logits {@code [d, h, w, C]} of the grid's patch.
   *
   * <p><b>Errors</b>: {@link IllegalStateException} when slices that this tile pushes out have not
   * been drained, or have been already.
   */
  public void add(int tile, float[] logits, Workers workers) {
    if (grid.finishedBefore(tile) != drained) {
      throw new IllegalStateException(
          "tile "
              + tile
              + " needs the slices before "
              + grid.finishedBefore(tile)
              + " drained, but those before "
              + drained
              + " are");
    }
    int[] patch = grid.patch();
    long needed = (long) patch[0] * patch[1] * patch[2] * channels;
    if (logits.length < needed) {
      throw new IllegalArgumentException(
          "a tile of "
              + Arrays.toString(patch)
              + " voxels and "
              + channels
              + " classes has "
              + needed
              + " logits, got "
              + logits.length);
    }
    int[] start = grid.start(tile);
    int firstSlice = start[0] - grid.padBefore()[0];
    workers.forEach(
        patch[0],
        d -> {
          int z = firstSlice + d;
          if (z >= 0 && z < grid.image()[0]) {
            addSlice(logits, d, z % depth, start);
          }
        });
  }

  private void addSlice(float[] logits, int d, int slot, int[] start) {
    int[] image = grid.image();
    int[] patch = grid.patch();
    int top = start[1] - grid.padBefore()[1];
    int left = start[2] - grid.padBefore()[2];
    int x0 = Math.max(0, left);
    int x1 = Math.min(image[2], left + patch[2]);
    for (int y = Math.max(0, top); y < Math.min(image[1], top + patch[1]); y++) {
      int voxel = (d * patch[1] + y - top) * patch[2] + x0 - left;
      int at = y * image[2] + x0;
      for (int x = x0; x < x1; x++, voxel++, at++) {
        float g = gaussian == null ? 1 : gaussian[voxel];
        if (half) {
          addHalf(logits, voxel * channels, g, halfSums[slot], at * channels);
          weights[slot][at] = Half.round(weights[slot][at] + g);
        } else {
          addFloat(logits, voxel * channels, g, floatSums[slot], at * channels);
          weights[slot][at] += g;
        }
      }
    }
  }

  private void addHalf(float[] logits, int from, float g, short[] sums, int at) {
    for (int c = 0; c < channels; c++) {
      sums[at + c] = Half.fromFloat(Half.toFloat(sums[at + c]) + logits[from + c] * g);
    }
  }

  private void addFloat(float[] logits, int from, float g, float[] sums, int at) {
    for (int c = 0; c < channels; c++) {
      sums[at + c] += logits[from + c] * g;
    }
  }

  /**
   * Hands out the next slice that tile {@code nextTile} and all later ones leave alone, and forgets
   * it; null when there is none. With {@code nextTile} = {@link TileGrid#count()} all that are left
   * come out, one call after another.
   */
  public LogitsSlice drainNext(int nextTile) {
    if (drained >= grid.finishedBefore(nextTile)) {
      return null;
    }
    int slot = drained % depth;
    LogitsSlice slice = half ? halfSlice(slot) : floatSlice(slot);
    Arrays.fill(weights[slot], 0);
    if (half) {
      Arrays.fill(halfSums[slot], (short) 0);
    } else {
      Arrays.fill(floatSums[slot], 0);
    }
    drained++;
    return slice;
  }

  /** Hands out, in order, all slices that {@link #drainNext} would. */
  public void drain(int nextTile, Consumer<LogitsSlice> sink) {
    for (LogitsSlice slice = drainNext(nextTile); slice != null; slice = drainNext(nextTile)) {
      sink.accept(slice);
    }
  }

  private LogitsSlice halfSlice(int slot) {
    short[][] logits = new short[channels][plane];
    short[] sums = halfSums[slot];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane; i++) {
        float sum = Half.toFloat(sums[i * channels + c]);
        logits[c][i] = Half.fromFloat(sum / weights[slot][i]);
        if ((logits[c][i] & 0x7fff) == 0x7c00) {
          throw InfiniteLogitException.ofHalf(c, drained, i, grid.image()[2]);
        }
      }
    }
    return LogitsSlice.ofHalves(grid.image()[2], logits);
  }

  private LogitsSlice floatSlice(int slot) {
    float[][] logits = new float[channels][plane];
    float[] sums = floatSums[slot];
    for (int c = 0; c < channels; c++) {
      for (int i = 0; i < plane; i++) {
        logits[c][i] = sums[i * channels + c] / weights[slot][i];
        if (Float.isInfinite(logits[c][i])) {
          throw InfiniteLogitException.ofFloat(c, drained, i, grid.image()[2]);
        }
      }
    }
    return LogitsSlice.ofFloats(grid.image()[2], logits);
  }

  private static float[] floats(short[] halves) {
    float[] floats = new float[halves.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Half.toFloat(halves[i]);
    }
    return floats;
  }
}
