package org.cirr.metrics.radiomics.feature;

import java.util.Map;
import org.cirr.metrics.radiomics.image.Levels;

/**
 * The grey level dependence matrix.
 *
 * <p><b>Formula</b>: P(i, j) counts the voxels of level i with j − 1 neighbours in the region whose
 * level differs by at most α.
 *
 * <p><b>Source</b>: Sun and Wee 1983; pyradiomics {@code gldm}; IBSI's neighbouring grey level
 * dependence matrix (REK0).
 */
public final class Gldm {
  private Gldm() {}

  /** The default features. */
  public static Map<String, Double> features(Levels levels, TextureSettings settings) {
    return SizeMatrix.DEPENDENCES.evaluate(matrix(levels, settings));
  }

  /** The matrix. */
  public static SizeMatrix matrix(Levels levels, TextureSettings settings) {
    return new SizeMatrix(count(levels, settings), levels, levels.voxels());
  }

  static CountMatrix count(Levels levels, TextureSettings settings) {
    int[] cells = levels.cells();
    int[] steps = Offset.allSteps(levels, settings.distances(), settings.flatAxis());
    double alpha = settings.dependenceTolerance();
    PairCounter pairs = new PairCounter(levels.rows(), steps.length + 2);
    for (int place : levels.places()) {
      int cell = cells[place];
      int dependent = 1;
      for (int step : steps) {
        int neighbour = cells[place + step];
        if (neighbour == cell
            || neighbour > 0
                && alpha > 0
                && Math.abs((double) levels.level(neighbour - 1) - levels.level(cell - 1))
                    <= alpha) {
          dependent++;
        }
      }
      pairs.add(cell - 1, dependent);
    }
    return pairs.toMatrix();
  }
}
