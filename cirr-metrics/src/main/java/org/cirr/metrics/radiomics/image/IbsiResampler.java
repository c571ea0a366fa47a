package org.cirr.metrics.radiomics.image;

import org.cirr.volume.Spacing;

/**
 * Resampling by IBSI's conventions: the centres of both grids coincide, the mask is interpolated
 * linearly and kept where it is at least ½, and intensities may be rounded to whole numbers.
 *
 * <p><b>Formula</b>: n' = ⌈n s/s'⌉; index k of the new grid lies at the old index ½(n − 1) + (k −
 * ½(n' − 1)) s'/s.
 *
 * <p><b>Source</b>: IBSI reference manual, section 2.4.
 */
public final class IbsiResampler {
  private IbsiResampler() {}

  /** Image and mask on the new grid. */
  public record Resampled(Raster image, boolean[] inside) {}

  /**
   * Resamples a whole image and its mask.
   *
   * @param spacing the new one, in mm
   * @param round whether intensities become whole numbers, as for CT
   */
  public static Resampled resample(
      Raster image, boolean[] inside, Spacing spacing, Interpolator kind, boolean round) {
    int[] shape = image.shape();
    double[] old = image.spacing().toArray();
    double[] wanted = spacing.toArray();
    int[] extent = new int[3];
    double[] start = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      extent[axis] = (int) Math.ceil(shape[axis] * old[axis] / wanted[axis]);
      start[axis] = 0.5 * (shape[axis] - 1) - 0.5 * (extent[axis] - 1) * wanted[axis] / old[axis];
    }
    double[] mask = new double[inside.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = inside[i] ? 1 : 0;
    }
    Interpolation values = Interpolation.of(image, kind);
    Interpolation membership = Interpolation.of(image.withValues(mask), Interpolator.LINEAR);
    double[] out =
        new double[Math.multiplyExact(Math.multiplyExact(extent[0], extent[1]), extent[2])];
    boolean[] kept = new boolean[out.length];
    for (int z = 0, i = 0; z < extent[0]; z++) {
      for (int y = 0; y < extent[1]; y++) {
        for (int x = 0; x < extent[2]; x++, i++) {
          double cz = start[0] + z * wanted[0] / old[0];
          double cy = start[1] + y * wanted[1] / old[1];
          double cx = start[2] + x * wanted[2] / old[2];
          double value = values.at(cz, cy, cx);
          out[i] = round ? Math.floor(value + 0.5) : value;
          kept[i] = membership.at(cz, cy, cx) >= 0.5;
        }
      }
    }
    return new Resampled(Raster.of(extent, out, spacing), kept);
  }
}
