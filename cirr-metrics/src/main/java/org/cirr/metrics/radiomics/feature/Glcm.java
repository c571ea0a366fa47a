package org.cirr.metrics.radiomics.feature;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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
        each(levels, settings), List.of(), FeatureDefinition.Status.DEFAULT);
  }

  /** One normalised matrix per direction, or a single one when directions are weighted. */
  public static List<CoOccurrence> matrices(Levels levels, TextureSettings settings) {
    List<CoOccurrence> matrices = new ArrayList<>();
    each(levels, settings).forEach(matrices::add);
    return matrices;
  }

  /** The same matrices, each made when it is asked for, so that only one is in memory. */
  public static Iterable<CoOccurrence> each(Levels levels, TextureSettings settings) {
    return () ->
        parts(levels, settings).stream().map(Supplier::get).flatMap(Optional::stream).iterator();
  }

  /** What makes the same matrices, on any thread; empty for a direction that is left out. */
  public static List<Supplier<Optional<CoOccurrence>>> parts(
      Levels levels, TextureSettings settings) {
    List<Offset> offsets = Offset.half(levels, settings.distances(), settings.flatAxis());
    List<Supplier<CountMatrix>> counts = new ArrayList<>();
    if (settings.weighting() == Weighting.NONE) {
      offsets.forEach(offset -> counts.add(() -> count(levels, offset, settings.symmetricGlcm())));
    } else {
      counts.add(() -> weighted(levels, settings, offsets));
    }
    List<Supplier<Optional<CoOccurrence>>> parts = new ArrayList<>();
    for (Supplier<CountMatrix> count : counts) {
      parts.add(
          () ->
              Optional.of(count.get())
                  .filter(matrix -> matrix.entries() > 0)
                  .map(matrix -> new CoOccurrence(matrix, levels)));
    }
    return parts;
  }

  private static CountMatrix weighted(
      Levels levels, TextureSettings settings, List<Offset> offsets) {
    CountMatrix sum = CountMatrix.weightedSum(List.of(), new double[0]);
    for (Offset offset : offsets) {
      double length = offset.length(settings.weighting(), levels.spacing());
      double weight =
          settings.weighting() == Weighting.NO_WEIGHTING ? 1 : Math.exp(-length * length);
      CountMatrix next = count(levels, offset, settings.symmetricGlcm());
      sum = CountMatrix.weightedSum(List.of(sum, next), new double[] {1, weight});
    }
    return sum;
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
