package org.cirr.nn.augment;

import java.util.Arrays;
import org.cirr.tensor.Shape;

/**
 * A piece of a case: image channels and labels on one grid. Augmentations change it in place.
 *
 * @param channels the values, {@code [z, y, x]} each
 * @param labels the labels; −1 is outside the body, or outside the case
 * @param shape the extents
 */
public record Patch(float[][] channels, short[] labels, int[] shape) {
  /** The label of what is outside. */
  public static final short OUTSIDE = -1;

  /** Zeros, all outside. */
  public static Patch empty(int channels, int[] shape) {
    int voxels = Shape.of(shape).arrayLength();
    short[] labels = new short[voxels];
    Arrays.fill(labels, OUTSIDE);
    return new Patch(new float[channels][voxels], labels, shape.clone());
  }

  /** The values of a channel, not a copy. */
  public float[] channel(int index) {
    return channels[index];
  }

  /** The number of voxels. */
  public int voxels() {
    return labels.length;
  }
}
