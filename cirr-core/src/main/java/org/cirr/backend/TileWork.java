package org.cirr.backend;

import java.util.List;

/**
 * What a sliding window is to compute on a device: shapes and numbers only, so that its memory is
 * known before anything is there.
 *
 * <p><b>Shapes</b>: the image is {@code [z, y, x]} per channel, a tile {@code [d, h, w]}; programs
 * take {@code channels · d · h · w} values with the channels last, and give {@code classes} for
 * each voxel. Arrays are not copied and must stay as they are.
 *
 * @param image the extents of the image
 * @param channels of the image
 * @param patch the extents of a tile; a two-dimensional one has the depth 1
 * @param classes that programs tell apart
 * @param programs how many run over every tile, each with sums of its own
 * @param flips for every pass of a program whether each of the three axes is mirrored; the mean
 *     over all passes counts
 * @param slots the slices that sums are held of at once
 * @param half whether sums, weights and logits are rounded to half precision
 * @param weighted whether some voxels of a tile count more than others
 */
public record TileWork(
    int[] image,
    int channels,
    int[] patch,
    int classes,
    int programs,
    List<boolean[]> flips,
    int slots,
    boolean half,
    boolean weighted) {

  /** The voxels of a tile. */
  public long tileVoxels() {
    return (long) patch[0] * patch[1] * patch[2];
  }

  /** The voxels of a slice. */
  public long plane() {
    return (long) image[1] * image[2];
  }
}
