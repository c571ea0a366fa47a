package org.cirr.benchmarks;

import org.cirr.tensor.Shape;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;

/**
 * A pair of label maps with five organs of about their real size: ellipsoids, in the prediction
 * moved, shrunk and with a wavy surface. {@code benchmarks/python/metrics_peer.py} makes the same.
 */
public final class Organs {
  /** Centre and radii along z, y, x as shares of the extents: liver, spleen, kidneys, aorta. */
  private static final double[][] ORGANS = {
    {0.55, 0.45, 0.34, 0.28, 0.20, 0.22},
    {0.60, 0.55, 0.74, 0.16, 0.10, 0.09},
    {0.35, 0.62, 0.36, 0.16, 0.055, 0.06},
    {0.35, 0.62, 0.64, 0.16, 0.055, 0.06},
    {0.50, 0.58, 0.50, 0.45, 0.022, 0.022}
  };

  private Organs() {}

  /** The reference. */
  public static LabelMap reference(int depth, int height, int width) {
    return map(depth, height, width, false);
  }

  /** The prediction. */
  public static LabelMap prediction(int depth, int height, int width) {
    return map(depth, height, width, true);
  }

  private static LabelMap map(int depth, int height, int width, boolean predicted) {
    Geometry grid =
        Geometry.of(Shape.of(depth, height, width), Affine.ofSpacing(new Spacing(1, 0.8, 0.8)));
    LabelMap map = LabelMap.zeros(grid, 255);
    int index = 0;
    for (int z = 0; z < depth; z++) {
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++, index++) {
          double edge =
              predicted ? 1 + 0.05 * Math.sin(x / 7.0) * Math.sin(y / 9.0) * Math.sin(z / 5.0) : 1;
          for (int organ = 0; organ < ORGANS.length; organ++) {
            double[] o = ORGANS[organ];
            double moved = predicted ? 1 : 0;
            double grown = predicted ? 0.97 : 1;
            double dz = (z - o[0] * depth - moved) / (o[3] * depth * grown);
            double dy = (y - o[1] * height - 2 * moved) / (o[4] * height * grown);
            double dx = (x - o[2] * width - 2 * moved) / (o[5] * width * grown);
            if (dz * dz + dy * dy + dx * dx <= edge) {
              map.set(index, organ + 1);
            }
          }
        }
      }
    }
    return map;
  }
}
