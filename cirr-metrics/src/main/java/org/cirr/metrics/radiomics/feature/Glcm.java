package org.cirr.metrics.radiomics.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cirr.metrics.radiomics.feature.TextureSettings.Weighting;
import org.cirr.metrics.radiomics.image.Levels;

/**
 * Grey level co-occurrence matrices.
 *
 * <p><b>Formula</b>: P(i, j | θ) counts the voxels of level i whose neighbour in direction θ has
 * level j, both in the region; when symmetric, Pᵀ is added.
 *
 * <p><b>Edge cases</b>: a direction in which no voxel has a neighbour is left out; when none is
 * left, every feature is NaN.
 *
 * <p><b>Source</b>: Haralick 1973; pyradiomics {@code glcm}; IBSI LFYI.
 */
public final class Glcm {
  private Glcm() {}

  /** The default features, as means over the directions or of the weighted sum. */
  public static Map<String, Double> features(Levels levels, TextureSettings settings) {
    return CoOccurrence.CATALOG.evaluate(
        matrices(levels, settings), List.of(), FeatureDefinition.Status.DEFAULT);
  }

  /** One normalised matrix per direction, or a single one when directions are weighted. */
  public static List<CoOccurrence> matrices(Levels levels, TextureSettings settings) {
    List<Offset> offsets = Offset.half(levels, settings.distances(), settings.flatAxis());
    List<CountMatrix> counts = new ArrayList<>();
    double[] weights = new double[offsets.size()];
    for (int a = 0; a < weights.length; a++) {
      counts.add(count(levels, offsets.get(a), settings.symmetricGlcm()));
      double length = offsets.get(a).length(settings.weighting(), levels.spacing());
      weights[a] = settings.weighting() == Weighting.NO_WEIGHTING ? 1 : Math.exp(-length * length);
    }
    if (settings.weighting() != Weighting.NONE) {
      counts = List.of(CountMatrix.weightedSum(counts, weights));
    }
    List<CoOccurrence> matrices = new ArrayList<>();
    for (CountMatrix matrix : counts) {
      if (matrix.entries() > 0) {
        matrices.add(new CoOccurrence(matrix, levels));
      }
    }
    return matrices;
  }

  /** The counts of one direction. */
  static CountMatrix count(Levels levels, Offset offset, boolean symmetric) {
    int[] cells = levels.cells();
    int step = offset.step(levels);
    PairCounter pairs = new PairCounter(levels.rows(), levels.rows());
    for (int place : levels.places()) {
      int neighbour = cells[place + step];
      if (neighbour > 0) {
        pairs.add(cells[place] - 1, neighbour - 1);
      }
    }
    CountMatrix matrix = pairs.toMatrix();
    return symmetric ? matrix.plusTransposed(levels.rows()) : matrix;
  }
}
