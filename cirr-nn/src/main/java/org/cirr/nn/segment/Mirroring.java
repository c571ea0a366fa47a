package org.cirr.nn.segment;

import java.util.ArrayList;
import java.util.List;
import org.cirr.parallel.Workers;

/**
 * Test-time mirroring: the sets of axes to mirror, and the mirroring of tiles.
 *
 * <p>First no axis, then every one, every pair, all three, each in the order of the checkpoint's
 * axes; the sum of float32 predictions in this order, divided by their number, is nnU-Net's.
 *
 * <p><b>Source</b>: nnU-Net {@code _internal_maybe_mirror_and_predict}.
 */
final class Mirroring {
  private final List<boolean[]> flips = new ArrayList<>();

  /**
   * The passes of a model.
   *
   * @param axes the spatial axes that may be mirrored
   * @param planar whether they count within a slice, as in a 2D model
   */
  Mirroring(List<Integer> axes, boolean planar) {
    for (int size = 0; size <= axes.size(); size++) {
      choose(axes, planar, size, 0, new boolean[3]);
    }
  }

  private void choose(List<Integer> axes, boolean planar, int size, int from, boolean[] chosen) {
    if (size == 0) {
      flips.add(chosen);
      return;
    }
    for (int i = from; i <= axes.size() - size; i++) {
      boolean[] next = chosen.clone();
      next[axes.get(i) + (planar ? 1 : 0)] = true;
      choose(axes, planar, size - 1, i + 1, next);
    }
  }

  /** The number of passes, 1 without mirroring. */
  int passes() {
    return flips.size();
  }

  /** For each pass whether it mirrors each axis. */
  List<boolean[]> flips() {
    return List.copyOf(flips);
  }

  /** Mirrors a tile {@code [d, h, w, C]} into another array. */
  void mirror(int pass, int[] patch, int channels, float[] from, float[] to, Workers workers) {
    move(pass, patch, channels, from, to, false, workers);
  }

  /** Mirrors a tile and adds it to a sum; mirroring twice gives the tile back. */
  void addMirrored(
      int pass, int[] patch, int channels, float[] from, float[] sum, Workers workers) {
    move(pass, patch, channels, from, sum, true, workers);
  }

  private void move(
      int pass, int[] patch, int channels, float[] from, float[] to, boolean add, Workers workers) {
    boolean[] flip = flips.get(pass);
    workers.forEach(
        patch[0],
        z -> {
          int sourceZ = flip[0] ? patch[0] - 1 - z : z;
          for (int y = 0; y < patch[1]; y++) {
            int sourceY = flip[1] ? patch[1] - 1 - y : y;
            int in = (sourceZ * patch[1] + sourceY) * patch[2] * channels;
            int out = (z * patch[1] + y) * patch[2] * channels;
            row(from, in, to, out, patch[2], channels, flip[2], add);
          }
        });
  }

  private static void row(
      float[] from,
      int in,
      float[] to,
      int out,
      int width,
      int channels,
      boolean flip,
      boolean add) {
    for (int x = 0; x < width; x++) {
      int source = in + (flip ? width - 1 - x : x) * channels;
      int target = out + x * channels;
      for (int c = 0; c < channels; c++) {
        to[target + c] = add ? to[target + c] + from[source + c] : from[source + c];
      }
    }
  }
}
