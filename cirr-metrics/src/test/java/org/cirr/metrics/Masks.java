package org.cirr.metrics;

import java.util.Random;
import org.cirr.tensor.Shape;
import org.cirr.volume.Affine;
import org.cirr.volume.Geometry;
import org.cirr.volume.LabelMap;
import org.cirr.volume.Spacing;

/** Label maps for tests. */
public final class Masks {
  private Masks() {}

  /** Whether a voxel belongs to a mask. */
  @FunctionalInterface
  public interface Voxels {
    boolean has(int z, int y, int x);
  }

  public static Geometry grid(Spacing spacing, int... shape) {
    return Geometry.of(Shape.of(shape), Affine.ofSpacing(spacing));
  }

  public static Geometry grid(int... shape) {
    return grid(new Spacing(1, 1, 1), shape);
  }

  /** Label 1 where the mask is. */
  public static LabelMap of(Geometry grid, Voxels voxels) {
    LabelMap map = LabelMap.zeros(grid, 1);
    paint(map, 1, voxels);
    return map;
  }

  public static void paint(LabelMap map, int label, Voxels voxels) {
    Shape shape = map.shape();
    int index = 0;
    for (int z = 0; z < shape.dim(0); z++) {
      for (int y = 0; y < shape.dim(1); y++) {
        for (int x = 0; x < shape.dim(2); x++, index++) {
          if (voxels.has(z, y, x)) {
            map.set(index, label);
          }
        }
      }
    }
  }

  /** Half open, as {@code [z0:z1, y0:y1, x0:x1]}. */
  public static Voxels block(int z0, int z1, int y0, int y1, int x0, int x1) {
    return (z, y, x) -> z >= z0 && z < z1 && y >= y0 && y < y1 && x >= x0 && x < x1;
  }

  /** Σ (index · spacing − centre)² ≤ r², centre in millimetres. */
  public static Voxels sphere(Spacing spacing, double r, double cz, double cy, double cx) {
    return (z, y, x) -> {
      double dz = z * spacing.z() - cz;
      double dy = y * spacing.y() - cy;
      double dx = x * spacing.x() - cx;
      return dz * dz + dy * dy + dx * dx <= r * r;
    };
  }

  /** A few random boxes; some touch the border. */
  public static Voxels blobs(Random random, Shape shape, int count) {
    int[][] boxes = new int[count][6];
    for (int[] box : boxes) {
      for (int axis = 0; axis < 3; axis++) {
        int extent = shape.dim(axis);
        int from = random.nextInt(extent + 1) - 1;
        box[2 * axis] = from;
        box[2 * axis + 1] = from + 1 + random.nextInt(Math.max(1, extent / 2));
      }
    }
    return (z, y, x) -> {
      for (int[] b : boxes) {
        if (block(b[0], b[1], b[2], b[3], b[4], b[5]).has(z, y, x)) {
          return true;
        }
      }
      return false;
    };
  }

  public static MaskPair pair(Geometry grid, Voxels reference, Voxels prediction) {
    return MaskPair.of(of(grid, reference), of(grid, prediction), 1);
  }
}
