package org.cirr.metrics.radiomics.feature;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.cirr.metrics.radiomics.feature.TextureSettings.Weighting;
import org.cirr.metrics.radiomics.image.Levels;

/**
 * Grey level run length matrices.
 *
 * <p><b>Formula</b>: P(i, j | θ) counts the runs of j voxels of level i along direction θ; a voxel
 * outside the region ends a run.
 *
 * <p><b>Edge cases</b>: a direction in which no line has two voxels of the region is left out.
 *
 * <p><b>Source</b>: Galloway 1975; pyradiomics {@code glrlm}; IBSI TP0I.
 */
public final class Glrlm {
  private Glrlm() {}

  /** The default features, as means over the directions or of the weighted sum. */
  public static Map<String, Double> features(Levels levels, TextureSettings settings) {
    return SizeMatrix.RUNS.evaluate(
        matrices(levels, settings), List.of(), FeatureDefinition.Status.DEFAULT);
  }

  /** One matrix per direction, or a single one when directions are weighted. */
  public static List<SizeMatrix> matrices(Levels levels, TextureSettings settings) {
    return parts(levels, settings).stream()
        .map(Supplier::get)
        .flatMap(Optional::stream)
        .collect(Collectors.toList());
  }

  /** What makes the same matrices, on any thread; empty for a direction that is left out. */
  public static List<Supplier<Optional<SizeMatrix>>> parts(
      Levels levels, TextureSettings settings) {
    List<Offset> offsets = Offset.half(levels, List.of(1), settings.flatAxis());
    if (settings.weighting() != Weighting.NONE) {
      return List.of(
          () ->
              weighted(levels, settings, offsets)
                  .map(matrix -> new SizeMatrix(matrix, levels, Double.NaN)));
    }
    List<Supplier<Optional<SizeMatrix>>> parts = new ArrayList<>();
    for (Offset offset : offsets) {
      parts.add(
          () ->
              Optional.ofNullable(count(levels, offset))
                  .map(matrix -> new SizeMatrix(matrix, levels, Double.NaN)));
    }
    return parts;
  }

  private static Optional<CountMatrix> weighted(
      Levels levels, TextureSettings settings, List<Offset> offsets) {
    List<CountMatrix> counts = new ArrayList<>();
    List<Double> lengths = new ArrayList<>();
    for (Offset offset : offsets) {
      CountMatrix matrix = count(levels, offset);
      if (matrix != null) {
        counts.add(matrix);
        lengths.add(offset.length(settings.weighting(), levels.spacing()));
      }
    }
    double[] weights = lengths.stream().mapToDouble(Double::doubleValue).toArray();
    return counts.isEmpty()
        ? Optional.empty()
        : Optional.of(CountMatrix.weightedSum(counts, weights));
  }

  /** The runs of one direction; null when no line has two voxels. */
  static CountMatrix count(Levels levels, Offset offset) {
    CountMatrix runs = runs(levels, offset);
    // Any run of two settles it; else neighbours of different level, or voxels further apart, may.
    boolean longer = false;
    for (int k = 0; k < runs.entries() && !longer; k++) {
      longer = runs.column[k] > 1;
    }
    return longer || sharesLine(levels, offset) ? runs : null;
  }

  /** The runs of one direction. */
  static CountMatrix runs(Levels levels, Offset offset) {
    int[] cells = levels.cells();
    int step = offset.step(levels);
    int[] shape = levels.shape();
    int longest = Math.max(shape[0], Math.max(shape[1], shape[2]));
    PairCounter runs = new PairCounter(levels.rows(), longest + 1);
    for (int place : levels.places()) {
      int cell = cells[place];
      if (cells[place - step] == cell) {
        continue; // in the middle of a run
      }
      int length = 1;
      for (int at = place + step; cells[at] == cell; at += step) {
        length++;
      }
      runs.add(cell - 1, length);
    }
    return runs.toMatrix();
  }

  /** Whether two voxels lie on one line though no two are neighbours. */
  private static boolean sharesLine(Levels levels, Offset offset) {
    int[] shape = levels.shape();
    int reach = levels.reach();
    int width = shape[2] + 2 * reach;
    int height = shape[1] + 2 * reach;
    int step = offset.step(levels);
    Set<Integer> lines = new HashSet<>();
    for (int place : levels.places()) {
      int z = place / width / height - reach;
      int y = place / width % height - reach;
      int x = place % width - reach;
      int back =
          Math.min(
              steps(z, offset.dz(), shape[0]),
              Math.min(steps(y, offset.dy(), shape[1]), steps(x, offset.dx(), shape[2])));
      if (!lines.add(place - back * step)) {
        return true;
      }
    }
    return false;
  }

  /** How many steps back stay inside one extent. */
  private static int steps(int at, int step, int extent) {
    return step == 0 ? Integer.MAX_VALUE : step > 0 ? at / step : (extent - 1 - at) / -step;
  }
}
