package org.cirr.metrics.radiomics.image;

import java.util.Arrays;
import org.cirr.volume.Spacing;
import org.cirr.volume.Volume;

/**
 * An image in double precision, as filters, normalisation and resampling make it.
 *
 * <p><b>Shapes</b>: extents and values in array order {@code [z, y, x]}.
 */
public final class Raster {
  private final int[] shape;
  private final double[] values;
  private final Spacing spacing;

  private Raster(int[] shape, double[] values, Spacing spacing) {
    this.shape = shape;
    this.values = values;
    this.spacing = spacing;
  }

  /**
   * The raster with the given values; the array is not copied.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} when extents and values do not fit.
   */
  public static Raster of(int[] shape, double[] values, Spacing spacing) {
    if (shape.length != 3 || (long) shape[0] * shape[1] * shape[2] != values.length) {
      throw new IllegalArgumentException(
          "a raster of extents "
              + Arrays.toString(shape)
              + " cannot have "
              + values.length
              + " values; give three extents z, y, x and their product of values");
    }
    return new Raster(shape.clone(), values, spacing);
  }

  /** A volume's values in double precision. */
  public static Raster of(Volume volume) {
    float[] from = volume.tensor().array();
    double[] to = new double[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i];
    }
    return new Raster(volume.shape().toArray(), to, volume.geometry().spacing());
  }

  /** Part of this raster, copied; this one for the whole. */
  public Raster cut(Box box) {
    return box.equals(Box.whole(shape))
        ? this
        : new Raster(box.shape(), box.cut(values, shape), spacing);
  }

  /** The same grid with other values; the array is not copied. */
  public Raster withValues(double[] other) {
    return of(shape, other, spacing);
  }

  /** A copy of the extents. */
  public int[] shape() {
    return shape.clone();
  }

  /** The values themselves, not a copy. */
  public double[] values() {
    return values;
  }

  /** The distance between neighbouring voxels in mm. */
  public Spacing spacing() {
    return spacing;
  }
}
