package org.cirr.metrics.distance;

import org.cirr.metrics.Connectivity;

/**
 * Which voxels of a mask are its surface: those with a neighbour that is not in the mask.
 *
 * @param neighbours which neighbours are looked at; the more, the thicker the surface
 * @param imageBorder whether what lies outside the image counts as not in the mask
 */
public record SurfaceRule(Connectivity neighbours, boolean imageBorder) {
  /**
   * Face neighbours, the image border counts: cirr's own, MONAI's, MetricsReloaded's, and medpy's
   * with {@code connectivity=1}.
   */
  public static final SurfaceRule FACES = new SurfaceRule(Connectivity.FACES, true);

  /**
   * All neighbours, voxels at the image border are no surface by that alone: seg-metrics, from
   * SimpleITK's {@code LabelContour(fullyConnected=True)}.
   */
  public static final SurfaceRule SEG_METRICS = new SurfaceRule(Connectivity.CORNERS, false);
}
