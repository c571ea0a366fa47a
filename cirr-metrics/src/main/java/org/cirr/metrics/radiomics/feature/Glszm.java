package org.cirr.metrics.radiomics.feature;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cirr.metrics.radiomics.image.Levels;

/**
 * The grey level size zone matrix.
 *
 * <p><b>Formula</b>: P(i, j) counts the zones of j voxels of level i that touch by a face, an edge
 * or a corner (in the plane when there is a flat axis).
 *
 * <p><b>Source</b>: Thibault 2014; pyradiomics {@code glszm}; IBSI 9SAK.
 */
public final class Glszm {
  private Glszm() {}

  /** The default features. */
  public static Map<String, Double> features(Levels levels, TextureSettings settings) {
    return SizeMatrix.ZONES.evaluate(matrix(levels, settings));
  }

  /** The matrix. */
  public static SizeMatrix matrix(Levels levels, TextureSettings settings) {
    return new SizeMatrix(count(levels, settings.flatAxis()), levels, levels.voxels());
  }

  static CountMatrix count(Levels levels, int flatAxis) {
    // A zone can be as large as the region, so the counter is told so and becomes a hash table.
    PairCounter zones = new PairCounter(levels.rows(), levels.voxels() + 1);
    visit(levels, flatAxis, (row, members, size) -> zones.add(row, size));
    return zones.toMatrix();
  }

  /** Takes a zone: its row and its voxels, the first {@code size} of {@code members}. */
  @FunctionalInterface
  interface ZoneVisitor {
    void zone(int row, int[] members, int size);
  }

  /** Visits the zones in the order of their first voxel. */
  static void visit(Levels levels, int flatAxis, ZoneVisitor visitor) {
    int[] cells = levels.cells();
    int[] steps = Offset.allSteps(levels, List.of(1), flatAxis);
    boolean[] seen = new boolean[cells.length];
    int[] members = new int[64]; // a queue: taken from the front, and all of the zone at the end
    for (int place : levels.places()) {
      if (seen[place]) {
        continue;
      }
      int cell = cells[place];
      seen[place] = true;
      members[0] = place;
      int size = 1;
      for (int next = 0; next < size; next++) {
        for (int step : steps) {
          int neighbour = members[next] + step;
          if (cells[neighbour] == cell && !seen[neighbour]) {
            seen[neighbour] = true;
            if (size == members.length) {
              members = Arrays.copyOf(members, (int) Math.min(levels.voxels(), 2L * size));
            }
            members[size++] = neighbour;
          }
        }
      }
      visitor.zone(cell - 1, members, size);
    }
  }
}
