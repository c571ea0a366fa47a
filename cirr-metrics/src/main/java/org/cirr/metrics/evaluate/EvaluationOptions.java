package org.cirr.metrics.evaluate;

import java.util.List;
import java.util.OptionalInt;
import org.cirr.metrics.SameGrid;
import org.cirr.metrics.overlap.EmptyPolicy;

/**
 * What is measured, and how.
 *
 * @param structures what is measured; empty for every label but 0 that occurs in either map
 * @param metrics the numbers that are wanted
 * @param policy what empty masks are worth
 * @param ignoreLabel the label of the reference whose voxels are left out of everything
 * @param gridToleranceMm how far the two grids' affines and spacings may be apart
 */
public record EvaluationOptions(
    List<Structure> structures,
    List<Metric> metrics,
    EmptyPolicy policy,
    OptionalInt ignoreLabel,
    double gridToleranceMm) {

  /** Copies the lists. */
  public EvaluationOptions {
    structures = List.copyOf(structures);
    metrics = List.copyOf(metrics);
    if (!(gridToleranceMm >= 0)) {
      throw new IllegalArgumentException(
          "a tolerance must be 0 mm or more, got " + gridToleranceMm + " mm");
    }
  }

  /** A preset's metrics for every label that occurs. */
  public static EvaluationOptions of(Preset preset, List<Double> tolerancesMm) {
    return new EvaluationOptions(
        List.of(),
        preset.metrics(tolerancesMm),
        preset.policy(),
        OptionalInt.empty(),
        SameGrid.TOLERANCE_MM);
  }

  /** The same with named structures. */
  public EvaluationOptions withStructures(List<Structure> changed) {
    return new EvaluationOptions(changed, metrics, policy, ignoreLabel, gridToleranceMm);
  }

  /** The same with other metrics. */
  public EvaluationOptions withMetrics(List<Metric> changed) {
    return new EvaluationOptions(structures, changed, policy, ignoreLabel, gridToleranceMm);
  }

  /** The same without the voxels that have a label in the reference. */
  public EvaluationOptions withIgnoreLabel(int label) {
    return new EvaluationOptions(
        structures, metrics, policy, OptionalInt.of(label), gridToleranceMm);
  }

  /** The same with another tolerance for grids. */
  public EvaluationOptions withGridToleranceMm(double changed) {
    return new EvaluationOptions(structures, metrics, policy, ignoreLabel, changed);
  }
}
