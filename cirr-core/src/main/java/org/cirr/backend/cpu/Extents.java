package org.cirr.backend.cpu;

import java.util.List;
import org.cirr.tensor.Shape;

/**
 * An activation seen as three-dimensional: missing spatial axes stand in front with extent 1, so
 * that 1D and 2D go through the same loops as 3D.
 */
public record Extents(int n, int d, int h, int w, int c) {
  /** From {@code [N, spatial…, C]} with one to three spatial axes. */
  public static Extents of(Shape activation) {
    int rank = activation.rank();
    return new Extents(
        activation.dim(0),
        rank > 4 ? activation.dim(rank - 4) : 1,
        rank > 3 ? activation.dim(rank - 3) : 1,
        activation.dim(rank - 2),
        activation.dim(rank - 1));
  }

  /** The voxels of one sample. */
  public int voxels() {
    return d * h * w;
  }

  /** Three values for the axes d, h, w, with {@code missing} in front where there are fewer. */
  public static int[] three(List<Integer> values, int missing) {
    int[] three = {missing, missing, missing};
    for (int i = 0; i < values.size(); i++) {
      three[3 - values.size() + i] = values.get(i);
    }
    return three;
  }

  /** The kernel extents of a weight {@code [·, ·, kernel…]}, with 1 in front. */
  public static int[] kernel(Shape weight) {
    int[] three = {1, 1, 1};
    int rank = weight.rank() - 2;
    for (int i = 0; i < rank; i++) {
      three[3 - rank + i] = weight.dim(2 + i);
    }
    return three;
  }
}
