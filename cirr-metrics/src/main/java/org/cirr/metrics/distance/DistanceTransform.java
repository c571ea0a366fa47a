package org.cirr.metrics.distance;

import java.util.function.IntPredicate;
import org.cirr.parallel.Workers;
import org.cirr.tensor.Shape;
import org.cirr.volume.Spacing;

/**
 * The exact Euclidean distance from every voxel to the nearest site.
 *
 * <p>Time is linear in the number of voxels; the result does not depend on the number of threads.
 *
 * <p><b>Formula</b>: d(v) = min over sites s of √(Σ (spacing · (v − s))²), in double precision:
 * exact but for the rounding of the last operations.
 *
 * <p><b>Units</b>: those of the spacing, millimetres.
 *
 * <p><b>Edge cases</b>: infinite everywhere when there is no site.
 *
 * <p><b>Source</b>: Felzenszwalb and Huttenlocher, Theory of Computing 8:415 (2012), with voxel
 * sizes as in section 2.1 of Meijster et al. (2000).
 */
public final class DistanceTransform {
  private DistanceTransform() {}

  /**
   * The distances.
   *
   * <p><b>Shapes</b>: the result has one value per voxel of {@code shape}, axes z y x; eight bytes
   * each.
   *
   * <p><b>Errors</b>: {@link IllegalArgumentException} unless the shape has three axes and its
   * voxels fit one array.
   *
   * @param site whether the voxel at a flat index is a site; asked by many threads at once
   */
  public static double[] of(Shape shape, Spacing spacing, IntPredicate site, Workers workers) {
    if (shape.rank() != 3) {
      throw new IllegalArgumentException("distances need three axes z, y, x, got shape " + shape);
    }
    int depth = shape.dim(0);
    int height = shape.dim(1);
    int width = shape.dim(2);
    SquaredDistances squared = new SquaredDistances(depth, height, width, spacing, workers);
    VoxelSet sites = new VoxelSet(depth, height, width);
    int slice = height * width;
    workers.forEach(
        depth,
        z -> {
          for (int index = z * slice; index < (z + 1) * slice; index++) {
            if (site.test(index)) {
              sites.add(z, index / width % height, index % width);
            }
          }
        });
    double[] distances = squared.to(sites, null);
    workers.forEach(
        depth,
        z -> {
          for (int index = z * slice; index < (z + 1) * slice; index++) {
            distances[index] = Math.sqrt(distances[index]);
          }
        });
    return distances;
  }
}
