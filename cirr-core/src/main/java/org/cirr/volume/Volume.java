package org.cirr.volume;

import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/**
 * A scalar image: one float32 value per voxel of a {@link Geometry}.
 *
 * <p><b>Shapes</b>: the tensor is {@code [z, y, x]}.
 */
public final class Volume {
  private final Tensor tensor;
  private final Geometry geometry;

  private Volume(Tensor tensor, Geometry geometry) {
    this.tensor = tensor;
    this.geometry = geometry;
  }

  /**
   * The volume with the given values; the tensor is not copied.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when tensor and geometry differ in shape.
   */
  public static Volume of(Tensor tensor, Geometry geometry) {
    if (!tensor.shape().equals(geometry.shape())) {
      throw new IllegalArgumentException(
          "the values have shape " + tensor.shape() + " but the geometry has " + geometry.shape());
    }
    return new Volume(tensor, geometry);
  }

  /** The volume whose spacing is the affine's own. */
  public static Volume of(Tensor tensor, Affine affine) {
    return of(tensor, Geometry.of(tensor.shape(), affine));
  }

  /** The values, {@code [z, y, x]}; not a copy. */
  public Tensor tensor() {
    return tensor;
  }

  /** Shape, affine and spacing. */
  public Geometry geometry() {
    return geometry;
  }

  /** The extents {@code [z, y, x]}. */
  public Shape shape() {
    return geometry.shape();
  }

  /** The value of a voxel. */
  public float get(int z, int y, int x) {
    return tensor.get(z, y, x);
  }

  /** The same image with its axes permuted and flipped; this one if it already lies so. */
  public Volume reoriented(Orientation target) {
    Orientation.AxisMove move = geometry.orientation().to(target);
    if (move.isIdentity()) {
      return this;
    }
    Geometry moved = move.apply(geometry);
    int[] step = move.startAndSteps(geometry);
    float[] from = tensor.array();
    float[] to = new float[from.length];
    int out = 0;
    for (int z = 0; z < moved.shape().dim(0); z++) {
      for (int y = 0; y < moved.shape().dim(1); y++) {
        int in = step[0] + z * step[1] + y * step[2];
        for (int x = 0; x < moved.shape().dim(2); x++, in += step[3]) {
          to[out++] = from[in];
        }
      }
    }
    return new Volume(Tensor.of(moved.shape(), to), moved);
  }

  @Override
  public String toString() {
    return "Volume" + shape() + " " + geometry.spacing() + " " + geometry.orientation();
  }
}
