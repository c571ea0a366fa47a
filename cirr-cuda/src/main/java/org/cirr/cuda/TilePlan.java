package org.cirr.cuda;

import org.cirr.backend.TileWork;

/**
 * Where all lies that a sliding window holds on the device beside the programs' own memory, in one
 * piece: bytes from its beginning.
 *
 * @param image its channels, one behind the other
 * @param gaussian how much each voxel of a tile counts, if not all the same
 * @param mean of the passes over a tile, if there are several
 * @param weights the sums of the gaussian, slot by slot
 * @param sums of logits, slot by slot: {@code [slot][program][class][y][x]}
 */
record TilePlan(
    TileWork work, long image, long gaussian, long mean, long weights, long sums, long bytes) {

  static TilePlan of(TileWork work) {
    long voxels = work.image()[0] * work.plane();
    long image = 0;
    long gaussian = image + aligned(Float.BYTES * voxels * work.channels());
    long mean = gaussian + aligned(work.weighted() ? Float.BYTES * work.tileVoxels() : 0);
    boolean joined = work.flips().size() > 1;
    long weights = mean + aligned(joined ? Float.BYTES * work.tileVoxels() * work.classes() : 0);
    long sums = weights + aligned(Float.BYTES * work.slots() * work.plane());
    long rows = (long) work.slots() * work.programs() * work.classes();
    long bytes = sums + aligned(logitBytes(work) * rows * work.plane());
    return new TilePlan(work, image, gaussian, mean, weights, sums, bytes);
  }

  private static long aligned(long bytes) {
    return (bytes + DeviceMemory.ALIGNMENT - 1) / DeviceMemory.ALIGNMENT * DeviceMemory.ALIGNMENT;
  }

  private static int logitBytes(TileWork work) {
    return work.half() ? Short.BYTES : Float.BYTES;
  }

  /** Where the logits of a class in a slice lie. */
  long logits(int slice, int program, int label) {
    long row = (long) (slice % work.slots()) * work.programs() + program;
    return sums + logitBytes(work) * (row * work.classes() + label) * work.plane();
  }
}
