package org.cirr.metrics.radiomics.feature;

import java.util.Arrays;
import org.cirr.metrics.radiomics.image.Levels;

/**
 * The grey level distance zone matrix.
 *
 * <p><b>Formula</b>: P(i, j) counts the zones of level i (as in {@link Glszm}) whose nearest voxel
 * is j steps through faces from outside the region; a voxel on the border has j = 1.
 *
 * <p><b>Source</b>: Thibault 2014; IBSI VMDZ.
 */
public final class Gldzm {
  private Gldzm() {}

  /**
   * The matrix.
   *
   * @param form the mask that distances are measured in, on the levels' box: the region before
   *     re-segmentation
   */
  public static SizeMatrix matrix(Levels levels, boolean[] form) {
    int[] distance = BorderDistance.of(form, levels.shape(), /* inPlane= */ false);
    return new SizeMatrix(count(levels, distance, 0), levels, levels.voxels());
  }

  /**
   * The zones by the least distance of their voxels.
   *
   * @param first where the levels' box begins in {@code distance}
   */
  static CountMatrix count(Levels levels, int[] distance, int first) {
    int[] shape = levels.shape();
    int reach = levels.reach();
    int width = shape[2] + 2 * reach;
    int plane = width * (shape[1] + 2 * reach);
    int farthest = Arrays.stream(distance).max().orElse(0);
    PairCounter zones = new PairCounter(levels.rows(), farthest + 1);
    Glszm.visit(
        levels,
        -1,
        (row, members, size) -> {
          int least = Integer.MAX_VALUE;
          for (int m = 0; m < size; m++) {
            int z = members[m] / plane - reach;
            int y = members[m] % plane / width - reach;
            int x = members[m] % width - reach;
            least = Math.min(least, distance[first + (z * shape[1] + y) * shape[2] + x]);
          }
          zones.add(row, least);
        });
    return zones.toMatrix();
  }
}
