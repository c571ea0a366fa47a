package org.cirr.metrics.radiomics.image;

import org.cirr.volume.Affine;
import org.joml.Matrix4d;

/**
 * An image and a region on one grid, on their way through preprocessing.
 *
 * @param inside whether each voxel of the image belongs to the region
 * @param affine voxel to world
 * @param type what the image's values are stored as
 */
public record Scene(Raster image, boolean[] inside, Affine affine, PixelType type) {

  /** The box around the region. */
  public Box box() {
    Box box = Box.around(inside, image.shape());
    if (box == null) {
      throw new IllegalArgumentException(
          "the region of interest has no voxel left; check the mask, the resampling and the"
              + " re-segmentation range");
    }
    return box;
  }

  /** Part of the scene. */
  public Scene cut(Box box) {
    Matrix4d moved = new Matrix4d(affine.matrix()).translate(box.x(), box.y(), box.z());
    return new Scene(image.cut(box), box.cut(inside, image.shape()), Affine.of(moved), type);
  }

  /** The same scene with another region. */
  public Scene withInside(boolean[] other) {
    return new Scene(image, other, affine, type);
  }

  /** The same scene with other values. */
  public Scene withImage(Raster other, PixelType otherType) {
    return new Scene(other, inside, affine, otherType);
  }

  /** The region cut out. */
  public Roi roi() {
    return Roi.of(image, inside, box());
  }
}
