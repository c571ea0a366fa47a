package org.cirr.metrics.radiomics.image;

import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/**
 * A region of interest: the box around it, which of the box's voxels belong to it, and the image in
 * the box.
 *
 * <p>This is what every feature class computes on.
 *
 * <p><b>Shapes</b>: all arrays in array order {@code [z, y, x]}.
 */
public final class Roi {
  private final Raster image;
  private final boolean[] inside;
  private final int voxels;

  private Roi(Raster image, boolean[] inside) {
    this.image = image;
    this.inside = inside;
    int count = 0;
    for (boolean in : inside) {
      count += in ? 1 : 0;
    }
    voxels = count;
  }

  /**
   * The region where a mask has a label.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the grids have different extents, when
   * no voxel has the label (the labels present are listed), or when a voxel of the region is not
   * finite.
   */
  public static Roi of(Volume image, LabelMap mask, int label) {
    if (!image.shape().equals(mask.shape())) {
      throw new IllegalArgumentException(
          "the image has extents "
              + image.shape()
              + " but the mask has "
              + mask.shape()
              + " (z y x); resample one onto the other's grid");
    }
    boolean[] inside = MaskCheck.select(mask, label);
    return of(Raster.of(image), inside);
  }

  /**
   * The region given by a mask on the raster's grid, cut to its box.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when the mask is empty or does not fit, or
   * when a voxel of the region is not finite.
   */
  public static Roi of(Raster image, boolean[] inside) {
    if (inside.length != image.values().length) {
      throw new IllegalArgumentException(
          "the image has "
              + image.values().length
              + " voxels but the mask has "
              + inside.length
              + "; both must lie on one grid");
    }
    Box box = Box.around(inside, image.shape());
    if (box == null) {
      throw new IllegalArgumentException(
          "the region of interest has no voxel; check the mask and its label");
    }
    return of(image, inside, box);
  }

  /** As {@link #of(Raster, boolean[])}, cut to a box that is already known. */
  public static Roi of(Raster image, boolean[] inside, Box box) {
    Roi roi = new Roi(image.cut(box), box.cut(inside, image.shape()));
    roi.requireFinite();
    return roi;
  }

  private void requireFinite() {
    double[] values = image.values();
    int[] shape = image.shape();
    for (int i = 0; i < inside.length; i++) {
      if (inside[i] && !Double.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "the image is "
                + values[i]
                + " inside the region of interest (voxel z "
                + i / (shape[1] * shape[2])
                + ", y "
                + i / shape[2] % shape[1]
                + ", x "
                + i % shape[2]
                + " of its box); replace such voxels or take them out of the mask");
      }
    }
  }

  /** The image in the box. */
  public Raster image() {
    return image;
  }

  /** Whether each voxel of the box belongs to the region; not a copy. */
  public boolean[] inside() {
    return inside;
  }

  /** The number of voxels in the region. */
  public int voxels() {
    return voxels;
  }

  /** The extents of the box. */
  public int[] shape() {
    return image.shape();
  }

  /** The distance between neighbouring voxels in mm. */
  public Spacing spacing() {
    return image.spacing();
  }

  /** The values of the region's voxels in ascending order of their place. */
  public double[] values() {
    double[] all = image.values();
    double[] values = new double[voxels];
    for (int i = 0, n = 0; i < inside.length; i++) {
      if (inside[i]) {
        values[n++] = all[i];
      }
    }
    return values;
  }
}
