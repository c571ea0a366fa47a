package org.cirr.nn.segment;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Where the tiles of a sliding window lie, and by how much a small image is padded.
 *
 * <p>Coordinates of tiles are those of the padded image. A two-dimensional patch goes through every
 * slice of axis 0.
 *
 * <p><b>Formula</b>: per axis n = ⌈(L − P) / (P · step)⌉ + 1 tiles at rint(i · (L − P) / (n − 1));
 * padding (P − L) / 2 in front, the rest behind.
 *
 * <p><b>Source</b>: nnU-Net {@code compute_steps_for_sliding_window}; acvl_utils {@code
 * pad_nd_image}.
 */
public final class TileGrid {
  private static final int MAX_TILES = 10_000_000;

  private final int[] image;
  private final int[] patch;
  private final int[] padded;
  private final int[] padBefore;
  private final int[][] starts;
  private final boolean planar;

  private TileGrid(int[] image, int[] patch, boolean planar, double step) {
    this.image = image;
    this.patch = patch;
    this.planar = planar;
    padded = new int[3];
    padBefore = new int[3];
    starts = new int[3][];
    for (int axis = 0; axis < 3; axis++) {
      padded[axis] = Math.max(image[axis], patch[axis]);
      padBefore[axis] = (padded[axis] - image[axis]) / 2;
      starts[axis] =
          planar && axis == 0 ? everySlice(image[0]) : starts(padded[axis], patch[axis], step);
    }
  }

  /**
   * The tiles of an image.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} for a step outside (0, 1], a step so small
   * that there are more than ten million tiles, or a patch that has not two or three positive
   * extents.
   *
   * @param image the extents {@code [z, y, x]} of the preprocessed image
   * @param patch the extents of a tile, three, or two for a 2D model
   * @param step the distance between tiles as a fraction of the patch
   */
  public static TileGrid of(int[] image, int[] patch, double step) {
    if (!(step > 0 && step <= 1)) {
      throw new IllegalArgumentException(
          "the tile step must be above 0 and at most 1, got " + step + ": nnU-Net's own is 0.5");
    }
    boolean positive = Arrays.stream(patch).allMatch(extent -> extent > 0);
    if (patch.length != 2 && patch.length != 3 || !positive) {
      throw new IllegalArgumentException(
          "patch_size must be two or three positive numbers, got " + Arrays.toString(patch));
    }
    if (image.length != 3 || Arrays.stream(image).anyMatch(extent -> extent < 1)) {
      throw new IllegalArgumentException(
          "the image must have three axes of at least one voxel, got " + Arrays.toString(image));
    }
    boolean planar = patch.length == 2;
    int[] tile = planar ? new int[] {1, patch[0], patch[1]} : patch.clone();
    requireFewTiles(image, tile, planar, step);
    return new TileGrid(image.clone(), tile, planar, step);
  }

  /** The tile starts along one axis of {@code length} ≥ {@code patch} voxels. */
  static int[] starts(int length, int patch, double step) {
    int count = (int) count(length, patch, step);
    double distance = count > 1 ? (double) (length - patch) / (count - 1) : 0;
    int[] starts = new int[count];
    Arrays.setAll(starts, i -> (int) Math.rint(distance * i));
    return starts;
  }

  /** As a double, so that a step of nearly nothing does not overflow. */
  private static double count(int length, int patch, double step) {
    return Math.ceil((length - patch) / (patch * step)) + 1;
  }

  private static void requireFewTiles(int[] image, int[] tile, boolean planar, double step) {
    double tiles = 1;
    for (int axis = 0; axis < 3; axis++) {
      tiles *=
          planar && axis == 0
              ? image[0]
              : count(Math.max(image[axis], tile[axis]), tile[axis], step);
    }
    if (tiles > MAX_TILES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the tile step %s cuts %s voxels into %.0f tiles of %s, at most %d are computed:"
                  + " take a larger step (nnU-Net's own is 0.5)",
              step,
              Arrays.toString(image),
              tiles,
              Arrays.toString(tile),
              MAX_TILES));
    }
  }

  private static int[] everySlice(int slices) {
    int[] starts = new int[slices];
    Arrays.setAll(starts, i -> i);
    return starts;
  }

  /** The extents of the image. */
  public int[] image() {
    return image.clone();
  }

  /** The extents of a tile; {@code [1, y, x]} for a 2D model. */
  public int[] patch() {
    return patch.clone();
  }

  /** The extents of the image after padding it to at least one tile. */
  public int[] padded() {
    return padded.clone();
  }

  /** The voxels of padding in front of the image, per axis. */
  public int[] padBefore() {
    return padBefore.clone();
  }

  /** Whether the model is two-dimensional. */
  public boolean planar() {
    return planar;
  }

  /** The number of tiles. */
  public int count() {
    return Math.multiplyExact(
        Math.multiplyExact(starts[0].length, starts[1].length), starts[2].length);
  }

  /** Where tile {@code index} starts in the padded image; axis 0 is the outermost loop. */
  public int[] start(int index) {
    int inner = starts[1].length * starts[2].length;
    return new int[] {
      starts[0][index / inner],
      starts[1][index % inner / starts[2].length],
      starts[2][index % starts[2].length]
    };
  }

  /** The image slices, from 0, that tile {@code index} and all later tiles leave alone. */
  public int finishedBefore(int index) {
    return index >= count()
        ? image[0]
        : Math.min(image[0], Math.max(0, start(index)[0] - padBefore[0]));
  }

  /** The most slices by which a tile begins behind the one before it. */
  int longestStep() {
    int longest = 0;
    for (int i = 1; i < starts[0].length; i++) {
      longest = Math.max(longest, starts[0][i] - starts[0][i - 1]);
    }
    return longest;
  }

  /**
   * Copies a tile out of the image, zeros where it reaches into the padding.
   *
   * <p><b>Shapes</b>: channels {@code [z, y, x]} to {@code [d, h, w, C]}.
   */
  public void read(List<float[]> channels, int index, float[] tile) {
    int[] start = start(index);
    int count = channels.size();
    Arrays.fill(tile, 0, patch[0] * patch[1] * patch[2] * count, 0);
    int[] from = new int[3];
    int[] to = new int[3];
    for (int axis = 0; axis < 3; axis++) {
      start[axis] -= padBefore[axis];
      from[axis] = Math.max(0, start[axis]);
      to[axis] = Math.min(image[axis], start[axis] + patch[axis]);
    }
    for (int c = 0; c < count; c++) {
      float[] channel = channels.get(c);
      for (int z = from[0]; z < to[0]; z++) {
        for (int y = from[1]; y < to[1]; y++) {
          int in = (z * image[1] + y) * image[2] + from[2];
          int row = ((z - start[0]) * patch[1] + y - start[1]) * patch[2];
          int out = (row + from[2] - start[2]) * count + c;
          for (int x = from[2]; x < to[2]; x++, in++, out += count) {
            tile[out] = channel[in];
          }
        }
      }
    }
  }
}
