package org.cirr.metrics;

import java.util.Arrays;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;

/**
 * The voxels of one label in a reference and in a prediction, cut to the box that holds both.
 *
 * <p>What is measured on a pair does not depend on the box: outside it neither mask has a voxel.
 *
 * <p><b>Shapes</b>: the box is {@code depth × height × width} voxels, axes z y x; flat indices of
 * this class are indices of the box.
 *
 * <p><b>Edge cases</b>: when neither map has the label, the box has no voxel. An axis along which
 * the whole image has one voxel is no direction: a single slice is a 2D image, in which a voxel has
 * four face neighbours.
 */
public final class MaskPair {
  /** The bit of the reference in {@link #bits()}. */
  public static final int REFERENCE = 1;

  /** The bit of the prediction in {@link #bits()}. */
  public static final int PREDICTION = 2;

  private final Geometry geometry;
  private final Box box;
  private final byte[] bits;
  private final long referenceCount;
  private final long predictionCount;

  /**
   * A part of an image: first voxel and extents along z, y, x; all extents zero when empty.
   *
   * @param z the first slice
   * @param y the first row
   * @param x the first column
   * @param depth the number of slices
   * @param height the number of rows
   * @param width the number of columns
   */
  public record Box(int z, int y, int x, int depth, int height, int width) {
    /** The box without a voxel. */
    public static final Box EMPTY = new Box(0, 0, 0, 0, 0, 0);

    /** The whole of an image. */
    public static Box all(Shape shape) {
      return new Box(0, 0, 0, shape.dim(0), shape.dim(1), shape.dim(2));
    }

    /** Whether there is no voxel. */
    public boolean isEmpty() {
      return depth == 0;
    }

    /** The smallest box that holds this one and another. */
    public Box union(Box other) {
      if (isEmpty()) {
        return other;
      }
      if (other.isEmpty()) {
        return this;
      }
      int fromZ = Math.min(z, other.z);
      int fromY = Math.min(y, other.y);
      int fromX = Math.min(x, other.x);
      return new Box(
          fromZ,
          fromY,
          fromX,
          Math.max(z + depth, other.z + other.depth) - fromZ,
          Math.max(y + height, other.y + other.height) - fromY,
          Math.max(x + width, other.x + other.width) - fromX);
    }
  }

  private MaskPair(
      Geometry geometry, Box box, byte[] bits, long referenceCount, long predictionCount) {
    this.geometry = geometry;
    this.box = box;
    this.bits = bits;
    this.referenceCount = referenceCount;
    this.predictionCount = predictionCount;
  }

  /**
   * The voxels of one label.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} with both grids when they differ.
   */
  public static MaskPair of(LabelMap reference, LabelMap prediction, int label) {
    return of(reference, prediction, LabelSet.of(label));
  }

  /** The voxels of any of some labels. */
  public static MaskPair of(LabelMap reference, LabelMap prediction, LabelSet labels) {
    SameGrid.require(reference.geometry(), prediction.geometry());
    return of(
        reference, prediction, labels, boxOf(reference, prediction, labels), Workers.single());
  }

  /**
   * The voxels of any of some labels when a box that holds them all is known.
   *
   * <p>The grids are not compared; voxels outside the box are not seen.
   */
  public static MaskPair of(
      LabelMap reference, LabelMap prediction, LabelSet labels, Box box, Workers workers) {
    byte[] bits = new byte[box.depth * box.height * box.width];
    long[] inReference = new long[box.depth];
    long[] inPrediction = new long[box.depth];
    workers.forEach(
        box.depth,
        z -> {
          int to = z * box.height * box.width;
          long referenceVoxels = 0; // added up here: threads must not write to one cache line
          long predictionVoxels = 0;
          for (int y = 0; y < box.height; y++) {
            int from = row(reference.shape(), box, z, y);
            for (int end = from + box.width; from < end; from++, to++) {
              int r = labels.contains(reference.get(from)) ? REFERENCE : 0;
              int p = labels.contains(prediction.get(from)) ? PREDICTION : 0;
              bits[to] = (byte) (r | p);
              referenceVoxels += r;
              predictionVoxels += p >> 1;
            }
          }
          inReference[z] = referenceVoxels;
          inPrediction[z] = predictionVoxels;
        });
    return new MaskPair(
        reference.geometry(),
        box,
        bits,
        Arrays.stream(inReference).sum(),
        Arrays.stream(inPrediction).sum());
  }

  /** Where a row of the box begins in the image. */
  private static int row(Shape image, Box box, int z, int y) {
    return ((box.z + z) * image.dim(1) + box.y + y) * image.dim(2) + box.x;
  }

  private static Box boxOf(LabelMap reference, LabelMap prediction, LabelSet labels) {
    Shape shape = reference.shape();
    int[] low = {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE};
    int[] high = {-1, -1, -1};
    int index = 0;
    for (int z = 0; z < shape.dim(0); z++) {
      for (int y = 0; y < shape.dim(1); y++) {
        for (int x = 0; x < shape.dim(2); x++, index++) {
          if (labels.contains(reference.get(index)) || labels.contains(prediction.get(index))) {
            low[0] = Math.min(low[0], z);
            low[1] = Math.min(low[1], y);
            low[2] = Math.min(low[2], x);
            high[0] = z;
            high[1] = Math.max(high[1], y);
            high[2] = Math.max(high[2], x);
          }
        }
      }
    }
    return high[0] < 0
        ? Box.EMPTY
        : new Box(
            low[0],
            low[1],
            low[2],
            high[0] - low[0] + 1,
            high[1] - low[1] + 1,
            high[2] - low[2] + 1);
  }

  /** The grid of the whole image. */
  public Geometry geometry() {
    return geometry;
  }

  /** The distances between voxels. */
  public Spacing spacing() {
    return geometry.spacing();
  }

  /** Where the box lies in the image. */
  public Box box() {
    return box;
  }

  /**
   * The masks of the box, not a copy: {@link #REFERENCE} and {@link #PREDICTION} in the bits of
   * each voxel.
   */
  public byte[] bits() {
    return bits;
  }

  /**
   * Whether an axis, 0 (z) to 2 (x), is a direction of the image: it has more than one voxel along
   * it, or is a single voxel altogether.
   */
  public boolean hasAxis(int axis) {
    return geometry.shape().dim(axis) > 1 || geometry.shape().elements() == 1;
  }

  /** The number of voxels in the reference. */
  public long referenceCount() {
    return referenceCount;
  }

  /** The number of voxels in the prediction. */
  public long predictionCount() {
    return predictionCount;
  }

  /** Whether both masks have the same voxels. */
  public boolean isEqual() {
    for (byte each : bits) {
      if (each == REFERENCE || each == PREDICTION) {
        return false;
      }
    }
    return true;
  }
}
